import { useQuery } from "@tanstack/react-query";

import { Button } from "@/components/ui/button";
import { Bar, Loading } from "@/components/ui/skeleton";
import { formatCount, plural } from "@/lib/number";
import { reasonOf } from "@/lib/problem";
import { formatDay } from "@/lib/time";
import type { Proposal, Replay as ReplayData } from "@/lib/wire";

import { replayQuery } from "../api";

const HEIGHT = 96;
const STEP = 20;
const WIDTH = 14;
const ACCOUNTS_SHOWN = 3;

/** A bar a day: how many messages would have been warned of. */
function Chart({ replay }: { replay: ReplayData }) {
  const highest = Math.max(1, ...replay.days.map(({ warnings }) => warnings));
  return (
    <svg
      role="img"
      aria-label={`Warnings a day: at most ${formatCount(highest)}`}
      viewBox={`0 0 ${String(replay.days.length * STEP)} ${String(HEIGHT + 2)}`}
      preserveAspectRatio="none"
      className="h-24 w-full"
    >
      {replay.days.map(({ from, warnings, messages }, index) => {
        const height = (HEIGHT * warnings) / highest;
        return (
          <g key={from}>
            <title>
              {`${formatDay(from, replay.until, replay.time_zone)}: ${plural(warnings, "warning")} of ${plural(messages, "message")}`}
            </title>
            <rect x={index * STEP} y="0" width={STEP} height={HEIGHT + 2} className="fill-transparent" />
            <rect
              x={index * STEP + (STEP - WIDTH) / 2}
              y={HEIGHT - height}
              width={WIDTH}
              height={Math.max(height, 1)}
              className={warnings > 0 ? "fill-(--warn)" : "fill-(--track)"}
            />
          </g>
        );
      })}
    </svg>
  );
}

function Fact({ figure, words }: { figure: string; words: string }) {
  return (
    <div className="flex flex-col border-line px-4 py-2.5 not-first:border-l phone:nth-3:border-l-0">
      <dt className="order-2 text-small text-fg-2">{words}</dt>
      <dd className="text-title font-semibold tabular-nums">{figure}</dd>
    </div>
  );
}

function Figures({ replay }: { replay: ReplayData }) {
  const days = replay.days.filter(({ warnings }) => warnings > 0).length;
  return (
    <>
      <div className="px-4 pb-3">
        <h4 className="mb-3 text-small font-medium">Had it stood for the last 30 days</h4>
        <Chart replay={replay} />
        {replay.missing > 0 && (
          <p className="mt-2 text-small text-fg-3">
            Of {plural(replay.missing, "message")} that is open: the rule looks back further than a replay does.
          </p>
        )}
      </div>
      <dl className="grid grid-cols-4 border-y border-line phone:grid-cols-2">
        <Fact figure={`${String(days)} of ${String(replay.days.length)}`} words="days with a warning" />
        <Fact figure={formatCount(replay.warnings)} words="warnings in all" />
        <Fact figure={formatCount(replay.actors.length)} words="accounts concerned" />
        <Fact figure={formatCount(replay.judged)} words="messages looked at" />
      </dl>
      {replay.actors.length > 0 && (
        <ul aria-label="Accounts concerned" className="border-b border-line px-4 py-2">
          {replay.actors.slice(0, ACCOUNTS_SHOWN).map(({ act_username, warnings }) => (
            <li key={act_username} className="flex min-h-8 items-center justify-between gap-3">
              <span className="truncate font-medium">@{act_username}</span>
              <span className="flex-none text-fg-2 tabular-nums">{plural(warnings, "warning")}</span>
            </li>
          ))}
          {replay.actors.length > ACCOUNTS_SHOWN && (
            <li className="flex min-h-8 items-center text-small text-fg-3">
              and {plural(replay.actors.length - ACCOUNTS_SHOWN, "account")} more
            </li>
          )}
        </ul>
      )}
    </>
  );
}

/** What a proposed rule would have warned of. */
export function Replay({ proposal }: { proposal: Proposal }) {
  const replay = useQuery(replayQuery(proposal));
  if (replay.data !== undefined) return <Figures replay={replay.data} />;
  return replay.isError ? (
    <p role="alert" className="flex items-center gap-3 border-b border-line px-4 pb-3 text-fg-2">
      The last 30 days were not replayed: {reasonOf(replay.error)}.
      <Button size="small" busy={replay.isFetching} onClick={() => void replay.refetch()}>
        Try again
      </Button>
    </p>
  ) : (
    <div className="border-b border-line px-4 pb-4">
      <Loading label="Replaying the last 30 days">
        <Bar className="w-48" />
        <Bar className="mt-4 h-24 w-full" />
      </Loading>
    </div>
  );
}
