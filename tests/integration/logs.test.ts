// The log page by page, and the sample data it is read on.

import { afterAll, beforeAll, expect, test } from "vitest";

import { askForLink, Client, home, join, makeOperation, pair, push, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

let server: Server;
let anna: Client;

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
});
afterAll(async () => {
  await server.end();
});

async function list(query = ""): Promise<Schemas["LogPage"]> {
  return anna.expect<Schemas["LogPage"]>(200, "GET", `/api/v1/logs${query}`);
}

/** Every entry behind a cursor, page by page; `between` runs after each page. */
async function walk(limit: number, between?: () => Promise<void>): Promise<Schemas["LogEntry"][]> {
  const entries: Schemas["LogEntry"][] = [];
  let after = "";
  for (;;) {
    const page = await list(`?limit=${String(limit)}${after}`);
    entries.push(...page.items);
    if (page.next === null) return entries;
    after = `&after=${page.next}`;
    await between?.();
  }
}

test("the owner of an empty team loads sample data once, and nobody else may", async () => {
  const stranger = Client.page(server);
  expect(await stranger.problem("POST", "/api/v1/demo")).toBe("401 unauthenticated");
  expect(await anna.problem("POST", "/api/v1/demo", { headers: { Origin: "http://evil.example" } })).toBe(
    "403 cross_site",
  );
  expect((await home(anna)).totals).toMatchObject({ targets: 0, actors: 0, operators: 1 });
  const totals = await anna.expect<Schemas["Totals"]>(201, "POST", "/api/v1/demo");
  expect(totals).toEqual((await home(anna)).totals);
  expect(totals.targets).toBeGreaterThan(0);
  const { operator } = await anna.expect<Schemas["Session"]>(200, "GET", "/api/v1/session");
  expect(operator.role).toBe("owner");
  expect(await anna.problem("POST", "/api/v1/demo")).toBe("409 not_empty");
  expect((await home(anna)).totals).toEqual(totals);
});

test("an operator who is not the owner may not load it", async () => {
  const { activity } = await home(anna);
  const name = activity.find(({ opr_name }) => opr_name !== "Anna Becker")?.opr_name;
  const page = Client.page(server);
  await page.expect(201, "POST", "/api/v1/session", { json: { link: await askForLink(server, name) } });
  expect(await page.problem("POST", "/api/v1/demo")).toBe("403 forbidden");
});

test("pages show every event once, newest first", async () => {
  const { totals } = await home(anna);
  const entries = await walk(200);
  expect(entries).toHaveLength(totals.logs);
  expect(new Set(entries.map(({ elg_id }) => elg_id)).size).toBe(totals.logs);
  const keys = entries.map(({ created_at, elg_id }) => ({ created_at, elg_id }));
  const isBelow = (i: number): boolean => {
    const [above, below] = [keys[i - 1], keys[i]];
    if (above === undefined || below === undefined) return true;
    return (
      below.created_at < above.created_at || (below.created_at === above.created_at && below.elg_id < above.elg_id)
    );
  };
  expect(keys.every((_, i) => isBelow(i))).toBe(true);
});

test("events that arrive while somebody reads neither repeat nor hide any", async () => {
  const { desktop } = await pair(server, anna);
  const before = new Set((await walk(200)).map(({ elg_id }) => elg_id));
  const entries = await walk(199, async () => {
    await push(desktop, makeOperation());
  });
  const seen = entries.map(({ elg_id }) => elg_id);
  expect(new Set(seen).size).toBe(seen.length);
  expect(new Set(seen.filter((elgId) => before.has(elgId))).size).toBe(before.size);
});

test("a page has 50 entries when none are asked for, and as many as asked for otherwise", async () => {
  expect((await list()).items).toHaveLength(50);
  expect((await list("?limit=1")).items).toHaveLength(1);
  expect((await list("?limit=200")).items).toHaveLength(200);
});

test.each([
  ["limit=0", "invalid_parameter"],
  ["limit=201", "invalid_parameter"],
  ["limit=-1", "invalid_parameter"],
  ["limit=1.5", "invalid_parameter"],
  ["limit=x", "invalid_parameter"],
  ["limit=", "invalid_parameter"],
  ["after=", "invalid_parameter"],
  ["after=x", "invalid_parameter"],
  ["after=%00", "invalid_parameter"],
  [`after=${"f".repeat(26)}`, "invalid_parameter"],
  [`after=${"0".repeat(200)}`, "invalid_parameter"],
  ["opr_id=OPR-1", "invalid_parameter"],
  ["opr_id=", "invalid_parameter"],
  ["act_id=OPR-00000000", "invalid_parameter"],
  ["tar_id=TAR-00000000'", "invalid_parameter"],
  ["event_type=outreach", "invalid_parameter"],
  ["event_type=", "invalid_parameter"],
  ["from=-1", "invalid_parameter"],
  ["from=2026-01-01", "invalid_parameter"],
  ["from=9223372036854775807", "invalid_parameter"],
  ["until=0", "invalid_parameter"],
  ["from=20&until=20", "invalid_parameter"],
  ["search=ab", "invalid_parameter"],
  ["search=", "invalid_parameter"],
  [`search=${"a".repeat(101)}`, "invalid_parameter"],
  ["search=abc%00", "invalid_parameter"],
  ["order=up", "invalid_parameter"],
  ["opr_id=OPR-00000000&opr_id=OPR-00000000", "invalid_parameter"],
  ["status=Warm", "unknown_parameter"],
  ["page=2", "unknown_parameter"],
  ["limit=5&limit=5", "invalid_parameter"],
])("a query %s is refused as %s", async (query, code) => {
  expect(await anna.problem("GET", `/api/v1/logs?${query}`)).toBe(`400 ${code}`);
});

/** Every entry that a query finds, whatever its pages look like. */
async function find(query: string): Promise<Schemas["LogEntry"][]> {
  const entries: Schemas["LogEntry"][] = [];
  let after = "";
  for (;;) {
    const page = await list(`?limit=200&${query}${after}`);
    entries.push(...page.items);
    if (page.next === null) return entries;
    after = `&after=${page.next}`;
  }
}

test("filters show exactly the entries that they name, newest or oldest first", async () => {
  const all = await walk(200);
  const some = all.filter(({ event_type }) => event_type === "Outreach")[100];
  if (some?.act_id === undefined || some.tar_id === undefined) throw new Error("no outreach");
  const { opr_id, act_id, tar_id, created_at } = some;
  const filters: [string, (entry: Schemas["LogEntry"]) => boolean][] = [
    [`opr_id=${opr_id}`, (entry) => entry.opr_id === opr_id],
    [`act_id=${act_id}`, (entry) => entry.act_id === act_id],
    [`tar_id=${tar_id}`, (entry) => entry.tar_id === tar_id],
    ["event_type=Change%20in%20Tar%20Info", (entry) => entry.event_type === "Change in Tar Info"],
    [`from=${String(created_at)}`, (entry) => entry.created_at >= created_at],
    [`until=${String(created_at)}`, (entry) => entry.created_at < created_at],
    [`opr_id=${opr_id}&event_type=User`, (entry) => entry.opr_id === opr_id && entry.event_type === "User"],
    [`tar_id=${tar_id}&act_id=${act_id}`, (entry) => entry.tar_id === tar_id && entry.act_id === act_id],
    ["opr_id=OPR-00000000", () => false],
  ];
  for (const [query, isMeant] of filters) {
    const meant = all.filter(isMeant).map(({ elg_id }) => elg_id);
    expect((await find(query)).map(({ elg_id }) => elg_id)).toEqual(meant);
    expect((await find(`${query}&order=oldest`)).map(({ elg_id }) => elg_id)).toEqual([...meant].reverse());
  }
});

test("a search finds a part of a handle or of a message, and no pattern", async () => {
  const all = await walk(200);
  const { desktop } = await pair(server, anna);
  await push(desktop, makeOperation({ tar_username: "sun_set.bar", message_text: "50% off, ¡SÃO JOÃO! 🍕🍕🍕" }));
  const newest = (await list("?limit=1")).items[0]?.elg_id;
  for (const term of ["SUN_SET", "n_set.b", "50%", "são joão", "SÃO", "🍕🍕🍕"]) {
    const found = (await find(`search=${encodeURIComponent(term)}`)).map(({ elg_id }) => elg_id);
    expect(found, term).toContain(newest);
  }
  for (const term of ["sun%bar", "sun.set", "___", "%%%", "nothing has this"]) {
    expect(await find(`search=${encodeURIComponent(term)}`), term).toEqual([]);
  }
  const handle = all.find(({ tar_username }) => tar_username !== undefined)?.tar_username ?? "";
  const meant = all.filter(({ tar_username }) => tar_username === handle).map(({ elg_id }) => elg_id);
  const found = (await find(`search=${handle}`)).map(({ elg_id }) => elg_id);
  expect(meant.every((elgId) => found.includes(elgId))).toBe(true);
});

test("the next of a page is good for the same question only", async () => {
  const { next } = await list("?limit=1&event_type=Outreach");
  const after = `&after=${next ?? ""}`;
  expect((await list(`?limit=3&event_type=Outreach${after}`)).items).toHaveLength(3);
  expect(await anna.problem("GET", `/api/v1/logs?limit=1${after}`)).toBe("400 invalid_parameter");
  expect(await anna.problem("GET", `/api/v1/logs?limit=1&event_type=Outreach&order=oldest${after}`)).toBe(
    "400 invalid_parameter",
  );
});

test("one event is told with its whole text, an unknown one is not found", async () => {
  const entry = (await list("?limit=200")).items.find(({ event_type }) => event_type === "Outreach");
  const detail = await anna.expect<Schemas["LogDetail"]>(200, "GET", `/api/v1/logs/${entry?.elg_id ?? ""}`);
  expect(detail.entry).toEqual(entry);
  expect(await anna.problem("GET", "/api/v1/logs/ELG-0000000000")).toBe("404 not_found");
  expect(await anna.problem("GET", "/api/v1/logs/ELG-0")).toBe("404 not_found");
  expect(await anna.problem("GET", "/api/v1/logs/%27%20OR%201=1")).toBe("404 not_found");
});
