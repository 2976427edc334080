// Goals and rules over HTTP and on a real desktop: whoever asks for them has them, and nobody else is bothered.

import { afterAll, beforeAll, expect, test } from "vitest";

import { type Client, join, pair, type Schemas } from "./client.ts";
import { checkSchema } from "./contract.ts";
import { Desk } from "./desk.ts";
import { Server } from "./server.ts";

type Page = Schemas["PullPage"];

let server: Server;
let anna: Client;
let desktop: Client;

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  await anna.expect(201, "POST", "/api/v1/demo");
  desktop = (await pair(server, anna, "Desk")).desktop;
});
afterAll(async () => {
  await server.end();
});

/** Pulls until there is no more, and gives all pages. */
async function catchUp(after: string, query: string): Promise<Page[]> {
  const pages: Page[] = [];
  let place = after;
  do {
    const page = await desktop.expect<Page>(
      200,
      "GET",
      `/api/v1/sync/pull?limit=1000${query}${place === "" ? "" : `&after=${place}`}`,
    );
    checkSchema("PullPage", page);
    place = page.next;
    pages.push(page);
  } while (pages.at(-1)?.has_more === true);
  return pages;
}

test("a desktop of the version before is told nothing of them, and the rest when it asks", async () => {
  const older = await catchUp("", "");
  for (const page of older) {
    expect(page.goals).toBeUndefined();
    expect(page.rules).toBeUndefined();
    expect(page.features).toContain("goals_and_rules");
  }
  const place = older.at(-1)?.next ?? "";
  const updated = await catchUp(place, "&features=goals_and_rules");
  expect(updated.some((page) => page.is_reset)).toBe(false);
  expect(updated.flatMap((page) => page.targets)).toEqual([]);
  const goals = updated.flatMap((page) => page.goals ?? []);
  const rules = updated.flatMap((page) => page.rules ?? []);
  expect(new Set(goals.map(({ status }) => status)).size).toBe(4);
  expect(goals).toHaveLength(10);
  expect(rules).toHaveLength(6);
});

test("what the desktop understands beside is taken, and what nobody knows is refused", async () => {
  const [page] = await catchUp("", "&features=gzip,goals_and_rules,live");
  expect(page?.goals).toBeDefined();
  expect(await desktop.problem("GET", "/api/v1/sync/pull?features=telepathy")).toBe("400 invalid_parameter");
  expect(await desktop.problem("GET", "/api/v1/sync/pull?features=gzip,gzip")).toBe("400 invalid_parameter");
  expect(await desktop.problem("GET", "/api/v1/sync/pull?features=")).toBe("400 invalid_parameter");
});

test("a real desktop has what the team agreed on after its first sync, and says so", async () => {
  const desk = await Desk.pair(server, anna, "Real");
  const synced = await desk.command("sync");
  expect(synced.stderr).toBe("");
  expect(synced.code).toBe(0);
  const pages = await catchUp("", "&features=goals_and_rules");
  const count = (rows: readonly { status: string }[], wanted: string): number =>
    rows.filter(({ status }) => status === wanted).length;
  const goals = pages.flatMap((page) => page.goals ?? []);
  const rules = pages.flatMap((page) => page.rules ?? []);
  expect(await desk.json("status", "--json")).toMatchObject({
    goals: count(goals, "Active"),
    rules: count(rules, "Active"),
    suggestions: count(goals, "Pending Suggestion") + count(rules, "Pending Suggestion"),
  });
  await desk.end();
});
