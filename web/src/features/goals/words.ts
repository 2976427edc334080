// Goals, rules and proposals as sentences.

import type { AgreedGoal, AgreedRule, Proposal } from "@/lib/wire";

const MINUTE_SEC = 60;
const HOUR_SEC = 60 * MINUTE_SEC;
const DAY_SEC = 24 * HOUR_SEC;

const things: Readonly<Record<AgreedGoal["metric"], { one: string; many: string }>> = {
  "Total Messages Sent": { one: "message", many: "messages" },
  "Unique Profiles Contacted": { one: "profile", many: "profiles" },
  "Replies Received": { one: "reply", many: "replies" },
  "Warm Leads Generated": { one: "warm lead", many: "warm leads" },
  "Bookings Made": { one: "booking", many: "bookings" },
  "Payments Received": { one: "payment", many: "payments" },
};

const counts = new Intl.NumberFormat("en-GB");

/** 1 message, 40 messages. */
function countOf(metric: AgreedGoal["metric"], count: number): string {
  const { one, many } = things[metric];
  return `${counts.format(count)} ${count === 1 ? one : many}`;
}

/** Messages, as a heading. */
export function metricName(metric: AgreedGoal["metric"]): string {
  const { many } = things[metric];
  return many.charAt(0).toUpperCase() + many.slice(1);
}

/** 90 s, 10 min, 24 h, 7 d: in the largest unit that says it whole. */
export function durationOf(seconds: number): string {
  const units = [
    ["d", DAY_SEC],
    ["h", HOUR_SEC],
    ["min", MINUTE_SEC],
  ] as const;
  // 24 hours are said as hours: as "1 d" they would look like a day of the calendar.
  const unit = units.find(
    ([, size]) => seconds >= size && seconds % size === 0 && !(size === DAY_SEC && seconds === DAY_SEC),
  );
  return unit === undefined ? `${counts.format(seconds)} s` : `${counts.format(seconds / unit[1])} ${unit[0]}`;
}

/** 22:00 */
export function clockOf(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / MINUTE_SEC))}:${two(minute % MINUTE_SEC)}`;
}

/** At most 40 messages in 24 h. */
export function sayRule(rule: AgreedRule): string {
  const window = durationOf(rule.time_window_sec);
  switch (rule.type) {
    case "Frequency Cap":
      return `At most ${countOf(rule.metric, rule.limit_value)} in ${window}`;
    case "Interval Spacing":
      return `${window} between ${things[rule.metric].many}`;
    case "Target Spacing":
      return `${window} before the same target again`;
    case "Await Reply":
      return `At most ${countOf(rule.metric, rule.limit_value)} in ${window} without a reply`;
    case "Other Actor":
      return `${window} before another account writes to a target`;
    case "Quiet Hours": {
      const hours = `No messages from ${clockOf(rule.quiet_from_minute ?? 0)} to ${clockOf(rule.quiet_to_minute ?? 0)}`;
      return rule.quiet_zone === undefined ? hours : `${hours}, ${rule.quiet_zone}`;
    }
    case "Repeated Text":
      return `The same text at most ${counts.format(rule.limit_value)} ${rule.limit_value === 1 ? "time" : "times"} in ${window}`;
  }
}

/** 2,000 messages a day. */
export function sayGoal(goal: AgreedGoal): string {
  return `${countOf(goal.metric, goal.target_value)} a ${goal.frequency === "Daily" ? "day" : "month"}`;
}

/** What a proposal is about. */
export function sayProposal({ goal, rule, purpose }: Pick<Proposal, "goal" | "rule" | "purpose">): string {
  const what = rule === undefined ? (goal === undefined ? "" : sayGoal(goal)) : sayRule(rule);
  return purpose === "archive" ? `Archive: ${what}` : what;
}

/** 2 d 3 h, 14 min: how long until a deadline; the smallest unit that is said is the minute. */
export function leftUntil(at: number, now: number): string {
  const minutes = Math.max(0, Math.ceil((at - now) / 60_000));
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days > 0) return hours > 0 ? `${String(days)} d ${String(hours)} h` : `${String(days)} d`;
  return hours > 0 ? `${String(hours)} h ${String(minutes % 60)} min` : `${String(minutes)} min`;
}

/** Ahead by 12, Behind by 3, Reached: by the pace that would be even. */
export function sayPace(
  running: { value: number; expected: number },
  target: number,
): { text: string; tone: "good" | "warn" | "even" } {
  if (running.value >= target) return { text: "Reached", tone: "good" };
  const ahead = running.value - running.expected;
  if (ahead === 0) return { text: "On pace", tone: "even" };
  return ahead > 0
    ? { text: `Ahead by ${counts.format(ahead)}`, tone: "good" }
    : { text: `Behind by ${counts.format(-ahead)}`, tone: "warn" };
}
