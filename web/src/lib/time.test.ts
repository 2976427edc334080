import { describe, expect, it } from "vitest";

import {
  cityOf,
  formatAge,
  formatClock,
  formatDay,
  formatDayHeading,
  formatMoment,
  formatShort,
  timeZones,
} from "./time";

const at = Date.UTC(2025, 10, 18, 14, 32, 4);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe("times", () => {
  it("are shown in the operator's zone, with a 24-hour clock", () => {
    expect(formatClock(at, "Europe/Lisbon")).toBe("14:32");
    expect(formatClock(at, "Asia/Kathmandu")).toBe("20:17");
    expect(formatClock(Date.UTC(2025, 10, 18, 0, 5), "UTC")).toBe("00:05");
  });

  it("say the exact time with its zone", () => {
    expect(formatMoment(at, "Europe/Lisbon")).toMatch(/^Tue,? 18 Nov 2025,? (at )?14:32:04 Europe\/Lisbon$/u);
  });

  it("name the day, and its year where it is another one", () => {
    expect(formatDay(at, at, "UTC")).toBe("Tuesday, 18 November");
    expect(formatDay(at, at + 365 * day, "UTC")).toBe("Tuesday, 18 November 2025");
  });

  it("name today and yesterday, by the zone's midnight", () => {
    const late = Date.UTC(2025, 10, 18, 23, 30);
    expect(formatDayHeading(late, late + hour, "UTC")).toBe("Yesterday");
    expect(formatDayHeading(late, late + hour, "America/New_York")).toBe("Today");
    expect(formatDayHeading(late, late + 3 * day, "UTC")).toBe("Tuesday, 18 November");
  });

  it("are short in the feed: the clock today, the day before", () => {
    expect(formatShort(at, at + hour, "UTC")).toBe("14:32");
    expect(formatShort(at, at + day, "UTC")).toBe("18 Nov");
  });

  it("fall back to UTC in a zone that the browser does not know", () => {
    expect(formatClock(at, "Mars/Olympus_Mons")).toBe("14:32");
  });
});

describe("formatAge", () => {
  it("counts whole minutes, hours and days", () => {
    expect(
      [0, 59_999, minute, 59 * minute, hour, 23 * hour, day, 40 * day].map((age) => formatAge(at - age, at)),
    ).toEqual(["just now", "just now", "1 min", "59 min", "1 h", "23 h", "1 d", "40 d"]);
  });

  it("takes a clock that runs ahead for now", () => {
    expect(formatAge(at + minute, at)).toBe("just now");
  });
});

describe("zones", () => {
  it("offer UTC and the browser's own", () => {
    const { own, all } = timeZones();
    expect(all).toContain("UTC");
    expect(all).toContain(own);
    expect(new Set(all).size).toBe(all.length);
  });

  it("are called by their city", () => {
    expect(cityOf("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
    expect(cityOf("UTC")).toBe("UTC");
  });
});
