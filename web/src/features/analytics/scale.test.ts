import { expect, test } from "vitest";

import { heatOf, labelled, middleOf, pathOf, ticksOf } from "./scale";

test("ticks are round, begin at 0 and reach beyond the most", () => {
  expect(ticksOf(2310)).toEqual([0, 500, 1000, 1500, 2000, 2500]);
  expect(ticksOf(3)).toEqual([0, 1, 2, 3]);
  expect(ticksOf(0)).toEqual([0, 1]);
  for (const most of [1, 7, 19, 99, 101, 12_345]) expect(ticksOf(most).at(-1)).toBeGreaterThanOrEqual(most);
});

test("a line goes through the middle of its columns", () => {
  expect(middleOf(0, 4, 100)).toBe(12.5);
  expect(pathOf([0, 10], 10, 100, 50)).toBe("M25.0 50.0 L75.0 0.0");
});

test("some of many columns have a label", () => {
  expect([0, 1, 2, 3, 4, 5, 6].filter((index) => labelled(index, 7, 3))).toEqual([0, 3, 6]);
  expect([0, 1].every((index) => labelled(index, 2, 5))).toBe(true);
});

test("heat has six steps", () => {
  expect([0.04, 0.1, 0.21].map((rate) => heatOf(rate, 0.04, 0.21))).toEqual([0, 2, 5]);
  expect(heatOf(0.5, 0.5, 0.5)).toBe(3);
});
