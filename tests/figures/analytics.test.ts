// What analytics tell, in worlds that chance plays: what loops over everything that happened count by days, weeks, months and hours
// of the platform's own calendar, as docs/metrics.md says, on every engine.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Schemas } from "../integration/client.ts";
import { hourOfWeekAt } from "./calendar.ts";
import { Draw } from "./draw.ts";
import { Naive } from "./naive.ts";
import { play } from "./play.ts";
import {
  askedOf,
  bucketsOf,
  count,
  type Credit,
  drawQuestion,
  everything,
  parametersOf,
  type Question,
  rangeOf,
} from "./questions.ts";
import { type Event, readRaw } from "./raw.ts";
import { type Engine, engineNames, openEngine, type World } from "./world.ts";

const worlds = Math.ceil(Number(process.env["FIGURES_WORLDS"] ?? 20) / 4);
const firstSeed = Number(process.env["FIGURES_SEED"] ?? 1);
const questionsOfWorld = 8;

/** What analytics are to tell, but for the moment at which they do. */
function answer(naive: Naive, question: Question): Omit<Schemas["Analytics"], "now"> {
  const { zone, first, days, by } = question;
  const { previous: previousFrom, from, until } = rangeOf(question);
  const usernames = new Map(naive.raw.actors.map(({ id, username }) => [id, username]));
  const usernameOf = (event: Event): string | null => usernames.get(event.actor ?? "") ?? null;
  const counted = askedOf(naive, question);
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
  const parameters = parametersOf(question);
  parameters.set("by", question.by);
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
      await ask(world, naive, everything(Date.now()));
    } finally {
      await world.end();
    }
  });
});
