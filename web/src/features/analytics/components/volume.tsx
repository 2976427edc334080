import { useState } from "react";

import { cn } from "@/lib/cn";
import { formatCount } from "@/lib/number";
import { formatDayOnly } from "@/lib/time";
import type { Analytics, AnalyticsUnit } from "@/lib/wire";

import { labelled, middleOf, pathOf, ticksOf } from "../scale";
import { useWidth } from "../use-width";

const HEIGHT = 260;
const LEFT = 44;
const ROOM = 72; /* Of a label. */

interface VolumeProps {
  data: Analytics;
  before: Analytics | undefined;
  by: AnalyticsUnit;
  onBucket: (from: number, until: number, title: string) => void;
}

/** Messages by day, week or month, against the range before: a line, and for each point a button that opens its rows. */
export function Volume({ data, before, by, onBucket }: VolumeProps) {
  const [box, total] = useWidth();
  const [at, setAt] = useState<number>();
  const values = data.volume.map(({ figures }) => figures.messages);
  const earlier = before?.volume.map(({ figures }) => figures.messages).slice(0, values.length) ?? [];
  const ticks = ticksOf(Math.max(0, ...values, ...earlier));
  const top = ticks.at(-1) ?? 1;
  const width = Math.max(0, total - LEFT);
  const yOf = (value: number) => HEIGHT - (value / top) * HEIGHT;
  const nameOf = (from: number) =>
    (by === "day" ? "" : `${by === "week" ? "Week" : "Month"} from `) + formatDayOnly(from, data.time_zone);
  const pointed = at === undefined ? undefined : data.volume[at];
  const pointedBefore = at === undefined ? undefined : before?.volume[at];
  return (
    <div className="px-4 pb-4">
      <div
        ref={box}
        className="relative"
        onPointerLeave={() => {
          setAt(undefined);
        }}
      >
        {width > 0 && (
          <svg width={total} height={HEIGHT + 34} aria-hidden className="block overflow-visible">
            <g transform={`translate(0 8)`}>
              {ticks.map((tick) => (
                <g key={tick}>
                  <path d={`M${String(LEFT)} ${String(yOf(tick))}H${String(total)}`} stroke="var(--chart-grid)" />
                  <text x={LEFT - 8} y={yOf(tick) + 4} textAnchor="end" className="fill-fg-2 text-micro tabular-nums">
                    {formatCount(tick)}
                  </text>
                </g>
              ))}
              <g transform={`translate(${String(LEFT)} 0)`}>
                {earlier.length > 1 && (
                  <path
                    d={pathOf(earlier, top, (width * earlier.length) / values.length, HEIGHT)}
                    fill="none"
                    stroke="var(--chart-past)"
                    strokeWidth={1.5}
                    strokeDasharray="4 3"
                  />
                )}
                <path
                  d={pathOf(values, top, width, HEIGHT)}
                  fill="none"
                  stroke="var(--fg)"
                  strokeWidth={2}
                  strokeLinejoin="round"
                />
                {values.length === 1 && <circle cx={width / 2} cy={yOf(values[0] ?? 0)} r={3} fill="var(--fg)" />}
                {at !== undefined && (
                  <circle cx={middleOf(at, values.length, width)} cy={yOf(values[at] ?? 0)} r={4} fill="var(--fg)" />
                )}
                {data.volume.map(
                  ({ from }, index) =>
                    labelled(index, values.length, width / ROOM) && (
                      <text
                        key={from}
                        x={middleOf(index, values.length, width)}
                        y={HEIGHT + 20}
                        textAnchor="middle"
                        className="fill-fg-2 text-micro"
                      >
                        {formatDayOnly(from, data.time_zone)}
                      </text>
                    ),
                )}
              </g>
            </g>
          </svg>
        )}
        <ul data-no-picture aria-label="Messages" className="absolute inset-y-0 right-0 left-[44px] flex">
          {data.volume.map(({ from, until, figures }, index) => (
            <li key={from} className="h-full flex-1">
              <button
                type="button"
                className="h-full w-full rounded-sm hover:bg-hover"
                aria-label={`${nameOf(from)}: ${formatCount(figures.messages)} messages`}
                onPointerEnter={() => {
                  setAt(index);
                }}
                onFocus={() => {
                  setAt(index);
                }}
                onBlur={() => {
                  setAt(undefined);
                }}
                onClick={() => {
                  onBucket(from, until, `Messages, ${nameOf(from)}`);
                }}
              />
            </li>
          ))}
        </ul>
        {pointed !== undefined && at !== undefined && (
          <div
            data-no-picture
            className={cn(
              "pointer-events-none absolute top-2 z-5 rounded-md border border-line bg-raised px-3 py-2 text-small shadow-2",
              at < values.length / 2 ? "right-2" : "left-[56px]",
            )}
          >
            <p className="font-medium">{nameOf(pointed.from)}</p>
            <p className="flex justify-between gap-6 tabular-nums">
              <span className="text-fg-2">Messages</span> {formatCount(pointed.figures.messages)}
            </p>
            {pointedBefore !== undefined && (
              <p className="flex justify-between gap-6 text-fg-2 tabular-nums">
                <span>{nameOf(pointedBefore.from)}</span> {formatCount(pointedBefore.figures.messages)}
              </p>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
