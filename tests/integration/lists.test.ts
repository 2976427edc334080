// Leads, actors and operators, page by page: pages put together are what was asked for, and bad questions are refused.

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, home, join, makeOperation, pair, push, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

type Lead = Schemas["Lead"];
interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  readonly total: number;
}

let server: Server;
let anna: Client;
let leads: readonly Lead[];

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  await anna.expect(201, "POST", "/api/v1/demo");
  leads = await walk<Lead>("leads", { limit: "200" });
});
afterAll(async () => {
  await server.end();
});

async function page<T>(list: string, asked: Readonly<Record<string, string>> = {}): Promise<Page<T>> {
  // A space is %20 here: '+' is a plus.
  const query = Object.entries(asked).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return anna.expect<Page<T>>(200, "GET", `/api/v1/${list}?${query.join("&")}`);
}

/** All pages put together; `between` runs after each. */
async function walk<T>(
  list: string,
  asked: Readonly<Record<string, string>>,
  between?: () => Promise<unknown>,
): Promise<T[]> {
  const items: T[] = [];
  let after: Readonly<Record<string, string>> = {};
  for (;;) {
    const { items: more, next } = await page<T>(list, { ...asked, ...after });
    items.push(...more);
    if (next === null) return items;
    after = { after: next };
    await between?.();
  }
}

const ids = (items: readonly Lead[]): string[] => items.map(({ tar_id }) => tar_id);
const byCodePoint = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function sorted(items: readonly Lead[], key: (lead: Lead) => number | string, isDown: boolean): Lead[] {
  const up = [...items].sort((left, right) => {
    const [one, two] = [key(left), key(right)];
    return (one < two ? -1 : one > two ? 1 : 0) || byCodePoint(left.tar_id, right.tar_id);
  });
  return isDown ? up.reverse() : up;
}

test("the whole list has every lead of the team once", async () => {
  const { totals } = await home(anna);
  expect(leads).toHaveLength(totals.targets);
  expect(new Set(ids(leads)).size).toBe(totals.targets);
  expect((await page("leads", { tar_status: "Booked", limit: "1" })).total).toBe(totals.targets);
});

test.each([
  ["updated_newest", ({ last_updated }: Lead) => last_updated, true],
  ["updated_oldest", ({ last_updated }: Lead) => last_updated, false],
  ["contacted_newest", ({ first_contacted }: Lead) => first_contacted ?? 0, true],
  ["contacted_oldest", ({ first_contacted }: Lead) => first_contacted ?? 0, false],
  ["handle_ascending", ({ tar_username }: Lead) => tar_username, false],
  ["handle_descending", ({ tar_username }: Lead) => tar_username, true],
] as const)("pages in the order %s are the list in that order", async (order, key, isDown) => {
  const expected = ids(sorted(leads, key, isDown));
  expect(ids(await walk<Lead>("leads", { order, limit: "200" }))).toEqual(expected);
  expect(ids(await walk<Lead>("leads", { order, limit: "37" }))).toEqual(expected);
});

test("the first page has 50 leads, newest update first", async () => {
  const expected = ids(sorted(leads, ({ last_updated }) => last_updated, true)).slice(0, 50);
  expect(ids((await page<Lead>("leads")).items)).toEqual(expected);
});

function middle(): Lead {
  const lead = leads[Math.floor(leads.length / 2)];
  if (lead === undefined) throw new Error("There are no leads.");
  return lead;
}

test("a filter leaves what it says, alone and with others", async () => {
  const { first_opr_id = "", first_act_id = "", first_contacted = 0 } = middle();
  const until = first_contacted + 40 * 86_400_000;
  const filters: readonly (readonly [Record<string, string>, (lead: Lead) => boolean])[] = [
    [{ tar_status: "Warm" }, (lead) => lead.tar_status === "Warm"],
    [
      { tar_status: "Paid,Cold No Reply,Tableturnerr Client" },
      (lead) => ["Paid", "Cold No Reply", "Tableturnerr Client"].includes(lead.tar_status),
    ],
    [{ email_state: "Found" }, (lead) => lead.email_state === "Found"],
    [{ phone_num_state: "Not Searched" }, (lead) => lead.phone_num_state === "Not Searched"],
    [{ first_opr_id }, (lead) => lead.first_opr_id === first_opr_id],
    [{ first_act_id }, (lead) => lead.first_act_id === first_act_id],
    [
      { contacted_from: String(first_contacted), contacted_until: String(until) },
      ({ first_contacted: at = 0 }) => at >= first_contacted && at < until,
    ],
    [
      { tar_status: "Replied,Warm", email_state: "Found", first_opr_id },
      (lead) =>
        ["Replied", "Warm"].includes(lead.tar_status) &&
        lead.email_state === "Found" &&
        lead.first_opr_id === first_opr_id,
    ],
  ];
  for (const [asked, isAskedFor] of filters) {
    const expected = ids(
      sorted(
        leads.filter((lead) => isAskedFor(lead)),
        ({ last_updated }) => last_updated,
        true,
      ),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(ids(await walk<Lead>("leads", { ...asked, limit: "23" }))).toEqual(expected);
  }
});

test.each([
  "bistro",
  "BISTRO",
  "_2",
  "_",
  "a.b",
  "a_b",
  "%",
  "1%0",
  ".",
  "e",
  "\\",
  "'",
  '"',
  "🍕",
  "é",
  "x".repeat(100),
])("the term %s is found in handles as it is, and is no pattern", async (search) => {
  const term = search.toLowerCase();
  const expected = leads.filter(({ tar_username }) => tar_username.includes(term));
  const found = await walk<Lead>("leads", { search, order: "handle_ascending", limit: "50" });
  expect(ids(found)).toEqual(ids(sorted(expected, ({ tar_username }) => tar_username, false)));
});

test("a lead is told with its whole notes, an unknown one is not found", async () => {
  const noted = leads.find(({ notes_preview }) => notes_preview !== undefined);
  const detail = await anna.expect<Schemas["LeadDetail"]>(200, "GET", `/api/v1/leads/${noted?.tar_id ?? ""}`);
  expect(detail.lead).toEqual(noted);
  expect(detail.notes).toBe(noted?.notes_preview);
  expect(await anna.problem("GET", "/api/v1/leads/TAR-00000000")).toBe("404 not_found");
  expect(await anna.problem("GET", "/api/v1/leads/TAR-0")).toBe("404 not_found");
  expect(await anna.problem("GET", "/api/v1/leads/%27%20OR%201=1")).toBe("404 not_found");
});

test("targets that come while somebody reads neither repeat nor hide any, and tell who wrote first", async () => {
  const { desktop } = await pair(server, anna);
  let number = 0;
  const seen = await walk<Lead>("leads", { limit: "150", order: "handle_descending" }, async () => {
    const fresh = ["a.first", "m.middle", "z.last"].map((name) => `${name}_${String(number++)}`);
    await push(desktop, ...fresh.map((tar_username) => makeOperation({ tar_username, act_username: "studio.new" })));
  });
  expect(new Set(ids(seen)).size).toBe(seen.length);
  const known = new Set(ids(leads));
  expect(seen.filter(({ tar_id }) => known.has(tar_id))).toHaveLength(leads.length);
  const [fresh] = (await page<Lead>("leads", { search: "a.first_0" })).items;
  expect(fresh).toMatchObject({
    tar_status: "Cold No Reply",
    first_opr_name: "Anna Becker",
    email_state: "Not Searched",
  });
  expect(fresh?.first_act_username).toBe("studio.new");
});

test("pages of actors and operators are the whole lists in each of their orders", async () => {
  const { totals } = await home(anna);
  const actors = await walk<Schemas["ActorEntry"]>("actors", { limit: "200" });
  const operators = await walk<Schemas["OperatorEntry"]>("operators", { limit: "200" });
  expect(actors).toHaveLength(totals.actors);
  expect(operators).toHaveLength(totals.operators);
  expect((await page("actors")).total).toBe(totals.actors);
  expect((await page("operators")).total).toBe(totals.operators);
  for (const order of ["active", "created"] as const) {
    const key = order === "active" ? "last_activity" : "created_at";
    for (const direction of ["newest", "oldest"] as const) {
      const walked = await walk<Schemas["ActorEntry"]>("actors", { order: `${order}_${direction}`, limit: "3" });
      const times = walked.map((actor) => actor[key]);
      expect(walked.map(({ act_id }) => act_id).sort()).toEqual(actors.map(({ act_id }) => act_id).sort());
      expect(times).toEqual([...times].sort((left, right) => (direction === "newest" ? right - left : left - right)));
      const people = await walk<Schemas["OperatorEntry"]>("operators", { order: `${order}_${direction}`, limit: "1" });
      expect(people.map(({ opr_id }) => opr_id).sort()).toEqual(operators.map(({ opr_id }) => opr_id).sort());
    }
  }
  const handles = (await walk<Schemas["ActorEntry"]>("actors", { limit: "2" })).map(({ act_username }) => act_username);
  expect(handles).toEqual([...handles].sort(byCodePoint));
});

test("actors and operators are filtered and searched", async () => {
  const actors = await walk<Schemas["ActorEntry"]>("actors", { limit: "200" });
  const { opr_id = "" } = actors[0] ?? {};
  const active = await walk<Schemas["ActorEntry"]>("actors", { opr_id, act_status: "Active,Discarded", limit: "1" });
  expect(active).toEqual(
    actors.filter((actor) => actor.opr_id === opr_id && ["Active", "Discarded"].includes(actor.act_status)),
  );
  const found = await walk<Schemas["ActorEntry"]>("actors", { search: "STUDIO.N" });
  expect(found).toEqual(actors.filter(({ act_username }) => act_username.includes("studio.n")));
  expect(await walk("actors", { search: "%" })).toEqual([]);
  const owners = await walk<Schemas["OperatorEntry"]>("operators", { role: "owner,admin", search: "anna bECK" });
  expect(owners.map(({ opr_name }) => opr_name)).toEqual(["Anna Becker"]);
  expect(await walk("operators", { role: "viewer", search: "anna bECK" })).toEqual([]);
});

test("a cursor is good for its question only", async () => {
  const { next } = await page("leads", { tar_status: "Cold No Reply", limit: "1" });
  const after = `after=${next ?? ""}`;
  const problem = async (path: string): Promise<string> => anna.problem("GET", `/api/v1/${path}`);
  await anna.expect(200, "GET", `/api/v1/leads?tar_status=Cold%20No%20Reply&limit=7&${after}`);
  expect(await problem(`leads?${after}`)).toBe("400 invalid_parameter");
  expect(await problem(`leads?tar_status=Warm&${after}`)).toBe("400 invalid_parameter");
  expect(await problem(`leads?tar_status=Cold%20No%20Reply&search=a&${after}`)).toBe("400 invalid_parameter");
  expect(await problem(`leads?tar_status=Cold%20No%20Reply&order=updated_oldest&${after}`)).toBe(
    "400 invalid_parameter",
  );
  expect(await problem(`actors?${after}`)).toBe("400 invalid_parameter");
  expect(await problem(`operators?${after}`)).toBe("400 invalid_parameter");
});

const badQueries: readonly (readonly [string, string])[] = [
  ["limit=0", "invalid_parameter"],
  ["limit=201", "invalid_parameter"],
  ["limit=1e2", "invalid_parameter"],
  ["limit=", "invalid_parameter"],
  ["limit=5&limit=5", "invalid_parameter"],
  ["after=", "invalid_parameter"],
  ["after=x", "invalid_parameter"],
  ["after=%00", "invalid_parameter"],
  [`after=${"A".repeat(300)}`, "invalid_parameter"],
  ["order=", "invalid_parameter"],
  ["order=newest", "invalid_parameter"],
  ["search=", "invalid_parameter"],
  ["search=a%00b", "invalid_parameter"],
  ["search=%ff", "invalid_parameter"],
  [`search=${"x".repeat(101)}`, "invalid_parameter"],
  ["page=2", "unknown_parameter"],
  ["offset=10", "unknown_parameter"],
];

test.each(badQueries)("every list refuses %s as %s", async (query, code) => {
  for (const list of ["leads", "actors", "operators"]) {
    expect(await anna.problem("GET", `/api/v1/${list}?${query}`)).toBe(`400 ${code}`);
  }
});

test.each([
  ["leads?tar_status=", "invalid_parameter"],
  ["leads?tar_status=warm", "invalid_parameter"],
  ["leads?tar_status=Warm,", "invalid_parameter"],
  ["leads?tar_status=Warm,Warm", "invalid_parameter"],
  ["leads?tar_status=Warm&tar_status=Paid", "invalid_parameter"],
  ["leads?email_state=N/S", "invalid_parameter"],
  ["leads?phone_num_state=", "invalid_parameter"],
  ["leads?first_opr_id=ACT-00000000", "invalid_parameter"],
  ["leads?first_act_id=ACT-0", "invalid_parameter"],
  ["leads?contacted_from=0", "invalid_parameter"],
  ["leads?contacted_from=-1", "invalid_parameter"],
  ["leads?contacted_until=8796093022208", "invalid_parameter"],
  ["leads?contacted_from=5&contacted_until=5", "invalid_parameter"],
  ["leads?opr_id=OPR-00000000", "unknown_parameter"],
  ["actors?act_status=active", "invalid_parameter"],
  ["actors?opr_id=x", "invalid_parameter"],
  ["actors?tar_status=Warm", "unknown_parameter"],
  ["operators?role=boss", "invalid_parameter"],
  ["operators?opr_status=away", "invalid_parameter"],
  ["operators?opr_id=OPR-00000000", "unknown_parameter"],
])("%s is refused as %s", async (path, code) => {
  expect(await anna.problem("GET", `/api/v1/${path}`)).toBe(`400 ${code}`);
});

test("only who is signed in sees a list", async () => {
  const stranger = Client.page(server);
  const { desktop } = await pair(server, anna, "Other");
  for (const path of ["leads", "actors", "operators", `leads/${middle().tar_id}`]) {
    expect(await stranger.problem("GET", `/api/v1/${path}`)).toBe("401 unauthenticated");
    expect(await desktop.problem("GET", `/api/v1/${path}`)).toBe("403 forbidden");
  }
});
