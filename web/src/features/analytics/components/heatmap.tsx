import { cn } from "@/lib/cn";
import { formatCount } from "@/lib/number";
import type { Analytics } from "@/lib/wire";

import type { RowsOf } from "../api";
import { FEW, formatRate, rateOf } from "../rates";
import { heatOf } from "../scale";

const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const heats = ["bg-heat-0", "bg-heat-1", "bg-heat-2", "bg-heat-3", "bg-heat-4", "bg-heat-5"] as const;
const hours = Array.from({ length: 24 }, (_, hour) => hour);

const hourName = (hourOfWeek: number): string =>
  `${days[Math.floor(hourOfWeek / 24)] ?? ""} ${String(hourOfWeek % 24).padStart(2, "0")}:00`;

interface HeatmapProps {
  data: Analytics;
  shows: "messages" | "rate";
  onRows: (rows: RowsOf) => void;
}

/** Every hour of the week; each opens its rows. */
export function Heatmap({ data, shows, onRows }: HeatmapProps) {
  const values = data.heatmap.map(({ messages, contacted, answered }) => {
    if (shows === "messages") return messages > 0 ? messages : null;
    return contacted >= FEW ? rateOf(answered, contacted) : null;
  });
  const known = values.filter((value) => value !== null);
  const [least, most] = known.length > 0 ? [Math.min(...known), Math.max(...known)] : [0, 0];
  const write = (value: number) => (shows === "rate" ? formatRate(value) : formatCount(value));
  const few = shows === "rate" ? `Under ${String(FEW)} first contacts` : "No message";
  return (
    <div className="px-4 pt-1 pb-4">
      <div className="overflow-x-auto" tabIndex={0} role="group" aria-label="Hours of the week">
        <div className="grid min-w-[640px] grid-cols-[36px_repeat(24,minmax(0,1fr))] gap-[3px] text-micro text-fg-2">
          <span />
          {hours.map((hour) => (
            <span key={hour} className="text-center tabular-nums">
              {hour % 2 === 0 ? hour : ""}
            </span>
          ))}
          {days.map((day, row) => [
            <span key={day} className="self-center">
              {day}
            </span>,
            ...hours.map((hour) => {
              const index = row * 24 + hour;
              const value = values[index] ?? null;
              const { messages = 0, contacted = 0, answered = 0 } = data.heatmap[index] ?? {};
              const words =
                shows === "rate"
                  ? `${formatCount(answered)} of ${formatCount(contacted)} first contacts answered`
                  : `${formatCount(messages)} messages`;
              return (
                <button
                  key={hour}
                  type="button"
                  title={`${hourName(index)}, ${words}`}
                  aria-label={`${hourName(index)}, ${words}`}
                  className={cn(
                    "h-5 rounded-sm",
                    value === null ? "border border-dashed border-line-strong" : heats[heatOf(value, least, most)],
                  )}
                  onClick={() => {
                    onRows({
                      title: `${shows === "rate" ? "First contacts" : "Messages"}, ${hourName(index)}`,
                      figure: shows === "rate" ? "contacted" : "messages",
                      hour_of_week: index,
                    });
                  }}
                />
              );
            }),
          ])}
        </div>
      </div>
      <p className="mt-3 flex flex-wrap items-center gap-2 text-small text-fg-2">
        {known.length > 0 && (
          <>
            <span className="tabular-nums">{write(least)}</span>
            <span aria-hidden className="flex gap-[2px]">
              {heats.map((heat) => (
                <i key={heat} className={cn("block h-2.5 w-4 rounded-[2px]", heat)} />
              ))}
            </span>
            <span className="tabular-nums">{write(most)}</span>
          </>
        )}
        <span className="flex-1" />
        <i aria-hidden className="block h-2.5 w-4 rounded-[2px] border border-dashed border-line-strong" />
        {few}
      </p>
    </div>
  );
}
