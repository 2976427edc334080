import { formatCount } from "@/lib/number";
import type { OpenersAnswer } from "@/lib/wire";

import type { RowsOf } from "../api";
import { FEW, formatRate, rateOf } from "../rates";

const SHOWN = 12;

/** Which first messages are answered; each opens the contacts that got it. */
export function Openers({ data, onRows }: { data: OpenersAnswer; onRows: (rows: RowsOf) => void }) {
  if (data.openers.length === 0)
    return <p className="px-4 pt-1 pb-5 text-fg-2">Nobody was first contacted in these days.</p>;
  return (
    <ul className="pb-2">
      {data.openers.slice(0, SHOWN).map(({ opener, counts, example }) => {
        const text = example.message_preview ?? "Without words";
        return (
          <li key={opener} className="border-b border-line last:border-0">
            <button
              type="button"
              className="grid w-full grid-cols-[minmax(0,1fr)_4.5rem_4.5rem] items-center gap-3 px-4 py-2 text-left hover:bg-hover"
              onClick={() => {
                onRows({ title: "First contacts with this opener", figure: "contacted", opener });
              }}
            >
              <span dir="auto" className="truncate text-left">
                {text}
              </span>
              <span className="text-right text-small text-fg-2 tabular-nums">{formatCount(counts.contacted)} sent</span>
              <span className="text-right tabular-nums" title={`${formatCount(counts.answered)} answered`}>
                {counts.contacted < FEW ? (
                  <span className="text-small text-fg-2">{formatCount(counts.answered)} ans.</span>
                ) : (
                  formatRate(rateOf(counts.answered, counts.contacted))
                )}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
