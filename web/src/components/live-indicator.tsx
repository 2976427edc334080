import { cn } from "@/lib/cn";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { cityOf, formatClock } from "@/lib/time";
import { useLiveState } from "@/lib/use-live";

import { Turning } from "./ui/turning";

function Dot({ status }: { status: "connecting" | "live" | "reconnecting" | "stale" }) {
  if (status === "live") {
    return (
      <span
        aria-hidden
        className="size-[7px] rounded-full bg-good outline-[1.5px] outline-offset-[1.5px] outline-good/35"
      />
    );
  }
  if (status === "stale") return <span aria-hidden className="size-[7px] rounded-full border-[1.5px] border-fg-3" />;
  return <Turning className="text-warn" />;
}

/** Whether what is seen is current, and the time in the operator's zone. */
export function LiveIndicator() {
  const { time_zone: zone } = useOperator();
  const state = useLiveState();
  const minute = useMinute();
  const words = {
    connecting: "Connecting",
    live: "Live",
    reconnecting: "Reconnecting",
    stale: state.status === "stale" ? `Stale since ${formatClock(state.since, zone)}` : "",
  }[state.status];
  return (
    <div className="flex items-center gap-2 text-small whitespace-nowrap text-fg-2">
      <span role="status" data-live={state.status} className="inline-flex items-center gap-[7px] tabular-nums">
        <Dot status={state.status} />
        <span className={cn(state.status === "connecting" && "delayed")}>{words}</span>
      </span>
      <span className="text-fg-3 phone:hidden" title={zone}>
        <time>{formatClock(minute, zone)}</time> {cityOf(zone)}
      </span>
    </div>
  );
}
