import { useQuery } from "@tanstack/react-query";
import { Goal } from "lucide-react";

import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { QueryList } from "@/components/ui/query-list";
import { cn } from "@/lib/cn";
import { formatCount } from "@/lib/number";
import { useOperator } from "@/lib/operator";
import { cityOf } from "@/lib/time";
import type { GoalProgress } from "@/lib/wire";

import { goalsQuery } from "../api";
import { metricName, sayPace } from "../words";
import { ArchiveButton } from "./archive-button";

const tones = { good: "text-good", warn: "text-warn", even: "text-fg-2" } as const;

/** Whose it is: "team, daily", "Ana, monthly", "@shop, daily". */
function whoseOf({ goal, opr_name, act_username }: GoalProgress): string {
  const who = act_username === undefined ? (opr_name ?? "team") : `@${act_username}`;
  return `${who}, ${goal.frequency.toLowerCase()}`;
}

function percent(part: number, whole: number): string {
  return `${String(Math.min(100, (100 * part) / whole))}%`;
}

/** The bar is what there is, the tick where an even pace would be by now. */
function ProgressBar({ value, expected, target }: { value: number; expected: number; target: number }) {
  return (
    <svg aria-hidden className="h-3 w-full overflow-visible" preserveAspectRatio="none">
      <rect y="3" width="100%" height="6" rx="3" className="fill-(--track)" />
      <rect y="3" width={percent(value, target)} height="6" rx="3" className="fill-(--ink)" />
      {expected > 0 && expected < target && (
        <rect x={percent(expected, target)} y="0" width="2" height="12" className="fill-(--fg) stroke-(--surface)" />
      )}
    </svg>
  );
}

function sentenceOf({ running, goal }: GoalProgress): string | undefined {
  if (running === undefined) return undefined;
  const unit = goal.frequency === "Daily" ? "hour" : "day";
  const parts = [
    running.needed > 0 ? `${formatCount(running.needed)} each ${unit} that is left` : undefined,
    running.forecast === undefined ? undefined : `${formatCount(running.forecast)} at the end if it goes on so`,
    running.mine === undefined ? undefined : `${formatCount(running.mine)} of it by you`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
}

function Row({ progress }: { progress: GoalProgress }) {
  const operator = useOperator();
  const { goal, running, time_zone: zone } = progress;
  const pace = running && sayPace(running, goal.target_value);
  const sentence = sentenceOf(progress);
  return (
    <li className="flex flex-col gap-1.5 border-line px-4 py-3 not-first:border-t">
      <div className="flex items-baseline justify-between gap-3">
        <p className="min-w-0 truncate font-medium">{metricName(goal.metric)}</p>
        <p className="flex-none text-small text-fg-2">
          {whoseOf(progress)}
          {zone !== operator.time_zone && `, ${cityOf(zone)}`}
        </p>
      </div>
      {running === undefined || pace === undefined ? (
        <p className="text-small text-fg-3">Counts {formatCount(goal.target_value)}; it does not run now.</p>
      ) : (
        <>
          <div className="flex items-baseline justify-between gap-3">
            <p className="tabular-nums">
              <span className="text-page font-semibold">{formatCount(running.value)}</span>{" "}
              <span className="text-fg-2">of {formatCount(goal.target_value)}</span>
            </p>
            <p className={cn("text-small", tones[pace.tone])}>{pace.text}</p>
          </div>
          <ProgressBar value={running.value} expected={running.expected} target={goal.target_value} />
        </>
      )}
      <div className="flex min-h-7 items-center justify-between gap-3">
        <p className="text-small text-fg-3 tabular-nums">{sentence}</p>
        <ArchiveButton name={metricName(goal.metric)} of={{ goal_id: goal.goal_id }} />
      </div>
    </li>
  );
}

/** The active goals and how they go. */
export function GoalsCard() {
  const goals = useQuery(goalsQuery);
  return (
    <Card title="Goals">
      <div className="mt-2 border-t border-line">
        <QueryList
          query={goals}
          loading="Loading the goals"
          failed="The goals were not loaded"
          empty={
            <EmptyState icon={Goal} title="There is no goal">
              <p>A goal for yourself holds at once; one for the team is voted on.</p>
            </EmptyState>
          }
        >
          {(progress) => <Row key={progress.goal.goal_id} progress={progress} />}
        </QueryList>
      </div>
    </Card>
  );
}
