import { expect, it } from "vitest";

import { namesOf, outreach } from "@/testing/entries";

import { blocksOf } from "./blocks";

const c = outreach(Date.UTC(2025, 10, 18, 1), "c");
const b = outreach(Date.UTC(2025, 10, 17, 23), "b");
const a = outreach(Date.UTC(2025, 10, 17, 3), "a");
const onePage = new Map([a, b, c].map((entry) => [entry.elg_id, 0]));

function shape(pageOf: ReadonlyMap<string, number>, zone: string) {
  return blocksOf([c, b, a], pageOf, zone).map((block) => [block.beginsDay, ...namesOf(block.entries)]);
}

it("begins a block with every day of the zone", () => {
  expect(shape(onePage, "UTC")).toEqual([
    [true, "c"],
    [true, "b", "a"],
  ]);
  expect(shape(onePage, "America/New_York")).toEqual([
    [true, "c", "b"],
    [true, "a"],
  ]);
});

it("begins a block with every page, without a second heading for the day", () => {
  const twoPages = new Map(onePage).set(a.elg_id, 1);
  expect(shape(twoPages, "UTC")).toEqual([
    [true, "c"],
    [true, "b"],
    [false, "a"],
  ]);
});

it("has nothing to show of nothing", () => {
  expect(blocksOf([], onePage, "UTC")).toEqual([]);
});
