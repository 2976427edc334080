import { expect, test } from "vitest";

import { countDays, dayIn, isDay, shiftDay, startOfDay } from "./days";

test("a day is one of the calendar", () => {
  expect(["2026-03-29", "2024-02-29"].every(isDay)).toBe(true);
  expect(["2026-02-30", "2026-3-1", "1969-12-31", "", 20260301].some(isDay)).toBe(false);
});

test("days are counted over leap years and changed clocks", () => {
  expect(shiftDay("2024-02-28", 1)).toBe("2024-02-29");
  expect(shiftDay("2026-03-29", 1)).toBe("2026-03-30");
  expect(countDays("2024-01-01", "2024-12-31")).toBe(366);
});

test("an instant lies on the day that clocks show there", () => {
  expect(dayIn(Date.parse("2026-03-01T19:00:00Z"), "Asia/Kathmandu")).toBe("2026-03-02");
});

test("a day begins where its clocks do, also when they skip midnight", () => {
  expect(startOfDay("2026-03-02", "Asia/Kathmandu")).toBe(Date.parse("2026-03-01T18:15:00Z"));
  expect(startOfDay("2026-03-29", "Europe/Berlin")).toBe(Date.parse("2026-03-28T23:00:00Z"));
  expect(startOfDay("2026-10-26", "Europe/Berlin")).toBe(Date.parse("2026-10-25T23:00:00Z"));
  // Beirut goes from 23:59 to 1:00.
  expect(startOfDay("2026-03-29", "Asia/Beirut")).toBe(Date.parse("2026-03-28T22:00:00Z"));
  expect(startOfDay("2026-01-01", "Pacific/Kiritimati")).toBe(Date.parse("2025-12-31T10:00:00Z"));
});
