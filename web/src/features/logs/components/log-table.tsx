import { memo, type ReactNode, useMemo } from "react";

import { Bar, Loading } from "@/components/ui/skeleton";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatDayHeading } from "@/lib/time";
import type { LogEntry } from "@/lib/wire";

import { type Block, blocksOf } from "../blocks";
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

/** Head and body of the table. */
export function LogTable({ children }: { children: ReactNode }) {
  return (
    <div role="table" aria-label="Logs" className="min-w-0">
      <Head />
      {children}
    </div>
  );
}

const ROW_PX = 41;
const HEADING_PX = 33;

interface LogBlockProps extends Block {
  minute: number;
}

const LogBlock = memo(function LogBlock({ beginsDay, entries, minute }: LogBlockProps) {
  const { opr_id, time_zone: zone } = useOperator();
  const height = entries.length * ROW_PX + (beginsDay ? HEADING_PX : 0);
  return (
    <div
      role="rowgroup"
      className="[content-visibility:auto]"
      style={{ containIntrinsicBlockSize: `auto ${height}px` }}
    >
      {beginsDay && (
        <div role="row" className="border-b border-line bg-sunken px-(--gutter)">
          <div role="cell" className="flex h-8 items-center text-small font-medium text-fg-2">
            {formatDayHeading(entries[0]?.created_at ?? 0, minute, zone)}
          </div>
        </div>
      )}
      {entries.map((entry) => (
        <LogRow key={entry.elg_id} entry={entry} zone={zone} isMine={entry.opr_id === opr_id} />
      ))}
    </div>
  );
}, isSameBlock);

/** Blocks are made anew for every change of the list; entries never change. */
function isSameBlock(one: LogBlockProps, other: LogBlockProps): boolean {
  return (
    one.minute === other.minute &&
    one.beginsDay === other.beginsDay &&
    one.entries.length === other.entries.length &&
    one.entries.every((entry, index) => entry === other.entries[index])
  );
}

/** The rows; `pageOf` tells by id which page of the list an entry came with. */
export function LogRows({ entries, pageOf }: { entries: readonly LogEntry[]; pageOf: ReadonlyMap<string, number> }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  const blocks = useMemo(() => blocksOf(entries, pageOf, zone), [entries, pageOf, zone]);
  return blocks.map((block) => <LogBlock {...block} key={block.key} minute={minute} />);
}

const widths = ["w-3/5", "w-4/5", "w-2/5", "w-3/4", "w-1/2", "w-4/5", "w-2/3", "w-2/5", "w-3/5", "w-1/2"];

/** In the place of the table: one that has no rows yet would be none to a screen reader. */
export function LogSkeleton() {
  return (
    <>
      <div aria-hidden>
        <Head />
      </div>
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
    </>
  );
}
