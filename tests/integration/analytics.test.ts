// Analytics over HTTP: what is refused, whose figures are told, and that a message is in them at once. That they are right is
// tests/figures' business.

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, join, makeOperation, pair, push, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

type Analytics = Schemas["Analytics"];

const dayMs = 86_400_000;

let server: Server;
let anna: Client;
let bela: Client;
let desktop: Client;

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  desktop = (await pair(server, anna, "Desk")).desktop;
  const json = { role: "operator" };
  const invited = await anna.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", { json });
  bela = Client.page(server);
  await bela.expect(201, "POST", "/api/v1/join", {
    json: {
      link: invited.link,
      opr_name: "Bela",
      opr_email: "bela@example.com",
      password: "a good long secret",
      time_zone: "Asia/Kathmandu",
    },
  });
});
afterAll(async () => {
  await server.end();
});

async function ask(page: Client, query = ""): Promise<Analytics> {
  return page.expect<Analytics>(200, "GET", `/api/v1/analytics${query}`);
}

async function write(actUsername: string, tarUsername: string): Promise<void> {
  const operation = makeOperation({ act_username: actUsername, tar_username: tarUsername, sent_at: Date.now() });
  expect((await push(desktop, operation))[0]?.outcome).toBe("accepted");
}

test("thirty days of the viewer's zone are told when nothing is asked for, and as many before them", async () => {
  const told = await ask(bela);
  expect(told.time_zone).toBe("Asia/Kathmandu");
  expect(told.until - told.from).toBe(30 * dayMs);
  expect(told.from - told.previous_from).toBe(30 * dayMs);
  expect((told.from + 5.75 * 3_600_000) % dayMs).toBe(0);
  expect(told.now).toBeGreaterThanOrEqual(told.until - dayMs);
  expect(told.volume).toHaveLength(30);
  expect(told.heatmap).toHaveLength(168);
});

test("a message is in the figures when it was acknowledged, for the team and for whose it is", async () => {
  const before = await ask(anna);
  await write("studio", "first.of.all");
  const figures = { messages: before.figures.messages + 1, contacted: before.figures.contacted + 1 };
  const told = await ask(anna);
  expect(told.figures).toMatchObject(figures);
  expect(told.volume.at(-1)?.figures.messages).toBeGreaterThan(0);
  expect(told.operators).toHaveLength(1);
  expect(told.actors).toMatchObject([{ act_username: "studio", figures }]);
  expect((await ask(anna, "?scope=mine")).figures).toMatchObject(figures);
  expect((await ask(anna, "?act_username=studio")).figures).toMatchObject(figures);
  expect((await ask(anna, "?act_username=another")).figures).toMatchObject({ messages: 0 });
  expect((await ask(bela)).figures).toMatchObject(figures);
  const belas = await ask(bela, "?scope=mine");
  expect(belas.figures).toMatchObject({ messages: 0 });
  expect(belas.actors).toEqual([]);
});

test("days of 23 and of 25 hours have as many, and a week begins on Monday", async () => {
  const spring = await ask(anna, "?from=2026-03-29&to=2026-03-29&time_zone=Europe/Berlin");
  expect(spring.until - spring.from).toBe(23 * 3_600_000);
  const autumn = await ask(anna, "?from=2026-10-25&to=2026-10-25&time_zone=Europe/Berlin");
  expect(autumn.until - autumn.from).toBe(25 * 3_600_000);
  const weeks = await ask(anna, "?from=2026-01-01&to=2026-01-12&time_zone=UTC&by=week");
  expect(weeks.volume.map(({ from }) => new Date(from).toISOString().slice(0, 10))).toEqual([
    "2026-01-01",
    "2026-01-05",
    "2026-01-12",
  ]);
  const year = await ask(anna, "?from=2024-01-01&to=2024-12-31&time_zone=UTC");
  expect(year.volume).toHaveLength(366);
});

test.each([
  ["a range that ends before it begins", "?from=2026-03-02&to=2026-03-01"],
  ["more than 366 days", "?from=2024-01-01&to=2025-01-01"],
  ["a day that there is not", "?from=2026-02-30"],
  ["a day before 1970", "?from=1969-12-31&to=1969-12-31"],
  ["a month that there is not", "?to=2026-13-01"],
  ["what is no day", "?from=yesterday"],
  ["a time instead of a day", "?from=2026-03-01T00"],
  ["a zone that there is not", "?time_zone=Mars/Olympus"],
  ["an empty zone", "?time_zone="],
  ["a unit that there is not", "?by=hour"],
  ["a scope that there is not", "?scope=yours"],
  ["one's own and somebody's", "?scope=mine&opr_id=OPR-00000000"],
  ["what is no operator", "?opr_id=anna"],
  ["what is no handle", "?act_username=two%20words"],
])("%s is refused", async (_what, query) => {
  const problem = await anna.expect<Schemas["Problem"]>(400, "GET", `/api/v1/analytics${query}`);
  expect(problem.code).toBe("invalid_parameter");
});

test("what nobody asks for is refused", async () => {
  const problem = await anna.expect<Schemas["Problem"]>(400, "GET", "/api/v1/analytics?colour=red");
  expect(problem.code).toBe("unknown_parameter");
});

test("the parts tell of the same first contact, and the rows behind it are its event", async () => {
  const handle = "parts.of.analytics";
  const text = "Hi Dora, your tables are lovely.";
  const before = await ask(anna);
  const operation = makeOperation({
    act_username: "studio",
    tar_username: handle,
    sent_at: Date.now(),
    message_text: text,
  });
  expect((await push(desktop, operation))[0]?.outcome).toBe("accepted");
  const contacted = before.figures.contacted + 1;
  const funnel = await anna.expect<Schemas["FunnelAnswer"]>(200, "GET", "/api/v1/analytics/funnel");
  expect(funnel.total.contacted).toBe(contacted);
  expect(funnel.cohorts.reduce((sum, cohort) => sum + cohort.contacted, 0)).toBe(contacted);
  expect(funnel.total.stages[0]).toEqual({ tar_status: "Replied", reached: 0 });
  const coverage = await anna.expect<Schemas["CoverageAnswer"]>(200, "GET", "/api/v1/analytics/coverage");
  expect(coverage.coverage).toMatchObject({ contacted, email: { found: 0, not_found: 0, not_searched: contacted } });
  const openers = await anna.expect<Schemas["OpenersAnswer"]>(200, "GET", "/api/v1/analytics/openers");
  const opener = openers.openers.find(({ example }) => example.tar_username === handle);
  expect(opener).toMatchObject({ counts: { contacted: 1, answered: 0 }, example: { message_preview: text } });
  const path = `/api/v1/analytics/rows?figure=contacted&opener=${opener?.opener ?? ""}`;
  const rows = await anna.expect<Schemas["FigureRows"]>(200, "GET", path);
  expect(rows.items).toEqual([opener?.example]);
  expect(rows.next).toBeNull();
});

test.each([
  ["a figure that there is not", "?figure=clicks"],
  ["an hour that a week has not", "?hour_of_week=168"],
  ["an hour that is no number", "?hour_of_week=1e1"],
  ["a stage of messages", "?figure=messages&stage=Paid"],
  ["a stage that is no stage of a funnel", "?figure=contacted&stage=Excluded"],
  ["an opener that nobody was told of", "?figure=contacted&opener=12"],
  ["an opener beyond the numbers", "?figure=contacted&opener=ffffffffffffffff"],
  ["a cursor of another question", "?figure=contacted&after=bm9uZQ"],
  ["more rows than a page has", "?limit=201"],
])("rows of %s are refused", async (_what, query) => {
  const problem = await anna.expect<Schemas["Problem"]>(400, "GET", `/api/v1/analytics/rows${query}`);
  expect(problem.code).toBe("invalid_parameter");
});

test("pages of rows go on behind a row, and a cursor is good for its own question", async () => {
  for (let index = 0; index < 5; index += 1) await write("studio", `page.of.rows.${String(index)}`);
  const all = await anna.expect<Schemas["FigureRows"]>(200, "GET", "/api/v1/analytics/rows?limit=200");
  const first = await anna.expect<Schemas["FigureRows"]>(200, "GET", "/api/v1/analytics/rows?limit=2");
  const second = await anna.expect<Schemas["FigureRows"]>(
    200,
    "GET",
    `/api/v1/analytics/rows?limit=200&after=${first.next ?? ""}`,
  );
  expect([...first.items, ...second.items]).toEqual(all.items);
  expect(all.items).toHaveLength((await ask(anna)).figures.messages);
  const other = `/api/v1/analytics/rows?figure=contacted&after=${first.next ?? ""}`;
  expect((await anna.expect<Schemas["Problem"]>(400, "GET", other)).code).toBe("invalid_parameter");
});
