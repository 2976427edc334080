import { cn } from "@/lib/cn";
import type { LogEntry } from "@/lib/wire";

function Target({ entry }: { entry: LogEntry }) {
  if (entry.tar_username === undefined) return null;
  const isExcluded = entry.tar_status === "Excluded";
  return <b className={cn("font-medium text-fg", isExcluded && "stop-struck text-fg-2")}>@{entry.tar_username}</b>;
}

/** What happened, as a sentence: "Maya wrote to @lumiere.bistro from @tableturnerr". */
export function LogLine({ entry }: { entry: LogEntry }) {
  const operator = <b className="font-medium text-fg">{entry.opr_name}</b>;
  switch (entry.event_type) {
    case "Outreach":
      return (
        <>
          {operator} wrote to <Target entry={entry} /> from @{entry.act_username}
        </>
      );
    case "Change in Tar Info":
      return (
        <>
          {operator} changed <Target entry={entry} />
        </>
      );
    case "Tar Exception Toggle":
      return (
        <>
          {operator} changed do not contact for <Target entry={entry} />
        </>
      );
    case "User":
      return (
        <>
          {operator} {entry.details}
        </>
      );
    case "System":
      return <>System: {entry.details}</>;
  }
}

/** The quiet second line: the message's beginning, or what the change was. */
export function secondLineOf(entry: LogEntry): string | undefined {
  switch (entry.event_type) {
    case "Outreach":
      return entry.message_preview;
    case "Change in Tar Info":
    case "Tar Exception Toggle":
      return entry.details;
    case "User":
    case "System":
      return undefined;
  }
}
