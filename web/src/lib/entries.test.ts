import { describe, expect, it } from "vitest";

import { namesOf, outreach } from "@/testing/entries";

import { holdBack, insertEntry, isWithin, joinPages } from "./entries";

const list = [outreach(30, "c"), outreach(20, "b"), outreach(10, "a")];

describe("insertEntry", () => {
  it("puts the newest on top", () => {
    expect(namesOf(insertEntry(list, outreach(40, "d")))).toEqual(["d", "c", "b", "a"]);
  });

  it("puts a message that a desktop reports late where it belongs", () => {
    expect(namesOf(insertEntry(list, outreach(15, "late")))).toEqual(["c", "b", "late", "a"]);
    expect(namesOf(insertEntry(list, outreach(5, "last")))).toEqual(["c", "b", "a", "last"]);
  });

  it("orders events of the same millisecond by id, as the server does", () => {
    expect(namesOf(insertEntry(list, outreach(20, "bb")))).toEqual(["c", "bb", "b", "a"]);
    expect(namesOf(insertEntry(list, outreach(20, "B")))).toEqual(["c", "b", "B", "a"]);
  });

  it("keeps an entry that is told twice once", () => {
    expect(insertEntry(list, outreach(20, "b"))).toBe(list);
  });
});

describe("isWithin", () => {
  it("leaves what lies below the last loaded entry to a later page", () => {
    expect(isWithin(list, outreach(11, "x"))).toBe(true);
    expect(isWithin(list, outreach(9, "x"))).toBe(false);
    expect(isWithin([], outreach(9, "x"))).toBe(false);
  });
});

describe("joinPages", () => {
  it("shows an entry of two overlapping pages once", () => {
    expect(namesOf(joinPages([{ items: list }, { items: [outreach(10, "a"), outreach(5, "z")] }]))).toEqual([
      "c",
      "b",
      "a",
      "z",
    ]);
  });
});

describe("holdBack", () => {
  it("counts what is newer and shows none of it", () => {
    const held = holdBack(list, [outreach(50, "e"), outreach(40, "d"), ...list]);
    expect(held).toEqual({ visible: list, waiting: 2 });
  });

  it("holds back what belongs between shown entries", () => {
    expect(holdBack(list, insertEntry(list, outreach(15, "late")))).toEqual({ visible: list, waiting: 1 });
  });

  it("goes on loading older entries below", () => {
    const held = holdBack(list, [outreach(40, "d"), ...list, outreach(5, "z")]);
    expect(namesOf(held.visible)).toEqual(["c", "b", "a", "z"]);
    expect(held.waiting).toBe(1);
  });

  it("keeps showing what newer entries pushed off a list of fixed length", () => {
    expect(namesOf(holdBack(list, [outreach(40, "d"), ...list.slice(0, 2)]).visible)).toEqual(["c", "b", "a"]);
  });

  it("holds nothing back from an empty list", () => {
    expect(holdBack([], list)).toEqual({ visible: list, waiting: 0 });
  });
});
