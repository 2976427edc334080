// What the team's rules say of a message, by loops over everything that happened: docs/rules.md, read slowly.

import type { Schemas } from "../integration/client.ts";
import { minuteOfDayAt } from "./calendar.ts";
import type { Naive } from "./naive.ts";
import type { Event } from "./raw.ts";

const minuteMs = 60_000;

export interface Rule {
  readonly id: string;
  readonly type: Schemas["RuleType"];
  readonly metric: Schemas["GoalMetric"];
  readonly limit: number;
  readonly windowMs: number;
  readonly quietFrom: number;
  readonly quietTo: number;
  readonly quietZone: string | null;
  readonly operator: string | null;
  readonly actor: string | null;
}

export interface Asked {
  readonly operator: string;
  readonly zone: string;
  readonly actUsername: string;
  /** Null: the team does not know it. */
  readonly target: string | null;
  readonly text: string | null;
  readonly now: number;
}

export interface Finding {
  readonly outcome: "clear" | "warned";
  readonly counted: number;
  /** Null: no wait helps; left out of what is clear. */
  readonly waitSec: number | null;
}

const milestones: Partial<Record<Schemas["GoalMetric"], string>> = {
  "Replies Received": "Replied",
  "Warm Leads Generated": "Warm",
  "Bookings Made": "Booked",
  "Payments Received": "Paid",
};

/** The same words: case of A to Z and space make no difference. */
function wordsOf(text: string | null): string {
  return (text ?? "")
    .replace(/[A-Z]/gu, (letter) => letter.toLowerCase())
    .trim()
    .replace(/\s+/gu, " ");
}

/** Counts times within the window; warns when there are as many as the limit, until the oldest of these leaves it. */
function judge(rule: Rule, now: number, times: readonly number[]): Finding {
  const within = times.filter((time) => time > now - rule.windowMs).sort((left, right) => right - left);
  const counted = Math.min(within.length, Math.max(rule.limit, 1));
  if (within.length < rule.limit) return { outcome: "clear", counted, waitSec: null };
  if (rule.limit === 0) return { outcome: "warned", counted, waitSec: null };
  const oldest = within[rule.limit - 1] ?? now;
  return { outcome: "warned", counted, waitSec: Math.ceil((oldest + rule.windowMs - now) / 1000) };
}

function judgeQuiet(rule: Rule, { now, zone }: Asked): Finding {
  const clocks = rule.quietZone ?? zone;
  const { quietFrom: from, quietTo: to } = rule;
  const isQuiet = (time: number): boolean => {
    const minute = minuteOfDayAt(clocks, time);
    return from < to ? minute >= from && minute < to : minute >= from || minute < to;
  };
  if (!isQuiet(now)) return { outcome: "clear", counted: 0, waitSec: null };
  let end = now;
  while (isQuiet(end)) end = (Math.floor(end / minuteMs) + 1) * minuteMs;
  return { outcome: "warned", counted: 1, waitSec: Math.ceil((end - now) / 1000) };
}

export class Judge {
  readonly #naive: Naive;
  readonly #messages: readonly Event[];

  constructor(naive: Naive) {
    this.#naive = naive;
    this.#messages = naive.raw.events.filter(({ type }) => type === "Outreach");
  }

  #handleOf(event: Event): string | null {
    return event.actor === null ? null : this.#naive.actor(event.actor).username;
  }

  #becomes(event: Event): string | null {
    return event.target === null ? null : this.#naive.becomes(event.target).id;
  }

  /** Null: the rule says nothing of such a message. */
  judge(rule: Rule, asked: Asked): Finding | null {
    const handle = rule.actor === null ? null : this.#naive.actor(rule.actor).username;
    if (rule.operator !== null && rule.operator !== asked.operator) return null;
    if (handle !== null && handle !== asked.actUsername) return null;
    if (rule.type === "Quiet Hours") return judgeQuiet(rule, asked);
    const isAboutTarget = ["Target Spacing", "Other Actor", "Await Reply"].includes(rule.type);
    if (isAboutTarget && asked.target === null) return null;
    if (rule.type === "Repeated Text" && wordsOf(asked.text) === "") return null;
    const isCounted = (event: Event): boolean =>
      (rule.operator === null || event.operator === rule.operator) &&
      (handle === null || this.#handleOf(event) === handle);
    const counted = this.#messages.filter(isCounted);
    const toTarget = (messages: readonly Event[]): Event[] =>
      messages.filter((event) => this.#becomes(event) === asked.target);
    const times = (events: readonly Event[]): number[] => events.map(({ at }) => at);
    switch (rule.type) {
      case "Target Spacing":
        return judge(rule, asked.now, times(toTarget(counted)));
      case "Other Actor": {
        const others = this.#messages.filter((event) => this.#handleOf(event) !== asked.actUsername);
        return judge(rule, asked.now, times(toTarget(others)));
      }
      case "Await Reply": {
        const replies = this.#naive.raw.events.filter(
          (event) => event.after === "Replied" && this.#becomes(event) === asked.target,
        );
        const latest = replies.at(-1)?.position ?? -1n;
        return judge(rule, asked.now, times(toTarget(counted).filter(({ position }) => position > latest)));
      }
      case "Repeated Text": {
        const words = wordsOf(asked.text);
        const same = counted.filter(({ id }) => wordsOf(this.#naive.messageOf(id)?.text ?? null) === words);
        return judge(rule, asked.now, times(same));
      }
      case "Frequency Cap":
      case "Interval Spacing":
        return this.#judgeCap(rule, asked, counted, isCounted);
    }
  }

  #judgeCap(rule: Rule, asked: Asked, messages: readonly Event[], isCounted: (event: Event) => boolean): Finding {
    const milestone = milestones[rule.metric];
    if (milestone !== undefined) {
      const reaches = this.#naive.reaches().filter((reach) => reach.milestone === milestone && isCounted(reach.event));
      return judge(
        rule,
        asked.now,
        reaches.map(({ event }) => event.at),
      );
    }
    if (rule.metric === "Total Messages Sent")
      return judge(
        rule,
        asked.now,
        messages.map(({ at }) => at),
      );
    // Each as the target that it was then.
    const latest = new Map<string, number>();
    for (const event of messages) {
      if (event.target !== null) latest.set(event.target, Math.max(latest.get(event.target) ?? 0, event.at));
    }
    const finding = judge(rule, asked.now, [...latest.values()]);
    // Whom one wrote to as a target that was merged into this one is no further profile.
    const isNoFurther = messages.some(
      (event) => asked.target !== null && this.#becomes(event) === asked.target && event.at > asked.now - rule.windowMs,
    );
    return isNoFurther ? { outcome: "clear", counted: finding.counted, waitSec: null } : finding;
  }
}
