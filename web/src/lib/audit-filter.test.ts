import { auditActions } from "@contract/contract";
import { expect, it } from "vitest";

import { actionWords, auditFilterOf } from "./audit-filter";

it("takes from an address what can be a filter, and nothing else", () => {
  const filter = { opr_id: "OPR-0123ABCD", action: "role_changed", object_id: "OPR-89ABCDEF" };
  expect(auditFilterOf({ ...filter, page: 3 })).toEqual(filter);
  expect(auditFilterOf({ opr_id: "maya", action: "made_up", object_id: "  " })).toEqual({});
  expect(auditFilterOf({ object_id: "x".repeat(65) })).toEqual({});
});

it("keeps a handle that an address turns into a number", () => {
  expect(auditFilterOf({ object_id: 1234 })).toEqual({ object_id: "1234" });
});

it("has words for every action", () => {
  expect(actionWords("role_changed")).toBe("Role changed");
  for (const action of auditActions) expect(actionWords(action)).toMatch(/^[A-Z][a-z ]+$/u);
});
