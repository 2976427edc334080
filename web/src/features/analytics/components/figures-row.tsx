import { formatCount } from "@/lib/number";
import type { Analytics, Figure } from "@/lib/wire";

import type { RowsOf } from "../api";
import { changeOf, changeOfRates, formatRate, rateOf } from "../rates";
import { ChangeText } from "./change";

const shown = [
  ["messages", "Messages"],
  ["contacted", "First contacts"],
  ["replied", "Replies"],
  ["warm", "Warm"],
  ["booked", "Booked"],
  ["paid", "Paid"],
] as const satisfies readonly (readonly [Figure, string])[];

const cellClass =
  "flex min-w-0 flex-col gap-0.5 border-line px-4 py-3 text-left not-last:border-r hover:bg-hover max-lg:border-b";

interface FiguresRowProps {
  data: Analytics;
  isCompared: boolean;
  onRows: (rows: RowsOf) => void;
}

/** The figures of the range; each opens the rows behind it. */
export function FiguresRow({ data, isCompared, onRows }: FiguresRowProps) {
  const { figures, previous } = data;
  const rate = rateOf(figures.answered, figures.contacted);
  const rateBefore = rateOf(previous.answered, previous.contacted);
  return (
    <div
      role="group"
      aria-label="Figures of the range"
      className="mt-2 grid grid-cols-7 overflow-hidden rounded-b-lg border-t border-line max-lg:grid-cols-4 phone:grid-cols-2"
    >
      {shown.map(([figure, name]) => (
        <button
          key={figure}
          type="button"
          className={cellClass}
          onClick={() => {
            onRows({ title: name, figure });
          }}
        >
          <span className="text-small text-fg-2">{name}</span>
          <span className="text-title font-semibold tabular-nums">{formatCount(figures[figure])}</span>
          {isCompared && (
            <ChangeText change={changeOf(figures[figure], previous[figure])} before={formatCount(previous[figure])} />
          )}
        </button>
      ))}
      <button
        type="button"
        className={cellClass}
        onClick={() => {
          onRows({ title: "Answered first contacts", figure: "answered" });
        }}
      >
        <span className="text-small text-fg-2">Reply rate</span>
        <span className="text-title font-semibold tabular-nums">{formatRate(rate)}</span>
        {isCompared && <ChangeText change={changeOfRates(rate, rateBefore)} before={formatRate(rateBefore)} />}
      </button>
    </div>
  );
}
