import { expect, it } from "vitest";

import { namesOf, outreach } from "@/testing/entries";

import { groupByDay } from "./days";

it("groups by the day of the zone", () => {
  const entries = [
    outreach(Date.UTC(2025, 10, 18, 1), "c"),
    outreach(Date.UTC(2025, 10, 17, 23), "b"),
    outreach(Date.UTC(2025, 10, 17, 3), "a"),
  ];
  const groups = (zone: string) => groupByDay(entries, zone).map((day) => namesOf(day.entries));
  expect(groups("UTC")).toEqual([["c"], ["b", "a"]]);
  expect(groups("America/New_York")).toEqual([["c", "b"], ["a"]]);
  expect(groups("Asia/Tokyo")).toEqual([["c", "b"], ["a"]]);
  expect(groupByDay([], "UTC")).toEqual([]);
});
