import { expect, test } from "vitest";

import { isAsked, logFilterOf, logQuestionOf } from "./log-filter";

test("what is no filter is passed over", () => {
  expect(logFilterOf({ search: "café", event_type: "Outreach", colour: "red" })).toEqual({
    search: "café",
    event_type: "Outreach",
  });
  expect(logFilterOf({ opr_id: "anna", act_id: "OPR-00000000", tar_id: 3, event_type: "Click", to: "today" })).toEqual(
    {},
  );
  expect(logFilterOf({ search: 2026, from: "2026-03-02", to: "2026-03-01" })).toEqual({
    search: "2026",
    from: "2026-03-02",
  });
});

test("a term that is too short is not asked for", () => {
  expect(isAsked({})).toBe(false);
  expect(isAsked({ search: "ab" })).toBe(false);
  expect(isAsked({ search: "abc" })).toBe(true);
  expect(logQuestionOf({ search: "ab", tar_id: "TAR-1" }, "UTC")).toEqual({ tar_id: "TAR-1" });
});

test("days are asked for as the instants that they are there", () => {
  expect(logQuestionOf({ from: "2026-03-29", to: "2026-03-29" }, "Europe/Berlin")).toEqual({
    from: Date.parse("2026-03-28T23:00:00Z"),
    until: Date.parse("2026-03-29T22:00:00Z"),
  });
});
