// Goals' progress over HTTP: what was pushed is counted once and by the one definition, in the days and months of whom it concerns.

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, join, makeOperation, pair, push, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

type List = Schemas["GoalProgressList"];
type Details = Schemas["GoalDetails"];

let server: Server;
let anna: Client;
let desktop: Client;

beforeAll(async () => {
  server = await Server.start({ environment: { INSTACRM_CACHE: "off" } });
  anna = await join(server);
  desktop = (await pair(server, anna, "Desk")).desktop;
});
afterAll(async () => {
  await server.end();
});

/** Somebody joins by an invitation of Anna's. */
async function invite(name: string): Promise<Client> {
  const json = { role: "operator" };
  const invited = await anna.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", { json });
  const page = Client.page(server);
  await page.expect(201, "POST", "/api/v1/join", {
    json: {
      link: invited.link,
      opr_name: name,
      opr_email: `${name.toLowerCase()}@example.com`,
      password: "a good long secret",
      time_zone: "UTC",
    },
  });
  return page;
}

let number = 0;

/** Writes an active goal of the team, which nobody voted on, straight into the server's database. */
async function aim(columns: Readonly<Record<string, string | number>>): Promise<string> {
  const goalId = `GOL-${String((number += 1)).padStart(8, "0")}`;
  const row = {
    goal_id: `'${goalId}'`,
    metric: "'Total Messages Sent'",
    target_value: 10,
    frequency: "'Daily'",
    status: "'Active'",
    suggested_by: "(SELECT opr_id FROM operators WHERE role = 'owner')",
    created_at: number,
    start_date: 0,
    ...columns,
  };
  await server.sql(`INSERT INTO goals (${Object.keys(row).join(", ")}) VALUES (${Object.values(row).join(", ")})`);
  return goalId;
}

async function write(actUsername: string, tarUsername: string, sentAt = Date.now()): Promise<void> {
  const operation = makeOperation({ act_username: actUsername, tar_username: tarUsername, sent_at: sentAt });
  expect((await push(desktop, operation))[0]?.outcome).toBe("accepted");
}

async function progressOf(goalId: string, query = ""): Promise<List["items"][number] | undefined> {
  const list = await anna.expect<List>(200, "GET", `/api/v1/goals${query}`);
  return list.items.find(({ goal }) => goal.goal_id === goalId);
}

/** Where a day of a zone begins and ends, by the platform's own calendar. */
function dayOf(zone: string, instant: number): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(instant);
}

test("messages and profiles of the day are counted: a target twice is one profile", async () => {
  const messages = await aim({});
  const profiles = await aim({ metric: "'Unique Profiles Contacted'", target_value: 2 });
  await write("shop", "bistro");
  await write("shop", "bistro");
  await write("studio", "cafe");
  expect((await progressOf(messages))?.running?.value).toBe(3);
  const running = (await progressOf(profiles))?.running;
  expect(running).toMatchObject({ value: 2, needed: 0 });
  expect(running?.mine).toBeUndefined();
});

test("a goal of an operator counts in the operator's days, the team's in the team's", async () => {
  await server.sql("UPDATE operators SET time_zone = 'Pacific/Kiritimati'");
  const own = await aim({ assigned_to_opr: "(SELECT opr_id FROM operators WHERE role = 'owner')" });
  const team = await aim({});
  for (const [goalId, zone] of [
    [own, "Pacific/Kiritimati"],
    [team, "UTC"],
  ] as const) {
    const progress = await progressOf(goalId);
    expect(progress?.time_zone).toBe(zone);
    const { from = 0, until = 0 } = progress?.running ?? {};
    expect(until - from).toBe(86_400_000);
    expect(dayOf(zone, from)).not.toBe(dayOf(zone, from - 1));
    expect(dayOf(zone, from)).toBe(dayOf(zone, until - 1));
  }
  expect((await progressOf(own))?.opr_name).toBe("Anna Becker");
  await server.sql("UPDATE operators SET time_zone = 'UTC'");
});

test("what is an actor's is collected by all who write from it, and one's own share is told", async () => {
  const ben = await invite("Ben");
  const benDesk = (await pair(server, ben, "Other desk")).desktop;
  await push(benDesk, makeOperation({ act_username: "shop", tar_username: "ben.one" }));
  await push(benDesk, makeOperation({ act_username: "shop", tar_username: "ben.two" }));
  const goalId = await aim({
    assigned_to_act: "(SELECT MIN(act_id) FROM actors WHERE act_username = 'shop')",
    target_value: 100,
  });
  expect((await progressOf(goalId))?.running).toMatchObject({ value: 4, mine: 2 });
  expect((await progressOf(goalId))?.act_username).toBe("shop");
  const seen = await ben.expect<List>(200, "GET", "/api/v1/goals?scope=mine");
  const bens = seen.items.filter(({ goal }) => goal.goal_id === goalId);
  expect(bens.map(({ running }) => running?.mine)).toEqual([2]);
  expect(
    seen.items.every(({ act_username, goal }) => act_username === "shop" || goal.assigned_to_opr !== undefined),
  ).toBe(true);
});

test("past months are told, the newest first, as far as the goal held", async () => {
  const now = new Date();
  const month = (back: number): number => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1);
  const goalId = await aim({ frequency: "'Monthly'", start_date: month(2) + 86_400_000 });
  await write("shop", "long.ago", month(1) + 5000);
  await write("shop", "longer.ago", month(2) + 2 * 86_400_000);
  await write("shop", "too.early", month(2) + 5000);
  const details = await anna.expect<Details>(200, "GET", `/api/v1/goals/${goalId}`);
  expect(details.past.map(({ from, until, value }) => [from, until, value])).toEqual([
    [month(1), month(0), 1],
    [month(2) + 86_400_000, month(1), 1],
  ]);
  expect(details.running?.from).toBe(month(0));
});

test("a reply counts once, when the target first reached it, for whom recorded it", async () => {
  const replies = await aim({ metric: "'Replies Received'", target_value: 1 });
  expect((await progressOf(replies))?.running).toMatchObject({ value: 0, needed: 1 });
  const set = (value: string): Promise<unknown> =>
    push(desktop, {
      op_id: makeOperation().op_id,
      kind: "set_field",
      tar_username: "bistro",
      field: "tar_status",
      value,
      sent_at: Date.now(),
      hybrid_time: Date.now() * 1024,
    });
  await set("Replied");
  await set("Warm");
  await set("Replied");
  expect((await progressOf(replies))?.running).toMatchObject({ value: 1, needed: 0 });
});

test("what holds no more is not in the list, and what has not begun does not run", async () => {
  const archived = await aim({ status: "'Archived'" });
  const later = await aim({ start_date: Date.now() + 3 * 86_400_000 });
  expect(await progressOf(archived)).toBeUndefined();
  expect(await progressOf(later)).toBeDefined();
  expect((await progressOf(later))?.running).toBeUndefined();
  expect((await anna.expect<Details>(200, "GET", `/api/v1/goals/${archived}`)).goal.status).toBe("Archived");
  expect(await anna.problem("GET", "/api/v1/goals/GOL-FFFFFFFF")).toBe("404 not_found");
  expect(await anna.problem("GET", "/api/v1/goals/none")).toBe("404 not_found");
  expect(await anna.problem("GET", "/api/v1/goals?scope=all")).toBe("400 invalid_parameter");
});
