import { expect, it } from "vitest";

import { isOwnPath } from "./session";

it("returns to pages of this app only", () => {
  expect(["/", "/logs", "/pair?code=ABCD2345"].every(isOwnPath)).toBe(true);
  expect(
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""].some(isOwnPath),
  ).toBe(false);
});

it("does not return to the doors", () => {
  expect(["/sign-in", "/sign-in#x", "/join#x", "/reset#x"].some(isOwnPath)).toBe(false);
});
