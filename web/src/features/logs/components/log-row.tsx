import { limits } from "@contract/contract";
import { ChevronRight } from "lucide-react";
import { memo, useId, useState } from "react";

import { Avatar } from "@/components/avatar";
import { StageMark } from "@/components/stage-mark";
import { Tag } from "@/components/ui/tag";
import { cn } from "@/lib/cn";
import { formatCount } from "@/lib/number";
import { formatClock, formatMoment } from "@/lib/time";
import type { LogEntry } from "@/lib/wire";

import { rowClass } from "./columns";
import { LogDetailPanel } from "./log-detail";

interface LogRowProps {
  entry: LogEntry;
  zone: string;
  isMine: boolean;
}

function TargetCell({ entry }: { entry: LogEntry }) {
  return (
    <div role="cell" className="flex min-w-0 items-center gap-[7px] phone:order-1">
      {entry.tar_status !== undefined && <StageMark status={entry.tar_status} />}
      <span className={cn("truncate font-medium", entry.tar_status === "Excluded" && "stop-struck text-fg-2")}>
        {entry.tar_username !== undefined && `@${entry.tar_username}`}
      </span>
    </div>
  );
}

function MessageCell({ entry }: { entry: LogEntry }) {
  const isOutreach = entry.event_type === "Outreach";
  const text = isOutreach ? entry.message_preview : entry.details;
  const isCut = (entry.message_characters ?? 0) > limits.messagePreviewCharacters;
  return (
    <div role="cell" className="flex min-w-0 items-center gap-2 phone:order-4 phone:col-span-2">
      {!isOutreach && <Tag>{entry.event_type}</Tag>}
      <span
        dir="auto"
        data-preview
        className={cn("min-w-0 flex-1 truncate text-left", isOutreach ? "text-fg" : "text-fg-2")}
      >
        {text ?? <span className="text-fg-3">A message without text</span>}
      </span>
      {isCut && (
        <span className="flex-none text-small text-fg-3 tabular-nums" title="Characters of the whole message">
          {formatCount(entry.message_characters ?? 0)}
        </span>
      )}
    </div>
  );
}

/** One event; opens to its whole text and its exact times. */
export const LogRow = memo(function LogRow({ entry, zone, isMine }: LogRowProps) {
  const [isOpen, setOpen] = useState(false);
  const detailId = useId();
  const time = formatClock(entry.created_at, zone);
  const what = entry.tar_username === undefined ? entry.event_type : `@${entry.tar_username}`;
  const toggle = () => {
    setOpen(!isOpen);
  };
  return (
    <div role="row" data-elg-id={entry.elg_id} className={cn("border-b border-line", isOpen && "bg-sunken")}>
      <div
        role="presentation"
        onClick={toggle}
        className={cn(
          rowClass,
          "h-(--row) cursor-pointer transition-colors duration-(--quick) hover:bg-hover phone:h-auto phone:min-h-16 phone:py-2.5",
        )}
      >
        <div role="cell" className="phone:order-3 phone:row-span-2 phone:self-center">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={isOpen ? detailId : undefined}
            aria-label={`${isOpen ? "Close" : "Open"} ${what}, ${time}`}
            onClick={(event) => {
              event.stopPropagation();
              toggle();
            }}
            className="grid size-7 place-items-center rounded-sm text-fg-3 hover:text-fg phone:size-9"
          >
            <ChevronRight
              aria-hidden
              className={cn("size-3.5 transition-transform duration-(--quick)", isOpen && "rotate-90")}
            />
          </button>
        </div>
        <div role="cell" className="phone:order-2 phone:text-right">
          <time
            dateTime={new Date(entry.created_at).toISOString()}
            title={formatMoment(entry.created_at, zone)}
            className="text-fg-2 phone:text-small phone:text-fg-3"
          >
            {time}
          </time>
        </div>
        <div role="cell" className="flex min-w-0 items-center gap-2 phone:hidden">
          <Avatar name={entry.opr_name} isMine={isMine} />
          <span className="truncate">{entry.opr_name}</span>
        </div>
        <TargetCell entry={entry} />
        <div role="cell" className="truncate text-fg-2 max-wide:hidden">
          {entry.act_username !== undefined && `@${entry.act_username}`}
        </div>
        <MessageCell entry={entry} />
      </div>
      {isOpen && (
        <div role="cell">
          <LogDetailPanel id={detailId} entry={entry} />
        </div>
      )}
    </div>
  );
});
