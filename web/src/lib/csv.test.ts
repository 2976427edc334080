import { expect, test } from "vitest";

import { csvOf } from "./csv";

test("commas, quotes and lines are kept, and a formula is none", () => {
  expect(
    csvOf([
      ["name", "messages"],
      ['Anna "A", Berlin', 3],
      ["two\nlines", null],
      ["=1+1", -2],
    ]),
  ).toBe('name,messages\r\n"Anna ""A"", Berlin",3\r\n"two\nlines",\r\n\'=1+1,-2\r\n');
});
