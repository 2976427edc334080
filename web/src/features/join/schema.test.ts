import { expect, it } from "vitest";

import { invitedForm, isJoinField, joinForm } from "./schema";

const good = {
  opr_name: "Maya Lindqvist",
  opr_email: "maya@tableturnerr.example",
  time_zone: "Europe/Lisbon",
  password: "",
};

it("trims what is typed around a name and an address", () => {
  expect(joinForm.parse({ ...good, opr_name: "  Maya ", opr_email: " maya@x.example " })).toMatchObject({
    opr_name: "Maya",
    opr_email: "maya@x.example",
  });
});

it("counts characters as the contract does", () => {
  expect(joinForm.safeParse({ ...good, opr_name: "😀".repeat(32) }).success).toBe(true);
  expect(joinForm.safeParse({ ...good, opr_name: "😀".repeat(33) }).success).toBe(false);
});

it("refuses what cannot be", () => {
  for (const bad of [{ opr_name: "  " }, { opr_email: "maya" }, { opr_email: "a b@c" }, { time_zone: "" }]) {
    expect(joinForm.safeParse({ ...good, ...bad }).success).toBe(false);
  }
});

it("knows its own fields among those that the server names", () => {
  expect(isJoinField("opr_email")).toBe(true);
  expect(isJoinField("link")).toBe(false);
  expect(isJoinField(undefined)).toBe(false);
});

it("lets the first owner leave the password out, and nobody else", () => {
  expect(joinForm.safeParse(good).success).toBe(true);
  expect(joinForm.safeParse({ ...good, password: "short" }).success).toBe(false);
  expect(invitedForm.safeParse(good).success).toBe(false);
  expect(invitedForm.safeParse({ ...good, password: "a good long secret" }).success).toBe(true);
});
