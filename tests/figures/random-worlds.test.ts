// Every figure of worlds that chance plays is what a slow and obvious computation over the raw events says, on every engine.
// FIGURES_WORLDS is how many worlds each engine plays, FIGURES_SEED the first one's seed.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { compare } from "./compare.ts";
import type { Naive } from "./naive.ts";
import { play, type Pushed } from "./play.ts";
import { type Engine, engineNames, openEngine } from "./world.ts";

const worlds = Number(process.env["FIGURES_WORLDS"] ?? 20);
const firstSeed = Number(process.env["FIGURES_SEED"] ?? 1);
const operationsMin = 40;
const operationsMore = 5; /* So many more sizes, 20 apart. */

/** What worlds have to show for a comparison of them to say anything; how often they did. */
class Tally {
  readonly #seen = new Map<string, number>();

  add(pushed: readonly Pushed[], { raw }: Naive): void {
    const times = new Map<string, number>();
    for (const { at } of raw.events) times.set(String(at), (times.get(String(at)) ?? 0) + 1);
    const order = raw.events.map(({ received }) => received);
    const counts = {
      duplicates: pushed.filter(({ result }) => result.outcome === "duplicate").length,
      "values that lost": raw.given.filter(({ hasWon }) => hasWon === 0).length,
      "messages without text": raw.messages.filter(({ text }) => text === null).length,
      "merged targets": raw.targets.filter(({ mergedInto }) => mergedInto !== null).length,
      "renamed targets": raw.targets.filter(({ username }) => username.startsWith("renamed.")).length,
      "transferred actors": raw.actors.filter(({ status }) => status === "Discarded").length,
      "excluded targets": raw.targets.filter(({ status }) => status === "Excluded").length,
      "lifted exclusions": raw.events.filter(({ before, after }) => before === "Excluded" && after !== null).length,
      "events of one millisecond": [...times.values()].filter((count) => count > 1).length,
      "events received out of order": order.filter((time, index) => time < (order[index - 1] ?? 0)).length,
    };
    for (const [what, count] of Object.entries(counts)) this.#seen.set(what, (this.#seen.get(what) ?? 0) + count);
  }

  get missing(): string[] {
    return [...this.#seen].filter(([, count]) => count === 0).map(([what]) => what);
  }

  toString(): string {
    return [...this.#seen].map(([what, count]) => `${String(count)} ${what}`).join(", ");
  }
}

describe.each(engineNames)("on %s", (name) => {
  let engine: Engine | undefined;
  const tally = new Tally();
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
      const pushed = await play(world, seed, operationsMin + 20 * (seed % operationsMore));
      const { differences, naive } = await compare(world);
      expect(differences).toEqual([]);
      tally.add(pushed, naive);
    } finally {
      await world.end();
    }
  });

  test.runIf(worlds >= 5)("the worlds had everything that figures go wrong by", () => {
    if (engine === undefined) return;
    console.info(`${name}: ${String(tally)}`);
    expect(tally.missing).toEqual([]);
  });
});
