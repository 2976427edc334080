import { expect, test } from "vitest";

import { changeOf, changeOfRates, formatRate, formatWait, intervalOf, rateOf } from "./rates";

test("a rate of nothing is none", () => {
  expect(rateOf(0, 0)).toBeNull();
  expect(formatRate(rateOf(0, 0))).toBe("–");
  expect(formatRate(rateOf(129, 1000))).toBe("12.9 %");
});

test("a change tells how much, and in which direction", () => {
  expect(changeOf(38_420, 34_090)).toEqual({ by: "12.7 %", direction: "more" });
  expect(changeOf(50, 100)).toEqual({ by: "50.0 %", direction: "less" });
  expect(changeOf(7, 7)).toEqual({ by: "", direction: "same" });
  expect(changeOf(1200, 0)).toEqual({ by: "1,200", direction: "more" });
  expect(changeOfRates(0.12, 0.1)).toEqual({ by: "2.0 points", direction: "more" });
  expect(changeOfRates(0.1, null)).toEqual({ by: "", direction: "same" });
});

test("an interval is wide for few, narrow for many, and never beyond 0 and 1", () => {
  const [low, high] = intervalOf(1, 10);
  expect([low, high].map((edge) => edge.toFixed(3))).toEqual(["0.018", "0.404"]);
  expect(intervalOf(0, 3)[0]).toBe(0);
  expect(intervalOf(3, 3)[1]).toBe(1);
  const [less, more] = intervalOf(1000, 10_000);
  expect(more - less).toBeLessThan(0.012);
});

test("a wait is told by its two largest units", () => {
  expect(formatWait(0)).toBe("under 1 min");
  expect(formatWait(51 * 60_000)).toBe("51 min");
  expect(formatWait(3_600_000)).toBe("1 h");
  expect(formatWait((2 * 24 + 3) * 3_600_000 + 59_000)).toBe("2 d 3 h");
});
