import { StageMark } from "@/components/stage-mark";
import { formatCount } from "@/lib/number";
import { formatDayOnly } from "@/lib/time";
import type { FunnelAnswer } from "@/lib/wire";

import type { RowsOf } from "../api";
import { changeOfRates, formatRate, formatWait, rateOf } from "../rates";
import { ChangeText } from "./change";

const bars = {
  Replied: "bg-status-replied",
  Warm: "bg-status-warm",
  Booked: "bg-status-booked",
  Paid: "bg-status-paid",
  "Tableturnerr Client": "bg-status-client",
} as const;

interface FunnelProps {
  data: FunnelAnswer;
  isCompared: boolean;
  onRows: (rows: RowsOf) => void;
}

/** From the first contact through each stage, and what became of each week. */
export function Funnel({ data, isCompared, onRows }: FunnelProps) {
  const { total, previous, cohorts } = data;
  const most = Math.max(1, total.stages[0]?.reached ?? 1);
  return (
    <div className="flex flex-col gap-1 px-4 pt-1 pb-4">
      <button
        type="button"
        className="flex min-h-9 items-center justify-between rounded-md px-2 -mx-2 hover:bg-hover"
        onClick={() => {
          onRows({ title: "First contacts", figure: "contacted" });
        }}
      >
        <span>Contacted</span>
        <b className="font-semibold tabular-nums">{formatCount(total.contacted)}</b>
      </button>
      <ul className="flex flex-col gap-1">
        {total.stages.map((stage, index) => {
          const rate = rateOf(stage.reached, total.contacted);
          const before = rateOf(previous.stages[index]?.reached ?? 0, previous.contacted);
          return (
            <li key={stage.tar_status}>
              <button
                type="button"
                className="-mx-2 grid w-[calc(100%+1rem)] grid-cols-[8.5rem_minmax(0,1fr)_3.5rem] items-center gap-3 rounded-md px-2 py-1.5 text-left hover:bg-hover phone:grid-cols-[7rem_minmax(0,1fr)_3rem]"
                onClick={() => {
                  onRows({ title: `Went on to ${stage.tar_status}`, figure: "contacted", stage: stage.tar_status });
                }}
              >
                <span className="flex min-w-0 items-center gap-2">
                  <StageMark status={stage.tar_status} />
                  <span className="truncate">{stage.tar_status}</span>
                </span>
                <span
                  aria-hidden
                  className={`h-4 rounded-sm ${stage.reached > 0 ? "min-w-[3px]" : ""} ${bars[stage.tar_status]}`}
                  style={{ width: `${String((100 * stage.reached) / most)}%` }}
                />
                <b className="text-right font-semibold tabular-nums">{formatCount(stage.reached)}</b>
                <span className="col-span-3 text-small text-fg-2">
                  {formatRate(rate)}
                  {stage.since_contact_ms !== undefined &&
                    `, half of them within ${formatWait(stage.since_contact_ms)}`}
                  {isCompared && (
                    <>
                      {", "}
                      <ChangeText change={changeOfRates(rate, before)} before={formatRate(before)} />
                    </>
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <p className="mt-1 text-small text-fg-2">Who was contacted lately may still answer.</p>
      <details className="mt-2">
        <summary className="cursor-default text-small font-medium text-fg-2">By the week of the first contact</summary>
        <div className="mt-2 overflow-x-auto" tabIndex={0} role="group" aria-label="Weeks">
          <table className="w-full text-small tabular-nums">
            <thead className="text-left text-fg-2">
              <tr>
                <th className="py-1 pr-3 font-medium">Week from</th>
                <th className="py-1 pr-3 text-right font-medium">Contacted</th>
                {total.stages.map(({ tar_status }) => (
                  <th key={tar_status} className="py-1 pr-3 text-right font-medium whitespace-nowrap">
                    {tar_status}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cohorts.map((cohort) => (
                <tr key={cohort.from} className="border-t border-line">
                  <th scope="row" className="py-1 pr-3 text-left font-normal whitespace-nowrap">
                    {formatDayOnly(cohort.from, data.time_zone)}
                  </th>
                  <td className="py-1 pr-3 text-right">{formatCount(cohort.contacted)}</td>
                  {cohort.stages.map(({ tar_status, reached }) => (
                    <td key={tar_status} className="py-1 pr-3 text-right">
                      {formatRate(rateOf(reached, cohort.contacted))}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}
