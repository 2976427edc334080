import { expect, test } from "vitest";

import { analyticsFilterOf, daysBefore, daysOf, unitOf } from "./analytics-filter";

const zone = "Asia/Kathmandu";
const now = Date.parse("2026-03-01T19:00:00Z"); // The 2nd of March there.

test("what is no filter is passed over", () => {
  expect(analyticsFilterOf({ days: 28, by: "week", colour: "red" })).toEqual({ days: 28, by: "week" });
  expect(analyticsFilterOf({ days: 29, by: "hour", scope: "yours", opr_id: "anna", alone: "yes" })).toEqual({});
  expect(analyticsFilterOf({ from: "2026-02-30", to: "2026-03-01" })).toEqual({});
  expect(analyticsFilterOf({ from: "2026-03-02", to: "2026-03-01" })).toEqual({});
  expect(analyticsFilterOf({ from: "2025-01-01", to: "2026-03-01" })).toEqual({});
  expect(analyticsFilterOf({ act_username: "Two words" })).toEqual({});
});

test("two days take the place of a window, and one's own that of somebody's", () => {
  const days = { from: "2026-02-01", to: "2026-02-28" };
  expect(analyticsFilterOf({ ...days, days: 7 })).toEqual(days);
  expect(analyticsFilterOf({ scope: "mine", opr_id: "OPR-ABCDEFGH" })).toEqual({ scope: "mine" });
  expect(analyticsFilterOf({ opr_id: "OPR-ABCDEFGH" })).toEqual({ opr_id: "OPR-ABCDEFGH" });
});

test("a window ends today where the viewer is, and as many days lie before it", () => {
  const days = daysOf({ days: 7 }, now, zone);
  expect(days).toEqual({ from: "2026-02-24", to: "2026-03-02", count: 7 });
  expect(daysBefore(days)).toEqual({ from: "2026-02-17", to: "2026-02-23", count: 7 });
  expect(daysOf({}, now, "UTC")).toEqual({ from: "2026-02-02", to: "2026-03-01", count: 28 });
});

test("long ranges are told by week unless something else is asked for", () => {
  expect(unitOf({}, daysOf({ days: 91 }, now, zone))).toBe("day");
  expect(unitOf({}, daysOf({ days: 364 }, now, zone))).toBe("week");
  expect(unitOf({ by: "month" }, daysOf({ days: 364 }, now, zone))).toBe("month");
});
