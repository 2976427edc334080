import { expect, it } from "vitest";

import { initialsOf } from "./initials";

it("takes the first and the last word's letter, whatever the script", () => {
  expect(
    ["Maya Lindqvist", "maya", "Ana  Sofia  Costa", "Ångström Öz", "👩‍💻 Dev", "山田 太郎", " "].map(initialsOf),
  ).toEqual(["ML", "M", "AC", "ÅÖ", "👩‍💻D", "山太", ""]);
});
