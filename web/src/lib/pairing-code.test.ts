import { expect, it } from "vitest";

import { codeFault, formatCode, isCode, normaliseCode } from "./pairing-code";

it("takes a code however it is typed", () => {
  for (const typed of ["ABCD-2345", "abcd2345", " ab cd 23 45 ", "ABCD – 2345", "abcd.2345"]) {
    expect(normaliseCode(typed)).toBe("ABCD2345");
    expect(codeFault(typed)).toBeUndefined();
  }
});

it("says what is wrong with one that cannot be", () => {
  expect(codeFault("  ")).toBe("Type the code that the desktop shows.");
  expect(codeFault("ABCD-234")).toBe("A code has 8 characters, this has 7.");
  expect(codeFault("ABCD-23456")).toBe("A code has 8 characters, this has 9.");
  expect(codeFault("ABCO-2345")).toMatch(/^Codes have no O\./u);
  expect(codeFault("ABCD-23é5")).toMatch(/^Codes have no É\./u);
});

it("agrees with the contract's form", () => {
  expect(["ABCD2345", "ZZZZZZZZ"].every(isCode)).toBe(true);
  expect(["ABCD234", "ABCU2345", "abcd2345", "ABCD-2345", "ABC12345"].some(isCode)).toBe(false);
});

it("shows it as the desktop does", () => {
  expect(formatCode("ABCD2345")).toBe("ABCD-2345");
});
