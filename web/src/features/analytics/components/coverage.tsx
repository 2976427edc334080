import { formatCount } from "@/lib/number";
import type { ContactState, CoverageAnswer } from "@/lib/wire";

import type { RowsOf } from "../api";
import { formatRate, rateOf } from "../rates";

const states = [
  ["found", "Found", "bg-good"],
  ["not_found", "Not Found", "bg-chart-other"],
  ["not_searched", "Not Searched", "bg-track"],
] as const satisfies readonly (readonly [string, ContactState, string])[];

const fields = [
  ["email", "E-mail"],
  ["phone_num", "Phone"],
] as const;

/** Of whom contact data is known; each part opens its contacts. */
export function Coverage({ data, onRows }: { data: CoverageAnswer; onRows: (rows: RowsOf) => void }) {
  const { coverage } = data;
  return (
    <div className="flex flex-col gap-4 px-4 pt-1 pb-4">
      {fields.map(([field, name]) => (
        <div key={field}>
          <p className="flex justify-between">
            <span>{name}</span>
            <b className="font-semibold tabular-nums">
              {formatRate(rateOf(coverage[field].found, coverage.contacted))}
            </b>
          </p>
          <span aria-hidden className="mt-1.5 flex h-2 gap-px overflow-hidden rounded-full bg-track">
            {states.map(([key, , colour]) => (
              <i
                key={key}
                className={colour}
                style={{ width: `${String((100 * coverage[field][key]) / Math.max(1, coverage.contacted))}%` }}
              />
            ))}
          </span>
          <ul className="mt-1.5 flex flex-wrap gap-x-3 text-small text-fg-2">
            {states.map(([key, state, colour]) => (
              <li key={key}>
                <button
                  type="button"
                  className="-mx-1 flex items-center gap-1.5 rounded-sm px-1 hover:bg-hover hover:text-fg"
                  onClick={() => {
                    const asked = field === "email" ? { email_state: state } : { phone_num_state: state };
                    onRows({ title: `${name}: ${state}`, figure: "contacted", ...asked });
                  }}
                >
                  <i aria-hidden className={`block size-2 rounded-full ${colour}`} />
                  {state} <span className="tabular-nums">{formatCount(coverage[field][key])}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <p className="text-small text-fg-2">
        One of the two is known of {formatCount(coverage.either)}, both of {formatCount(coverage.both)} of{" "}
        {formatCount(coverage.contacted)} first contacts.
      </p>
    </div>
  );
}
