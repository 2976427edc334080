import type { ReactNode } from "react";

import { formatCount } from "@/lib/number";
import type { Figures } from "@/lib/wire";

import { changeOf, formatRate, intervalOf, rateOf } from "../rates";

export interface Leader {
  key: string;
  name: ReactNode;
  figures: Figures;
  previous: Figures;
  /** Opens the rows. */
  onOpen: () => void;
  /** Shows only this one; left out where that is so already. */
  onOnly: (() => void) | undefined;
}

/** Where a rate may lie: a dot for what it is, a bar for how sure that is. */
function Interval({ figures, top }: { figures: Figures; top: number }) {
  if (figures.contacted === 0) return null;
  const [low, high] = intervalOf(figures.answered, figures.contacted);
  const share = (rate: number) => `${String(Math.min(100, (100 * rate) / top))}%`;
  return (
    <span
      className="relative block h-4"
      title={`${formatRate(low)} to ${formatRate(high)}, 95 % interval, ${formatCount(figures.contacted)} first contacts`}
    >
      <i aria-hidden className="absolute inset-x-0 top-[7px] h-px bg-line" />
      <i
        aria-hidden
        className="absolute top-[6px] h-[3px] rounded-full bg-status-replied opacity-40"
        style={{ left: share(low), right: `calc(100% - ${share(high)})` }}
      />
      <i
        aria-hidden
        className="absolute top-1 -ml-1 size-2 rounded-full bg-status-replied"
        style={{ left: share(figures.answered / figures.contacted) }}
      />
    </span>
  );
}

const numberClass = "px-2 text-right whitespace-nowrap tabular-nums";

export function Leaders({
  what,
  leaders,
  isCompared,
}: {
  what: string;
  leaders: readonly Leader[];
  isCompared: boolean;
}) {
  if (leaders.length === 0) return <p className="px-4 pt-1 pb-5 text-fg-2">Nobody did anything in these days.</p>;
  const rates = leaders.flatMap(({ figures: { answered, contacted } }) => rateOf(answered, contacted) ?? []);
  const top = Math.max(0.05, ...rates.map((rate) => Math.min(1, 1.5 * rate)));
  return (
    <div className="relative overflow-x-auto pb-1" tabIndex={0} role="group" aria-label={what}>
      <table className="w-full min-w-[720px]">
        <thead className="text-small text-fg-2">
          <tr className="border-b border-line">
            <th className="px-4 py-2 text-left font-medium">{what}</th>
            <th className="px-2 text-right font-medium">Messages</th>
            {isCompared && <th className="px-2 text-right font-medium">Change</th>}
            <th className="w-[22%] px-2 text-left font-medium">Reply rate</th>
            <th className="px-2">
              <span className="sr-only">Rate</span>
            </th>
            <th className="px-2 text-right font-medium">Warm</th>
            <th className="px-2 text-right font-medium">Booked</th>
            <th className="px-4 text-right font-medium">Paid</th>
          </tr>
        </thead>
        <tbody>
          {leaders.map(({ key, name, figures, previous, onOpen, onOnly }) => {
            const change = changeOf(figures.messages, previous.messages);
            return (
              <tr key={key} className="h-(--row) border-b border-line last:border-0 hover:bg-hover">
                <th scope="row" className="px-4 text-left font-medium">
                  <span className="flex items-center gap-2">
                    <button type="button" className="text-left whitespace-nowrap hover:underline" onClick={onOpen}>
                      {name}
                    </button>
                    {onOnly !== undefined && (
                      <button
                        type="button"
                        data-no-picture
                        className="rounded-sm px-1 text-small font-normal text-fg-3 hover:bg-hover hover:text-fg"
                        onClick={onOnly}
                      >
                        Only
                      </button>
                    )}
                  </span>
                </th>
                <td className={numberClass}>{formatCount(figures.messages)}</td>
                {isCompared && (
                  <td className={`${numberClass} text-small whitespace-nowrap text-fg-2`}>
                    {change.direction === "same" ? "as before" : `${change.by} ${change.direction}`}
                  </td>
                )}
                <td className="px-2">
                  <Interval figures={figures} top={top} />
                </td>
                <td className={numberClass}>{formatRate(rateOf(figures.answered, figures.contacted))}</td>
                <td className={numberClass}>{formatCount(figures.warm)}</td>
                <td className={numberClass}>{formatCount(figures.booked)}</td>
                <td className="px-4 text-right tabular-nums">{formatCount(figures.paid)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
