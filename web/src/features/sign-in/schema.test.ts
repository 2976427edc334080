import { expect, it } from "vitest";

import { signInForm } from "./schema";

it("trims the account and leaves the password as it was typed", () => {
  expect(signInForm.parse({ account: " Maya ", password: " a blank at either end " })).toEqual({
    account: "Maya",
    password: " a blank at either end ",
  });
});

it("asks for both", () => {
  expect(signInForm.safeParse({ account: " ", password: "x" }).success).toBe(false);
  expect(signInForm.safeParse({ account: "Maya", password: "" }).success).toBe(false);
});
