import { expect, it } from "vitest";

import { changesOf } from "./values";

it("sets before and after beside each other by name", () => {
  expect(changesOf('{"role":"viewer"}', '{"role":"admin","by":"owner"}')).toEqual([
    { name: "role", before: "viewer", after: "admin" },
    { name: "by", before: undefined, after: "owner" },
  ]);
});

it("writes what is no text as JSON, and keeps null apart from nothing", () => {
  expect(changesOf(undefined, '{"scopes":["read_leads"],"ends":null}')).toEqual([
    { name: "scopes", before: undefined, after: '["read_leads"]' },
    { name: "ends", before: undefined, after: "null" },
  ]);
});

it("shows a damaged value as it is", () => {
  expect(changesOf("{", undefined)).toEqual([{ name: "value", before: "{", after: undefined }]);
  expect(changesOf(undefined, undefined)).toEqual([]);
});
