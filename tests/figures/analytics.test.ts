// What analytics tell, in worlds that chance plays: what loops over everything that happened count by days, weeks, months and hours
// of the platform's own calendar, as docs/metrics.md says, on every engine.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Schemas } from "../integration/client.ts";
import { dateAt, hourOfWeekAt, startOfDay } from "./calendar.ts";
import { Draw } from "./draw.ts";
import { Naive } from "./naive.ts";
import { oddZones, play } from "./play.ts";
import { type Event, readRaw } from "./raw.ts";
import { type Engine, engineNames, openEngine, people, type World } from "./world.ts";

const worlds = Math.ceil(Number(process.env["FIGURES_WORLDS"] ?? 20) / 4);
const firstSeed = Number(process.env["FIGURES_SEED"] ?? 1);
const questionsOfWorld = 8;
const dayMs = 86_400_000;
const answerMs = 14 * dayMs;
const figureNames = ["messages", "contacted", "answered", "replied", "warm", "booked", "paid"] as const;

type FigureName = (typeof figureNames)[number];
type Unit = Schemas["AnalyticsUnit"];

/** Something that counts, when it counts and whose it is. */
interface Credit {
  readonly figure: FigureName;
  readonly event: Event;
}

function creditsOf(naive: Naive): Credit[] {
  const credits: Credit[] = naive.raw.events
    .filter(({ type }) => type === "Outreach")
    .map((event) => ({ figure: "messages", event }));
  const reaches = naive.reaches();
  for (const { target, milestone, event } of reaches) {
    if (milestone === "First Contact") {
      credits.push({ figure: "contacted", event });
      const reply = reaches.find((other) => other.target === target && other.milestone === "Replied");
      if (reply !== undefined && reply.event.at >= event.at && reply.event.at - event.at <= answerMs) {
        credits.push({ figure: "answered", event });
      }
    }
    const figure = figureNames.find((name) => name === milestone.toLowerCase());
    if (figure !== undefined) credits.push({ figure, event });
  }
  return credits;
}

type Figures = Record<FigureName, number>;

function count(credits: readonly Credit[]): Figures {
  const figures = Object.fromEntries(figureNames.map((name) => [name, 0])) as Figures;
  for (const { figure } of credits) figures[figure] += 1;
  return figures;
}

/** A date that lies so many days behind another. */
function dateAfter({ year, month, day }: ReturnType<typeof dateAt>, days: number): ReturnType<typeof dateAt> {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

const written = ({ year, month, day }: ReturnType<typeof dateAt>): string =>
  [String(year), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");

const startOf = (zone: string, { year, month, day }: ReturnType<typeof dateAt>): number =>
  startOfDay(zone, year, month, day);

/** The beginnings of the days, weeks or months of a range, the first cut to it. */
function bucketsOf(zone: string, first: ReturnType<typeof dateAt>, days: number, by: Unit): number[] {
  const starts: number[] = [];
  for (let index = 0; index < days; index += 1) {
    const date = dateAfter(first, index);
    const weekday = new Date(Date.UTC(date.year, date.month - 1, date.day)).getUTCDay();
    if (index === 0 || by === "day" || (by === "week" && weekday === 1) || (by === "month" && date.day === 1)) {
      starts.push(startOf(zone, date));
    }
  }
  return starts;
}

interface Question {
  readonly zone: string;
  readonly first: ReturnType<typeof dateAt>;
  readonly days: number;
  readonly by: Unit;
  readonly operator: string | null;
  readonly username: string | null;
}

function drawQuestion(draw: Draw, world: World, usernames: readonly string[], now: number): Question {
  const zone = draw.one(oddZones);
  const days = draw.one([1, 2, 7, 30, 91, 366]);
  return {
    zone,
    days,
    first: dateAfter(dateAt(zone, now - draw.whole(0, 300) * dayMs), 1 - days),
    by: draw.one(["day", "week", "month"] as const),
    operator: draw.happens(30) ? world.id(draw.one(people)) : null,
    username: draw.happens(30) ? draw.one(usernames) : null,
  };
}

/** What analytics are to tell, but for the moment at which they do. */
function answer(naive: Naive, question: Question): Omit<Schemas["Analytics"], "now"> {
  const { zone, first, days, by } = question;
  const from = startOf(zone, first);
  const until = startOf(zone, dateAfter(first, days));
  const previousFrom = startOf(zone, dateAfter(first, -days));
  const usernames = new Map(naive.raw.actors.map(({ id, username }) => [id, username]));
  const usernameOf = (event: Event): string | null => usernames.get(event.actor ?? "") ?? null;
  const counted = creditsOf(naive).filter(
    ({ event }) =>
      (question.operator === null || event.operator === question.operator) &&
      (question.username === null || usernameOf(event) === question.username),
  );
  const between = (start: number, end: number, credits: readonly Credit[] = counted): Credit[] =>
    credits.filter(({ event }) => event.at >= start && event.at < end);
  const within = between(from, until);
  const starts = bucketsOf(zone, first, days, by);
  type Compared = Pick<Schemas["AnalyticsOperator"], "figures" | "previous">;
  const leaders = (keyOf: (event: Event) => string | null): [string, Compared][] => {
    const active = counted.filter(({ event }) => event.at >= previousFrom && event.at < until);
    const keys = new Set(active.map(({ event }) => keyOf(event)));
    return [...keys]
      .filter((key) => key !== null)
      .map((key) => {
        const own = counted.filter(({ event }) => keyOf(event) === key);
        return [key, { figures: count(between(from, until, own)), previous: count(between(previousFrom, from, own)) }];
      });
  };
  const names = new Map(naive.raw.operators.map(({ id, name }) => [id, name]));
  return {
    time_zone: zone,
    previous_from: previousFrom,
    from,
    until,
    figures: count(within),
    previous: count(between(previousFrom, from)),
    volume: starts.map((start, index) => {
      const end = starts[index + 1] ?? until;
      return { from: start, until: end, figures: count(between(start, end)) };
    }),
    heatmap: Array.from({ length: 168 }, (_, hour) =>
      count(within.filter(({ event }) => hourOfWeekAt(zone, event.at) === hour)),
    ),
    operators: leaders(({ operator }) => operator).map(([opr_id, compared]) => ({
      opr_id,
      opr_name: names.get(opr_id) ?? "",
      ...compared,
    })),
    actors: leaders(usernameOf).map(([act_username, compared]) => ({ act_username, ...compared })),
  };
}

const inOrder = (leaders: readonly object[]): string[] =>
  leaders.map((leader) => JSON.stringify(Object.entries(leader).sort())).sort();

/** The order of leaders is most messages first. */
function isSorted(leaders: readonly { readonly figures: { readonly messages: number } }[]): boolean {
  return leaders.every(({ figures }, index) => figures.messages <= (leaders[index - 1]?.figures.messages ?? Infinity));
}

async function ask(world: World, naive: Naive, question: Question): Promise<void> {
  const parameters = new URLSearchParams({
    from: written(question.first),
    to: written(dateAfter(question.first, question.days - 1)),
    time_zone: question.zone,
    by: question.by,
    ...(question.operator === null ? {} : { opr_id: question.operator }),
    ...(question.username === null ? {} : { act_username: question.username }),
  });
  const path = `/api/v1/analytics?${parameters.toString()}`;
  const told = await world.page("Anna").expect<Schemas["Analytics"]>(200, "GET", path);
  const naively = answer(naive, question);
  const { operators, actors, ...rest } = told;
  const { operators: naiveOperators, actors: naiveActors, ...naiveRest } = naively;
  expect(rest, path).toEqual({ ...naiveRest, now: rest.now });
  expect(inOrder(operators), path).toEqual(inOrder(naiveOperators));
  expect(inOrder(actors), path).toEqual(inOrder(naiveActors));
  expect([isSorted(operators), isSorted(actors)], path).toEqual([true, true]);
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
      const naive = new Naive(await readRaw(world), false);
      const usernames = [...new Set(naive.raw.actors.map(({ username }) => username))].sort();
      for (let asked = 0; asked < questionsOfWorld; asked += 1) {
        await ask(world, naive, drawQuestion(draw, world, usernames, Date.now()));
      }
      // Everything that there is, so that a world counts something.
      const now = Date.now();
      const first = dateAfter(dateAt("UTC", now), -365);
      await ask(world, naive, { zone: "UTC", first, days: 366, by: "month", operator: null, username: null });
    } finally {
      await world.end();
    }
  });
});
