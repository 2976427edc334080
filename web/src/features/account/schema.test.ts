import { limits } from "@contract/contract";
import { expect, it } from "vitest";

import { changeForm, firstPasswordForm, tokenDays, tokenForm } from "./schema";

const token = { token_name: "Weekly report", scopes: ["read_leads"], days: "30" };

it("takes no token that opens nothing or has no name", () => {
  expect(tokenForm.safeParse(token).success).toBe(true);
  expect(tokenForm.safeParse({ ...token, scopes: [] }).success).toBe(false);
  expect(tokenForm.safeParse({ ...token, token_name: " " }).success).toBe(false);
  expect(tokenForm.safeParse({ ...token, token_name: "x".repeat(65) }).success).toBe(false);
});

it("offers no life that the server refuses", () => {
  for (const days of tokenDays) expect(Number(days) * 86_400_000).toBeLessThanOrEqual(limits.tokenLifetimeMsMax);
});

it("asks for the present password of who has one", () => {
  const form = { present_password: "", password: "a good long secret" };
  expect(changeForm.safeParse(form).success).toBe(false);
  expect(firstPasswordForm.safeParse(form).success).toBe(true);
});
