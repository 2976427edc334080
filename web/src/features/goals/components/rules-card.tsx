import type { RuleType } from "@contract/contract";
import { useQuery } from "@tanstack/react-query";
import { AtSign, Gauge, Hourglass, type LucideIcon, MessageCircleOff, Moon, Repeat2, Scale, Timer } from "lucide-react";

import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { QueryList } from "@/components/ui/query-list";
import { useMinute } from "@/lib/now";
import { plural } from "@/lib/number";
import { useOperator } from "@/lib/operator";
import { formatMoment, formatShort } from "@/lib/time";
import type { RuleEntry } from "@/lib/wire";

import { rulesQuery } from "../api";
import { sayRule } from "../words";
import { ArchiveButton } from "./archive-button";

const icons: Readonly<Record<RuleType, LucideIcon>> = {
  "Frequency Cap": Gauge,
  "Interval Spacing": Timer,
  "Target Spacing": Hourglass,
  "Await Reply": MessageCircleOff,
  "Other Actor": AtSign,
  "Quiet Hours": Moon,
  "Repeated Text": Repeat2,
};

function whoseOf({ rule, act_username }: RuleEntry, self: string): string {
  if (act_username !== undefined) return `@${act_username}`;
  if (rule.assigned_to_opr === undefined) return "team";
  return rule.assigned_to_opr === self ? "yours alone" : "a colleague's";
}

function Warnings({ entry }: { entry: RuleEntry }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  if (entry.warnings === 0 || entry.last_warned_at === undefined) {
    return <p className="text-small text-fg-3">No warning in 7 days</p>;
  }
  return (
    <p className="text-small text-warn">
      {plural(entry.warnings, "warning")} in 7 days, the last{" "}
      <time dateTime={new Date(entry.last_warned_at).toISOString()} title={formatMoment(entry.last_warned_at, zone)}>
        {formatShort(entry.last_warned_at, minute, zone)}
      </time>
    </p>
  );
}

function Row({ entry }: { entry: RuleEntry }) {
  const { opr_id: self } = useOperator();
  const { rule } = entry;
  const Icon = icons[rule.type];
  const sentence = sayRule(rule);
  return (
    <li className="flex items-start gap-3 border-line px-4 py-3 not-first:border-t">
      <span className="mt-0.5 grid size-7 flex-none place-items-center rounded-md bg-track text-fg-2">
        <Icon aria-hidden className="size-4" strokeWidth={1.75} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-medium">{sentence}</p>
        <p className="text-small text-fg-2">
          {rule.type}, {whoseOf(entry, self)}
        </p>
        <Warnings entry={entry} />
      </div>
      <ArchiveButton name={sentence} of={{ rule_id: rule.rule_id }} />
    </li>
  );
}

/** The active rules: they warn, and never block. */
export function RulesCard() {
  const rules = useQuery(rulesQuery);
  return (
    <Card title="Rules" actions={<span className="text-small text-fg-3">warn, never block</span>}>
      <div className="mt-2 border-t border-line">
        <QueryList
          query={rules}
          loading="Loading the rules"
          failed="The rules were not loaded"
          empty={
            <EmptyState icon={Scale} title="There is no rule">
              <p>A limit that the team gives itself warns before a message is written.</p>
            </EmptyState>
          }
        >
          {(entry) => <Row key={entry.rule.rule_id} entry={entry} />}
        </QueryList>
      </div>
    </Card>
  );
}
