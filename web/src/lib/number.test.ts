import { expect, it } from "vitest";

import { formatCount, plural } from "./number";

it("groups thousands", () => {
  expect([0, 999, 1284, 1_150_317].map(formatCount)).toEqual(["0", "999", "1,284", "1,150,317"]);
});

it("counts in words", () => {
  expect([plural(1, "desktop"), plural(0, "desktop"), plural(1200, "log entry", "log entries")]).toEqual([
    "1 desktop",
    "0 desktops",
    "1,200 log entries",
  ]);
});
