// Proposing, voting and settling over HTTP: several people's browsers on one server.

import { afterAll, beforeAll, expect, test } from "vitest";

import { askForLink, Client, join, pair, push, makeOperation, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

type Proposed = Schemas["Proposed"];
type Detail = Schemas["ProposalDetail"];
type Page = Schemas["ProposalPage"];
type Json = Readonly<Record<string, unknown>>;

type Name = "ben" | "cleo" | "dora" | "eve";
const roles: Readonly<Record<Name, string>> = { ben: "admin", cleo: "operator", dora: "operator", eve: "viewer" };
const ids: Readonly<Record<Name, string>> = {
  ben: "OPR-0000000B",
  cleo: "OPR-0000000C",
  dora: "OPR-0000000D",
  eve: "OPR-0000000E",
};

const hourMs = 3_600_000;
const goal = { metric: "Bookings Made", target_value: 7, frequency: "Daily" };
const cap = { type: "Frequency Cap", limit_value: 40, time_window_sec: 86_400 };

let server: Server;
let anna: Client;
let people: Readonly<Record<Name, Client>>;

async function addPerson(name: Name): Promise<Client> {
  await server.sql(`
    INSERT INTO operators (opr_id, opr_email, opr_email_folded, opr_name, opr_name_folded, opr_status, role, time_zone,
      created_at, last_activity)
    VALUES ('${ids[name]}', '${name}@example.com', '${name}@example.com', '${name}', '${name}', 'offline',
      '${roles[name]}', 'UTC', 1, 1);
    UPDATE totals SET total_value = total_value + 1 WHERE total_name = 'operators'`);
  const page = Client.page(server);
  await page.expect(201, "POST", "/api/v1/session", { json: { link: await askForLink(server, name) } });
  return page;
}

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  people = {
    ben: await addPerson("ben"),
    cleo: await addPerson("cleo"),
    dora: await addPerson("dora"),
    eve: await addPerson("eve"),
  };
});
afterAll(async () => {
  await server.end();
});

const propose = async (by: Client, route: "goals" | "rules", json: Json): Promise<Proposed & { id: string }> => {
  const made = await by.expect<Proposed>(201, "POST", `/api/v1/${route}`, { json });
  return { ...made, id: made.proposal_id ?? "" };
};
const vote = async (by: Client, id: string, choice: string, reason?: string): Promise<Proposed> =>
  by.expect<Proposed>(200, "PUT", `/api/v1/proposals/${id}/vote`, {
    json: reason === undefined ? { choice } : { choice, reason },
  });
const get = async (id: string, by = anna): Promise<Detail> => by.expect<Detail>(200, "GET", `/api/v1/proposals/${id}`);
const history = async (id: string): Promise<Schemas["ProposalDeed"][]> =>
  (await anna.expect<Schemas["ProposalHistoryPage"]>(200, "GET", `/api/v1/proposals/${id}/history`)).items;
const statusOf = async (id: string): Promise<string> =>
  (
    await server.sql(`
    SELECT status FROM goals WHERE goal_id = '${id}' UNION SELECT status FROM rules WHERE rule_id = '${id}'`)
  ).trim();

test("a proposal waits until the silent could not alter it, and the deciding vote adopts it", async () => {
  const { id, object_id: goalId } = await propose(people.cleo, "goals", { ...goal, reason: "We can." });
  expect(await statusOf(goalId)).toBe("Pending Suggestion");
  const open = await get(id, people.cleo);
  expect(open).toMatchObject({
    purpose: "adopt",
    outcome: "open",
    reason: "We can.",
    opr_name: "cleo",
    members: 4,
    quorum: 2,
    votes_for: 1,
    own_choice: "for",
    can_change: true,
    is_member: true,
  });
  expect(open.goal).toMatchObject({ goal_id: goalId, status: "Pending Suggestion", target_value: 7 });
  expect(open.closes_at - open.opened_at).toBe(72 * hourMs);
  expect((await vote(people.ben, id, "against", "Too many.")).outcome).toBe("open");
  expect((await vote(people.ben, id, "for")).outcome).toBe("open");
  expect((await get(id, people.cleo)).can_change).toBe(false);
  expect((await vote(people.dora, id, "for")).outcome).toBe("adopted");
  expect(await statusOf(goalId)).toBe("Active");
  const done = await get(id);
  expect(done).toMatchObject({ outcome: "adopted", members: 4, votes_for: 3, votes_against: 0, abstentions: 0 });
  expect(done.votes.map(({ opr_name: name, choice }) => `${name} ${choice}`)).toEqual([
    "ben for",
    "cleo for",
    "dora for",
  ]);
  expect(await anna.problem("PUT", `/api/v1/proposals/${id}/vote`, { json: { choice: "for" } })).toBe("409 conflict");
  const deeds = await history(id);
  expect(
    deeds.map(({ opr_name: by, deed, choice_before: before, choice_after: after }) => [by, deed, before, after]),
  ).toEqual([
    ["cleo", "proposed", undefined, "for"],
    ["ben", "voted", undefined, "against"],
    ["ben", "voted", "against", "for"],
    ["dora", "voted", undefined, "for"],
    ["dora", "adopted", undefined, undefined],
  ]);
  expect(deeds[1]?.reason).toBe("Too many.");
  const { items } = await anna.expect<Schemas["LogPage"]>(200, "GET", "/api/v1/logs?limit=2");
  expect(items.map(({ details }) => details)).toEqual([
    "adopted goal: 7 Bookings Made, Daily",
    "voted for goal: 7 Bookings Made, Daily",
  ]);
  const audit = await anna.expect<Schemas["AuditPage"]>(200, "GET", `/api/v1/audit?object_id=${id}&order=oldest`);
  expect(audit.items.map(({ action }) => action)).toEqual([
    "proposal_made",
    "vote_cast",
    "vote_cast",
    "vote_cast",
    "proposal_decided",
  ]);
});

test("the same vote once more changes nothing, and a vote can be taken back", async () => {
  const { id } = await propose(people.cleo, "goals", goal);
  await vote(people.ben, id, "abstain");
  await vote(people.ben, id, "abstain");
  expect((await get(id)).abstentions).toBe(1);
  await people.ben.expect(200, "DELETE", `/api/v1/proposals/${id}/vote`);
  expect(await people.ben.problem("DELETE", `/api/v1/proposals/${id}/vote`)).toBe("409 conflict");
  expect((await get(id)).abstentions).toBe(0);
  expect((await history(id)).map(({ deed }) => deed)).toEqual(["proposed", "voted", "vote_withdrawn"]);
});

test("who proposed it changes and withdraws it until another has voted; nobody else does", async () => {
  const { id, object_id: goalId } = await propose(people.cleo, "goals", goal);
  const route = `/api/v1/proposals/${id}/goal`;
  expect(await people.dora.problem("PUT", route, { json: goal })).toBe("403 forbidden");
  expect(await anna.problem("DELETE", `/api/v1/proposals/${id}`)).toBe("403 forbidden");
  expect(await people.cleo.problem("PUT", `/api/v1/proposals/${id}/rule`, { json: cap })).toBe("409 conflict");
  await people.cleo.expect(200, "PUT", route, { json: { ...goal, target_value: 9 } });
  expect((await get(id)).goal?.target_value).toBe(9);
  expect((await history(id)).map(({ deed }) => deed)).toEqual(["proposed", "changed"]);
  await vote(people.dora, id, "abstain");
  expect(await people.cleo.problem("PUT", route, { json: goal })).toBe("409 conflict");
  expect(await people.cleo.problem("DELETE", `/api/v1/proposals/${id}`)).toBe("409 conflict");
  await people.dora.expect(200, "DELETE", `/api/v1/proposals/${id}/vote`);
  await people.cleo.expect(204, "DELETE", `/api/v1/proposals/${id}`);
  expect((await get(id)).outcome).toBe("withdrawn");
  expect(await statusOf(goalId)).toBe("Archived");
});

test("a personal goal is adopted and archived at once", async () => {
  const made = await propose(people.cleo, "goals", { ...goal, assigned_to_opr: ids.cleo });
  expect(made.outcome).toBe("adopted");
  expect(await statusOf(made.object_id)).toBe("Active");
  expect((await get(made.id)).is_voted).toBe(false);
  const route = `/api/v1/goals/${made.object_id}/archiving`;
  const others = await people.dora.expect<Proposed>(201, "POST", route, { json: {} });
  expect(others.outcome).toBe("open");
  expect(await people.cleo.problem("POST", route, { json: {} })).toBe("409 conflict");
  await people.dora.expect(204, "DELETE", `/api/v1/proposals/${others.proposal_id ?? ""}`);
  const archived = await people.cleo.expect<Proposed>(201, "POST", route, { json: { reason: "Done." } });
  expect(archived).toEqual({ object_id: made.object_id, outcome: "adopted" });
  expect(await statusOf(made.object_id)).toBe("Archived");
});

test("a personal limit is adopted at once unless it loosens one, and is not archived alone", async () => {
  const own = { ...cap, assigned_to_opr: ids.cleo };
  const first = await propose(people.cleo, "rules", own);
  expect(first.outcome).toBe("adopted");
  const stricter = await propose(people.cleo, "rules", { ...own, limit_value: 30, replaces_id: first.object_id });
  expect(stricter.outcome).toBe("adopted");
  expect(await statusOf(first.object_id)).toBe("Archived");
  const looser = await propose(people.cleo, "rules", { ...own, limit_value: 31, replaces_id: stricter.object_id });
  expect(looser.outcome).toBe("open");
  expect(await statusOf(stricter.object_id)).toBe("Active");
  const forDora = await propose(people.cleo, "rules", { ...cap, assigned_to_opr: ids.dora });
  expect(forDora.outcome).toBe("open");
  const alone = `/api/v1/rules/${stricter.object_id}/archiving`;
  expect(await people.cleo.problem("POST", alone, { json: {} })).toBe("409 conflict");
  await people.cleo.expect(204, "DELETE", `/api/v1/proposals/${looser.id}`);
  expect((await people.cleo.expect<Proposed>(201, "POST", alone, { json: {} })).outcome).toBe("open");
});

test("what is adopted in another's place archives that one in the same moment", async () => {
  const former = await propose(people.cleo, "rules", cap);
  await vote(people.ben, former.id, "for");
  expect((await vote(people.dora, former.id, "for")).outcome).toBe("adopted");
  const next = await propose(people.ben, "rules", { ...cap, limit_value: 50, replaces_id: former.object_id });
  const json = { ...cap, replaces_id: former.object_id };
  expect(await people.cleo.problem("POST", "/api/v1/rules", { json })).toBe("409 conflict");
  await vote(people.cleo, next.id, "for");
  expect(await statusOf(former.object_id)).toBe("Active");
  await vote(people.dora, next.id, "for");
  expect(await statusOf(former.object_id)).toBe("Archived");
  expect(await statusOf(next.object_id)).toBe("Active");
  expect(await people.cleo.problem("POST", "/api/v1/rules", { json })).toBe("400 invalid_field");
});

test("a viewer sees and does not vote, nobody votes on what is not there, and values are refused by name", async () => {
  const { id } = await propose(people.cleo, "goals", goal);
  expect((await get(id, people.eve)).is_member).toBe(false);
  expect(await people.eve.problem("PUT", `/api/v1/proposals/${id}/vote`, { json: { choice: "for" } })).toBe(
    "403 forbidden",
  );
  expect(await people.eve.problem("POST", "/api/v1/goals", { json: goal })).toBe("403 forbidden");
  expect(await anna.problem("PUT", "/api/v1/proposals/PRO-00000000/vote", { json: { choice: "for" } })).toBe(
    "404 not_found",
  );
  expect(await anna.problem("GET", "/api/v1/proposals/GOL-00000000")).toBe("404 not_found");
  const [written] = await push((await pair(server, anna)).desktop, makeOperation());
  const wrong: readonly (readonly [string, Json, string])[] = [
    ["goals", { ...goal, target_value: 0 }, "/target_value"],
    ["goals", { ...goal, target_value: 1_000_000_001 }, "/target_value"],
    ["goals", { ...goal, metric: "Smiles" }, "/metric"],
    ["goals", { ...goal, frequency: "Weekly" }, "/frequency"],
    ["goals", { ...goal, end_date: 5 }, "/end_date"],
    ["goals", { ...goal, start_date: Date.now() + hourMs, end_date: Date.now() + hourMs }, "/end_date"],
    ["goals", { ...goal, assigned_to_opr: "OPR-FFFFFFFF" }, "/assigned_to_opr"],
    ["goals", { ...goal, assigned_to_act: "ACT-FFFFFFFF" }, "/assigned_to_act"],
    ["goals", { ...goal, assigned_to_opr: ids.cleo, assigned_to_act: written?.act_id ?? "" }, "/assigned_to_act"],
    ["goals", { ...goal, replaces_id: "RUL-00000000" }, "/replaces_id"],
    ["goals", { ...goal, replaces_id: "GOL-00000000" }, "/replaces_id"],
    ["goals", { ...goal, reason: "ä".repeat(501) }, "/reason"],
    ["rules", { ...cap, limit_value: 1001 }, "/limit_value"],
    ["rules", { ...cap, type: "Interval Spacing" }, "/limit_value"],
    ["rules", { ...cap, time_window_sec: 366 * 86_400 + 1 }, "/time_window_sec"],
    ["rules", { ...cap, quiet_zone: "Europe/Berlin" }, "/quiet_from_minute"],
    ["rules", { type: "Quiet Hours", quiet_from_minute: 1, quiet_to_minute: 2, quiet_zone: "Mars" }, "/quiet_zone"],
    ["rules", { ...cap, severity: "x".repeat(33) }, "/severity"],
  ];
  for (const [route, json, field] of wrong) {
    const { json: problem } = await people.cleo.call("POST", `/api/v1/${route}`, { json });
    expect([json, problem]).toMatchObject([json, { code: "invalid_field", field }]);
  }
  expect(await people.cleo.problem("POST", "/api/v1/goals", { json: { ...goal, status: "Active" } })).toBe(
    "400 unknown_field",
  );
  expect(await people.cleo.problem("PUT", `/api/v1/proposals/${id}/vote`, { json: { choice: "maybe" } })).toBe(
    "400 invalid_field",
  );
});

test("who joined after a vote was opened, and whoever was disabled, does not count", async () => {
  const { id } = await propose(people.cleo, "goals", goal);
  await vote(people.dora, id, "against");
  await server.sql(`UPDATE operators SET created_at = 9000000000000 WHERE opr_name = 'ben'`);
  expect(await people.ben.problem("PUT", `/api/v1/proposals/${id}/vote`, { json: { choice: "for" } })).toBe(
    "403 forbidden",
  );
  expect((await get(id)).members).toBe(3);
  await server.sql(`
    UPDATE operators SET created_at = 1 WHERE opr_name = 'ben';
    UPDATE operators SET disabled_at = 5 WHERE opr_name = 'dora'`);
  expect(await get(id)).toMatchObject({ members: 3, votes_against: 0, votes_for: 1 });
  await server.sql(`UPDATE operators SET disabled_at = NULL WHERE opr_name = 'dora'`);
  expect(await get(id)).toMatchObject({ members: 4, votes_against: 1 });
});

test("who votes after the deadline is late, and the vote ends then as it stands", async () => {
  const { id, object_id: goalId } = await propose(people.cleo, "goals", goal);
  await vote(people.ben, id, "for");
  await server.sql(
    `UPDATE proposals SET closes_at = opened_at + 60000, opened_at = opened_at - 120000 WHERE proposal_id = '${id}'`,
  );
  await server.sql(`UPDATE proposals SET closes_at = ${String(Date.now())} WHERE proposal_id = '${id}'`);
  expect(await people.dora.problem("PUT", `/api/v1/proposals/${id}/vote`, { json: { choice: "against" } })).toBe(
    "409 conflict",
  );
  expect(await get(id)).toMatchObject({ outcome: "adopted", votes_for: 2, votes_against: 0 });
  expect((await history(id)).at(-1)).toMatchObject({ deed: "adopted", is_by_server: true });
  expect(await statusOf(goalId)).toBe("Active");
});

test("the list comes page by page and by its filters", async () => {
  const all: string[] = [];
  let next: string | null = "";
  while (next !== null) {
    const after: string = next === "" ? "" : `&after=${next}`;
    const page: Page = await anna.expect<Page>(200, "GET", `/api/v1/proposals?limit=3${after}`);
    all.push(...page.items.map(({ proposal_id: id }) => id));
    next = page.next;
  }
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(10);
  const open = await anna.expect<Page>(200, "GET", "/api/v1/proposals?outcome=open&kind=rule");
  expect(open.items.length).toBeGreaterThan(0);
  expect(open.items.every(({ outcome, rule }) => outcome === "open" && rule !== undefined)).toBe(true);
  expect(open.open).toBeGreaterThanOrEqual(open.items.length);
  expect(await anna.problem("GET", "/api/v1/proposals?outcome=lost")).toBe("400 invalid_parameter");
});

test("admins change the settings, which hold for votes that are opened from then on", async () => {
  const settings = { quorum_percent: 75, majority_percent: 67, voting_hours: 24, time_zone: "Asia/Kathmandu" };
  const { id } = await propose(people.cleo, "goals", goal);
  expect(await people.cleo.problem("PUT", "/api/v1/settings", { json: settings })).toBe("403 forbidden");
  expect(await people.eve.expect(200, "GET", "/api/v1/settings")).toMatchObject({
    quorum_percent: 50,
    time_zone: "UTC",
  });
  await people.ben.expect(200, "PUT", "/api/v1/settings", { json: settings });
  expect(await people.eve.expect(200, "GET", "/api/v1/settings")).toEqual(settings);
  expect((await get(id)).quorum_percent).toBe(50);
  const later = await propose(people.cleo, "goals", goal);
  expect(await get(later.id)).toMatchObject({ quorum_percent: 75, majority_percent: 67, quorum: 3 });
  for (const [key, value] of [
    ["quorum_percent", 0],
    ["quorum_percent", 101],
    ["majority_percent", 49],
    ["voting_hours", 721],
    ["time_zone", "Mars/Olympus"],
  ] as const) {
    const { json } = await people.ben.call("PUT", "/api/v1/settings", { json: { ...settings, [key]: value } });
    expect(json).toMatchObject({ code: "invalid_field", field: `/${key}` });
  }
  expect(await people.ben.problem("PUT", "/api/v1/settings", { json: { quorum_percent: 5 } })).toBe(
    "400 missing_field",
  );
});

test("rules are listed with who proposed them, how they were adopted and when they warned", async () => {
  type Rules = Schemas["RulePage"];
  const all: Schemas["RuleEntry"][] = [];
  let next: string | null = "";
  while (next !== null) {
    const after: string = next === "" ? "" : `&after=${next}`;
    const page: Rules = await anna.expect<Rules>(200, "GET", `/api/v1/rules?limit=2${after}`);
    all.push(...page.items);
    next = page.next;
  }
  expect(all.length).toBe(Number(await server.sql("SELECT COUNT(*) FROM rules")));
  expect(new Set(all.map(({ rule }) => rule.rule_id)).size).toBe(all.length);
  const active = await anna.expect<Rules>(200, "GET", "/api/v1/rules?status=Active");
  expect(active.items.every(({ rule, adopted_at: at }) => rule.status === "Active" && at !== undefined)).toBe(true);
  const voted = active.items.find(({ votes_for: votes }) => votes !== undefined);
  expect(voted).toMatchObject({ suggested_by_name: "ben", votes_for: 3, votes_against: 0, warnings: 0 });
  const [event = ""] = (
    await server.sql("SELECT elg_id, act_id, opr_id FROM event_logs WHERE act_id IS NOT NULL LIMIT 1")
  )
    .trim()
    .split("\n");
  const [elgId = "", actId = "", oprId = ""] = event.split("|");
  const now = Date.now() - 1000;
  await server.sql(`
    INSERT INTO warnings (elg_id, rule_id, opr_id, act_id, created_at, log_position, counted, wait_sec, was_shown)
    VALUES ('${elgId}', '${voted?.rule.rule_id ?? ""}', '${oprId}', '${actId}', ${String(now)},
      ${String(BigInt(now) << 20n)}, 1, 1, 1)`);
  const later = await anna.expect<Rules>(200, "GET", "/api/v1/rules?status=Active,Archived");
  expect(later.items.find(({ rule }) => rule.rule_id === voted?.rule.rule_id)).toMatchObject({
    warnings: 1,
    last_warned_at: now,
  });
});

test("nobody fills the list: one person's and the whole team's proposals are bounded", async () => {
  let count = 0;
  let reply = await people.dora.call("POST", "/api/v1/goals", { json: { ...goal, assigned_to_opr: ids.dora } });
  while (reply.status === 201 && count < 60) {
    count += 1;
    reply = await people.dora.call("POST", "/api/v1/goals", { json: { ...goal, assigned_to_opr: ids.dora } });
  }
  expect(count).toBeGreaterThan(40);
  expect(count).toBeLessThanOrEqual(50);
  expect(reply.json).toMatchObject({ status: 429, code: "too_many_requests" });
});
