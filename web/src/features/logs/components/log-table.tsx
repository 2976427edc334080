import { memo, type ReactNode } from "react";

import { Bar, Loading } from "@/components/ui/skeleton";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatClock, formatDayHeading, formatMoment } from "@/lib/time";
import type { LogEntry } from "@/lib/wire";

import { groupByDay } from "../days";
import { rowClass } from "./columns";
import { LogRow } from "./log-row";

function Head() {
  return (
    <div role="rowgroup" className="sticky top-0 z-2 border-b border-line bg-surface phone:sr-only">
      <div role="row" className={`${rowClass} h-[34px] text-small font-medium text-fg-3`}>
        <div role="columnheader">
          <span className="sr-only">Open</span>
        </div>
        <div role="columnheader">Time</div>
        <div role="columnheader">Operator</div>
        <div role="columnheader">Target</div>
        <div role="columnheader" className="max-wide:hidden">
          From
        </div>
        <div role="columnheader">Message</div>
      </div>
    </div>
  );
}

/** Head and body of the table; the body may be its skeleton. */
export function LogTable({ children }: { children: ReactNode }) {
  return (
    <div role="table" aria-label="Logs" className="min-w-0">
      <Head />
      {children}
    </div>
  );
}

export const LogDays = memo(function LogDays({ entries }: { entries: readonly LogEntry[] }) {
  const { opr_id, time_zone: zone } = useOperator();
  const minute = useMinute();
  return groupByDay(entries, zone).map((day) => (
    <div key={day.key} role="rowgroup">
      <div role="row" className="border-b border-line bg-sunken px-(--gutter)">
        <div role="cell" className="flex h-8 items-center text-small font-medium text-fg-2">
          {formatDayHeading(day.entries[0]?.created_at ?? 0, minute, zone)}
        </div>
      </div>
      {day.entries.map((entry) => (
        <LogRow
          key={entry.elg_id}
          entry={entry}
          time={formatClock(entry.created_at, zone)}
          moment={formatMoment(entry.created_at, zone)}
          isMine={entry.opr_id === opr_id}
        />
      ))}
    </div>
  ));
});

const widths = ["w-3/5", "w-4/5", "w-2/5", "w-3/4", "w-1/2", "w-4/5", "w-2/3", "w-2/5", "w-3/5", "w-1/2"];

export function LogSkeleton() {
  return (
    <Loading label="Loading the logs">
      {widths.map((width, index) => (
        <div key={index} className={`${rowClass} h-(--row) border-b border-line phone:h-16 phone:py-3`}>
          <span className="phone:hidden" />
          <Bar className="w-9 phone:order-2" />
          <span className="flex items-center gap-2 phone:hidden">
            <Bar className="size-5 rounded-full" />
            <Bar className="w-20" />
          </span>
          <Bar className="w-28" />
          <Bar className="w-24 max-wide:hidden" />
          <Bar className={`${width} phone:order-4`} />
        </div>
      ))}
    </Loading>
  );
}
