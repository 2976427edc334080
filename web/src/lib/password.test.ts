import { limits } from "@contract/contract";
import { expect, it } from "vitest";

import { passwordFault } from "./password";

it("asks for a length and for nothing else", () => {
  expect(passwordFault("a".repeat(limits.passwordCharactersMin))).toBeUndefined();
  expect(passwordFault("a".repeat(limits.passwordCharactersMin - 1))).toContain("this has 7");
  expect(passwordFault("a".repeat(limits.passwordCharactersMax + 1))).toContain("At most");
});

it("counts characters as a person does", () => {
  expect(passwordFault("😀".repeat(limits.passwordCharactersMin - 1))).toBeDefined();
  expect(passwordFault("😀".repeat(limits.passwordCharactersMax))).toBeUndefined();
});
