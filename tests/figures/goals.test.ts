// How goals go, in worlds that chance plays: what loops over everything that happened count by days and months of the platform's
// own calendar, as docs/metrics.md says, on every engine.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Client, Schemas } from "../integration/client.ts";
import { type Period, periodBefore } from "./calendar.ts";
import { Draw } from "./draw.ts";
import { Naive } from "./naive.ts";
import { oddZones, play } from "./play.ts";
import { type Event, readRaw } from "./raw.ts";
import { type Engine, engineNames, openEngine, people, type World } from "./world.ts";

const worlds = Math.ceil(Number(process.env["FIGURES_WORLDS"] ?? 20) / 4);
const firstSeed = Number(process.env["FIGURES_SEED"] ?? 1);
const goalsOfWorld = 10;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const pastPeriods = { Daily: 30, Monthly: 12 } as const;

const milestones: Partial<Record<Schemas["GoalMetric"], string>> = {
  "Replies Received": "Replied",
  "Warm Leads Generated": "Warm",
  "Bookings Made": "Booked",
  "Payments Received": "Paid",
};
const metrics = [
  "Total Messages Sent",
  "Unique Profiles Contacted",
  ...Object.keys(milestones),
] as Schemas["GoalMetric"][];
const authors = ["Anna", "Bela", "Chiara", "Dora"] as const;

type Goal = Schemas["AgreedGoal"];
type Figures = Readonly<Record<string, unknown>>;

/** What a metric is within a period, of the events that count. */
function count(
  naive: Naive,
  metric: Schemas["GoalMetric"],
  { from, until }: Period,
  counts: (event: Event) => boolean,
): number {
  const isWithin = (event: Event): boolean => event.at >= from && event.at < until && counts(event);
  const milestone = milestones[metric];
  if (milestone !== undefined) {
    return naive.reaches().filter((reach) => reach.milestone === milestone && isWithin(reach.event)).length;
  }
  const messages = naive.raw.events.filter((event) => event.type === "Outreach" && isWithin(event));
  if (metric === "Total Messages Sent") return messages.length;
  return new Set(messages.map(({ target }) => target)).size;
}

class Progress {
  readonly #naive: Naive;
  readonly #goal: Goal;
  readonly #asker: string;
  readonly zone: string;

  constructor(naive: Naive, goal: Goal, asker: string, teamZone: string) {
    this.#naive = naive;
    this.#goal = goal;
    this.#asker = asker;
    const whose = naive.raw.operators.find(({ id }) => id === goal.assigned_to_opr);
    this.zone = whose?.zone ?? teamZone;
  }

  #value(period: Period): Figures {
    const { metric, assigned_to_opr, assigned_to_act } = this.#goal;
    const handle = assigned_to_act === undefined ? undefined : this.#naive.actor(assigned_to_act).username;
    const isTheirs = (event: Event): boolean =>
      (assigned_to_opr === undefined || event.operator === assigned_to_opr) &&
      (handle === undefined || (event.actor !== null && this.#naive.actor(event.actor).username === handle));
    const isMine = (event: Event): boolean => isTheirs(event) && event.operator === this.#asker;
    return {
      value: count(this.#naive, metric, period, isTheirs),
      ...(handle === undefined ? {} : { mine: count(this.#naive, metric, period, isMine) }),
    };
  }

  #cut({ from, until }: Period): Period {
    const { start_date, end_date } = this.#goal;
    return { from: Math.max(from, start_date), until: Math.min(until, end_date ?? until) };
  }

  running(now: number): Figures | undefined {
    const { start_date, end_date, target_value, frequency } = this.#goal;
    if (now < start_date || (end_date !== undefined && now >= end_date)) return undefined;
    const period = this.#cut(periodBefore(this.zone, now, frequency, 0));
    const { from, until } = period;
    const figures = this.#value(period);
    const value = Number(figures["value"]);
    const [length, passed] = [until - from, now - from];
    return {
      from,
      until,
      ...figures,
      expected: Math.floor((target_value * passed) / length),
      needed: value >= target_value ? 0 : Math.ceil((target_value - value) / this.#left(now, until)),
      ...(passed * 20 < length ? {} : { forecast: Math.round((value * length) / passed) }),
    };
  }

  /** Hours of a day, or days of 24 hours of a month, that are left; a begun one is one. */
  #left(now: number, until: number): number {
    return Math.ceil((until - now) / (this.#goal.frequency === "Daily" ? hourMs : dayMs));
  }

  past(now: number): Figures[] {
    const { start_date, frequency } = this.#goal;
    const end = Math.min(now, this.#goal.end_date ?? now);
    const found: Figures[] = [];
    for (let back = 1; back <= pastPeriods[frequency]; back += 1) {
      const period = this.#cut(periodBefore(this.zone, end, frequency, back));
      if (period.until <= start_date) break;
      found.push({ ...period, ...this.#value(period) });
    }
    return found;
  }
}

/** A goal that holds when this returns. */
async function adopt(draw: Draw, world: World, actors: readonly string[], now: number): Promise<string> {
  const author = draw.one(authors);
  const whose = draw.whole(1, 3);
  const json = {
    metric: draw.one(metrics),
    target_value: draw.whole(1, 40),
    frequency: draw.one(["Daily", "Monthly"] as const),
    start_date: now - draw.whole(1, 700) * dayMs - draw.whole(0, dayMs),
    ...(draw.happens(20) ? { end_date: now + draw.whole(1, 20) * hourMs } : {}),
    ...(whose === 1 ? { assigned_to_opr: world.id(author) } : {}),
    ...(whose === 2 ? { assigned_to_act: draw.one(actors) } : {}),
  };
  const proposed = await world.page(author).expect<Schemas["Proposed"]>(201, "POST", "/api/v1/goals", { json });
  let { outcome } = proposed;
  for (const name of people) {
    if (outcome !== "open" || name === author) continue;
    const path = `/api/v1/proposals/${proposed.proposal_id ?? ""}/vote`;
    const vote = await world.page(name).call("PUT", path, { json: { choice: "for" } });
    if (vote.status === 200) outcome = (vote.json as Schemas["Proposed"]).outcome;
  }
  expect(outcome).toBe("adopted");
  return proposed.object_id;
}

const differs = (told: unknown, naive: unknown): boolean => JSON.stringify(told) !== JSON.stringify(naive);
const inOrder = (figures: Figures | undefined): Figures | null =>
  figures === undefined
    ? null
    : Object.fromEntries(Object.entries(figures).sort(([left], [right]) => (left < right ? -1 : 1)));

/** What differs in what somebody is told of every goal. */
async function ask(
  page: Client,
  asker: string,
  naive: Naive,
  goals: readonly string[],
  zone: string,
): Promise<string[]> {
  const found: string[] = [];
  const hold = (goal: Goal, what: string, told: unknown, naively: unknown): void => {
    if (!differs(told, naively)) return;
    found.push(`${what}: told ${JSON.stringify(told)}, but it is ${JSON.stringify(naively)}: ${JSON.stringify(goal)}`);
  };
  const list = await page.expect<Schemas["GoalProgressList"]>(200, "GET", "/api/v1/goals");
  expect(list.items.map(({ goal }) => goal.goal_id).sort()).toEqual([...goals].sort());
  for (const item of list.items) {
    const progress = new Progress(naive, item.goal, asker, zone);
    hold(item.goal, "zone", item.time_zone, progress.zone);
    hold(item.goal, "running", inOrder(item.running), inOrder(progress.running(list.now)));
    const path = `/api/v1/goals/${item.goal.goal_id}`;
    const details = await page.expect<Schemas["GoalDetails"]>(200, "GET", path);
    hold(item.goal, "past", details.past.map(inOrder), progress.past(details.now).map(inOrder));
  }
  return found;
}

describe.each(engineNames)("on %s", (name) => {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(async () => {
    await engine?.end();
  });

  test.each(Array.from({ length: worlds }, (_, index) => firstSeed + index))("world %d", async (seed) => {
    if (engine === undefined) return;
    const world = await engine.open();
    try {
      await play(world, seed, 80);
      const draw = new Draw(seed);
      const zone = draw.one(oddZones);
      const settings = await world.page("Anna").expect<Schemas["TeamSettings"]>(200, "GET", "/api/v1/settings");
      await world.page("Anna").expect(200, "PUT", "/api/v1/settings", { json: { ...settings, time_zone: zone } });
      const { actors } = await readRaw(world);
      const named = actors
        .filter(({ status }) => status === "Active")
        .sort((left, right) => (`${left.username} ${left.operator}` < `${right.username} ${right.operator}` ? -1 : 1));
      const goals: string[] = [];
      for (let made = 0; made < goalsOfWorld; made += 1) {
        goals.push(
          await adopt(
            draw,
            world,
            named.map(({ id }) => id),
            Date.now(),
          ),
        );
      }
      const naive = new Naive(await readRaw(world), false);
      const asker = draw.one(authors);
      expect(await ask(world.page(asker), world.id(asker), naive, goals, zone)).toEqual([]);
    } finally {
      await world.end();
    }
  });
});
