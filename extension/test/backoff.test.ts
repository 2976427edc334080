import { expect, test } from "vitest";

import { Backoff } from "../src/worker/backoff";

const waits = (backoff: Backoff, count: number): number[] => Array.from({ length: count }, () => backoff.nextMs());

test("waits double up to half a minute", () => {
  expect(waits(new Backoff(() => 1), 9)).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test("waits are at least half of that, so that chance spreads them", () => {
  expect(waits(new Backoff(() => 0), 3)).toEqual([125, 250, 500]);
});

test("waits stay bounded however long it fails", () => {
  const backoff = new Backoff(() => 0.5);
  expect(Math.max(...waits(backoff, 2000))).toBe(22_500);
});

test("waits are short again after it worked", () => {
  const backoff = new Backoff(() => 1);
  waits(backoff, 5);
  backoff.reset();
  expect(backoff.nextMs()).toBe(250);
});
