import { limits } from "@contract/contract";
import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";

import { namesOf, outreach } from "@/testing/entries";

import { applyChange, homeQuery, logsQuery, mergeIntoHome, mergeIntoLogs } from "./feed";
import type { Home, LogPage } from "./wire";

const totals = { targets: 1, logs: 2, actors: 3, operators: 4 };
const span = { from: 0, until: 30, messages: 2, contacted: 1, replied: 0, warm: 0, booked: 0, paid: 0 };
const activity = [outreach(20, "b"), outreach(10, "a")];
const home: Home = { cursor: 7, totals, window: span, activity, devices: 1 };

function pagesOf(...pages: LogPage[]) {
  return { pages, pageParams: pages.map(() => undefined) };
}

describe("mergeIntoHome", () => {
  it("takes the totals, the cursor and the entry of a change", () => {
    const newer = { ...totals, logs: 3 };
    const merged = mergeIntoHome(home, { entry: outreach(30, "c"), totals: newer }, 8);
    expect(merged).toMatchObject({ cursor: 8, totals: newer, devices: 1 });
    expect(namesOf(merged.activity)).toEqual(["c", "b", "a"]);
  });

  it("shows a change that is told again once, and never goes back", () => {
    const merged = mergeIntoHome(home, { entry: outreach(20, "b"), totals }, 3);
    expect(merged.cursor).toBe(7);
    expect(namesOf(merged.activity)).toEqual(["b", "a"]);
  });

  it("keeps the activity as long as the server's", () => {
    const count = limits.homeActivityCount;
    const full = { ...home, activity: Array.from({ length: count }, (_, i) => outreach(1000 - i, `o${i}`)) };
    const merged = mergeIntoHome(full, { entry: outreach(2000, "new"), totals }, 8);
    expect(merged.activity).toHaveLength(count);
    expect(namesOf(merged.activity)[0]).toBe("new");
  });
});

describe("mergeIntoLogs", () => {
  const first: LogPage = { items: [outreach(40, "d"), outreach(30, "c")], next: "x" };
  const last: LogPage = { items: [outreach(20, "b"), outreach(10, "a")], next: null };

  it("puts a new entry onto the first page", () => {
    const merged = mergeIntoLogs(pagesOf(first, last), outreach(50, "e"));
    expect(merged.pages.map((page) => namesOf(page.items))).toEqual([
      ["e", "d", "c"],
      ["b", "a"],
    ]);
  });

  it("puts a late entry onto the page where it belongs", () => {
    const merged = mergeIntoLogs(pagesOf(first, last), outreach(25, "late"));
    expect(merged.pages.map((page) => namesOf(page.items))).toEqual([
      ["d", "c"],
      ["late", "b", "a"],
    ]);
  });

  it("leaves an entry to the page that is not loaded yet", () => {
    const logs = pagesOf(first);
    expect(mergeIntoLogs(logs, outreach(5, "old"))).toBe(logs);
  });

  it("puts the oldest entry of all onto the last page", () => {
    const merged = mergeIntoLogs(pagesOf(first, last), outreach(5, "old"));
    expect(namesOf(merged.pages[1]?.items ?? [])).toEqual(["b", "a", "old"]);
  });

  it("takes the first entry into an empty history", () => {
    const merged = mergeIntoLogs(pagesOf({ items: [], next: null }), outreach(5, "one"));
    expect(namesOf(merged.pages[0]?.items ?? [])).toEqual(["one"]);
  });

  it("knows an entry on any page", () => {
    const logs = pagesOf(first, last);
    expect(mergeIntoLogs(logs, outreach(10, "a"))).toBe(logs);
  });
});

describe("applyChange", () => {
  it("changes what is cached and makes nothing out of what is not", () => {
    const client = new QueryClient();
    client.setQueryData(homeQuery.queryKey, home);
    applyChange(client, { entry: outreach(30, "c"), totals }, 8);
    expect(namesOf(client.getQueryData(homeQuery.queryKey)?.activity ?? [])).toEqual(["c", "b", "a"]);
    expect(client.getQueryData(logsQuery(client).queryKey)).toBeUndefined();
  });
});
