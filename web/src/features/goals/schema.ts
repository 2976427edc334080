import { goalFrequencies, goalMetrics, limits, ruleTypes, type RuleType } from "@contract/contract";
import { z } from "zod";

import type { GoalRequest, RuleRequest } from "@/lib/wire";

const GOAL_VALUE_MAX = 1_000_000_000;
const RULE_LIMIT_MAX = 1000;
const WINDOW_SEC_MAX = 366 * 86_400;

export const units = { minutes: 60, hours: 3600, days: 86_400 } as const;

/** What a type of rule asks for beside whom it is for. */
export interface Parts {
  metric: boolean;
  limit: boolean;
  window: boolean;
  hours: boolean;
}

/** As docs/rules.md has it. */
export function partsOf(type: RuleType): Parts {
  const isCap = type === "Frequency Cap";
  return {
    metric: isCap || type === "Interval Spacing",
    limit: isCap || type === "Await Reply" || type === "Repeated Text",
    window: type !== "Quiet Hours",
    hours: type === "Quiet Hours",
  };
}

const wholeNumber = z.string().regex(/^\d{1,10}$/u, "Give a whole number");
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, "Give a time such as 22:00");

export const proposalForm = z
  .object({
    kind: z.enum(["rule", "goal"]),
    type: z.enum(ruleTypes),
    metric: z.enum(goalMetrics),
    limit: wholeNumber,
    window: wholeNumber,
    unit: z.enum(["minutes", "hours", "days"]),
    from: clock,
    to: clock,
    frequency: z.enum(goalFrequencies),
    target: wholeNumber,
    whose: z.enum(["team", "mine"]),
    reason: z.string().trim().max(limits.proposalReasonCharactersMax, "That is too long"),
  })
  .superRefine((form, context) => {
    const refuse = (path: keyof typeof form, message: string) => {
      context.addIssue({ code: "custom", path: [path], message });
    };
    if (form.kind === "goal") {
      const target = Number(form.target);
      if (target < 1 || target > GOAL_VALUE_MAX) refuse("target", "A goal is at least 1");
      return;
    }
    const parts = partsOf(form.type);
    const seconds = Number(form.window) * units[form.unit];
    if (parts.limit && Number(form.limit) > RULE_LIMIT_MAX) refuse("limit", "At most 1,000");
    if (parts.limit && form.type !== "Frequency Cap" && Number(form.limit) < 1) refuse("limit", "At least 1");
    if (parts.window && (seconds < 1 || seconds > WINDOW_SEC_MAX)) refuse("window", "At least 1, at most 366 days");
    if (parts.hours && form.from === form.to) refuse("to", "Quiet hours end at another time");
  });

export type ProposalForm = z.infer<typeof proposalForm>;

function minuteOf(time: string): number {
  const [hours = "0", minutes = "0"] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** `self` is the operator who proposes. */
export function goalOf(form: ProposalForm, self: string): GoalRequest {
  return {
    metric: form.metric,
    target_value: Number(form.target),
    frequency: form.frequency,
    ...(form.whose === "mine" ? { assigned_to_opr: self } : {}),
    ...(form.reason === "" ? {} : { reason: form.reason }),
  };
}

export function ruleOf(form: ProposalForm, self: string): RuleRequest {
  const parts = partsOf(form.type);
  return {
    type: form.type,
    limit_value: parts.limit ? Number(form.limit) : 1,
    time_window_sec: parts.window ? Number(form.window) * units[form.unit] : 1,
    severity: "Soft Warning",
    ...(parts.metric ? { metric: form.metric } : {}),
    ...(parts.hours ? { quiet_from_minute: minuteOf(form.from), quiet_to_minute: minuteOf(form.to) } : {}),
    ...(form.whose === "mine" ? { assigned_to_opr: self } : {}),
    ...(form.reason === "" ? {} : { reason: form.reason }),
  };
}
