import { Link } from "@tanstack/react-router";
import { memo } from "react";

import { Avatar } from "@/components/avatar";
import { LogLine, secondLineOf } from "@/components/log-line";
import { buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Bar, Loading } from "@/components/ui/skeleton";
import { WaitingButton } from "@/components/waiting-button";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatMoment, formatShort } from "@/lib/time";
import { useHeld } from "@/lib/use-held";
import type { LogEntry } from "@/lib/wire";

const itemClass = "grid grid-cols-[44px_20px_minmax(0,1fr)] gap-2.5 px-4 py-1.5";

interface ItemProps {
  entry: LogEntry;
  /** When it happened, in short and exactly. */
  time: string;
  moment: string;
  isMine: boolean;
}

const Item = memo(function Item({ entry, time, moment, isMine }: ItemProps) {
  const second = secondLineOf(entry);
  return (
    <li data-elg-id={entry.elg_id} className={`${itemClass} hover:bg-hover`}>
      <time
        dateTime={new Date(entry.created_at).toISOString()}
        title={moment}
        className="text-small leading-5 whitespace-nowrap text-fg-3"
      >
        {time}
      </time>
      <Avatar name={entry.opr_name} isMine={isMine} />
      <div className="min-w-0">
        <p className="truncate text-fg-2 phone:whitespace-normal">
          <LogLine entry={entry} />
        </p>
        {second !== undefined && (
          <p dir="auto" data-preview className="truncate text-left text-small text-fg-3">
            {second}
          </p>
        )}
      </div>
    </li>
  );
});

export function ActivityFeed({ activity }: { activity: readonly LogEntry[] }) {
  const { opr_id, time_zone: zone } = useOperator();
  const minute = useMinute();
  const { visible, waiting, release, handlers } = useHeld(activity);
  return (
    <Card
      title="Activity"
      actions={
        <>
          <WaitingButton waiting={waiting} onShow={release} />
          <Link to="/logs" className={buttonClass({ tone: "ghost", size: "small" }, "-mr-1.5")}>
            All logs
          </Link>
        </>
      }
    >
      <ol {...handlers} aria-label="Activity" className="pt-1.5 pb-2.5">
        {visible.map((entry) => (
          <Item
            key={entry.elg_id}
            entry={entry}
            time={formatShort(entry.created_at, minute, zone)}
            moment={formatMoment(entry.created_at, zone)}
            isMine={entry.opr_id === opr_id}
          />
        ))}
      </ol>
    </Card>
  );
}

const widths = ["w-64", "w-72", "w-56", "w-80", "w-60", "w-72", "w-64", "w-56"];

export function ActivitySkeleton() {
  return (
    <Card title="Activity">
      <Loading label="Loading the activity" className="pt-1.5 pb-2.5">
        {widths.map((width, index) => (
          <div key={index} className={`${itemClass} h-12`}>
            <Bar className="mt-[5px] w-9" />
            <Bar className="size-5 rounded-full" />
            <div className="flex flex-col gap-2 pt-[5px]">
              <Bar className={`${width} max-w-full`} />
              <Bar className="h-2 w-2/5" />
            </div>
          </div>
        ))}
      </Loading>
    </Card>
  );
}
