// Verdicts over HTTP: what the team's rules say before a message is written.

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { type Client, join, makeOperation, makeOpId, pair, push, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

type Verdict = Schemas["Verdict"];

let server: Server;
let anna: Client;
let desktop: Client;

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  desktop = (await pair(server, anna, "Desk")).desktop;
});
afterAll(async () => {
  await server.end();
});

let number = 0;

/** Writes an active rule, which has no vote, straight into the server's database. */
async function adopt(columns: Readonly<Record<string, string | number>>): Promise<string> {
  const ruleId = `RUL-${String((number += 1)).padStart(8, "0")}`;
  const row = {
    rule_id: `'${ruleId}'`,
    metric: "'Total Messages Sent'",
    limit_value: 1,
    time_window_sec: 86400,
    severity: "'Soft Warning'",
    status: "'Active'",
    suggested_by: "(SELECT opr_id FROM operators WHERE role = 'owner')",
    created_at: number,
    ...columns,
  };
  await server.sql(`INSERT INTO rules (${Object.keys(row).join(", ")}) VALUES (${Object.values(row).join(", ")})`);
  return ruleId;
}

afterEach(async () => {
  await server.sql("DELETE FROM warnings");
  await server.sql("DELETE FROM rules");
});

async function write(actUsername: string, tarUsername: string, text: string): Promise<void> {
  const results = await push(
    desktop,
    makeOperation({ act_username: actUsername, tar_username: tarUsername, message_text: text }),
  );
  expect(results[0]?.outcome).toBe("accepted");
}

async function judge(actUsername: string, tarUsername: string, text?: string): Promise<Verdict> {
  return anna.expect<Verdict>(200, "POST", "/api/v1/verdict", {
    json: {
      act_username: actUsername,
      tar_username: tarUsername,
      ...(text === undefined ? {} : { message_text: text }),
    },
  });
}

test("without rules nothing is said", async () => {
  const verdict = await judge("shop", "nobody.knows");
  expect(verdict).toMatchObject({ tar_username: "nobody.knows", is_excluded: false, findings: [] });
  expect(verdict.tar_id).toBeUndefined();
});

test("each rule warns by what was pushed, says how long, and who suggested it; the longest wait comes first", async () => {
  await write("shop", "bistro", "Hello there");
  const gap = await adopt({ type: "'Target Spacing'", time_window_sec: 7200 });
  const cap = await adopt({ type: "'Frequency Cap'", limit_value: 1, time_window_sec: 3600 });
  const other = await adopt({ type: "'Other Actor'" });
  const wide = await adopt({ type: "'Frequency Cap'", limit_value: 5 });
  const never = await adopt({ type: "'Frequency Cap'", limit_value: 0, time_window_sec: 60 });
  const verdict = await judge("Studio", "BISTRO");
  expect(verdict.tar_id).toMatch(/^TAR-/);
  expect(verdict.findings.map(({ rule_id, outcome }) => [rule_id, outcome])).toEqual([
    [never, "warned"],
    [other, "warned"],
    [gap, "warned"],
    [cap, "warned"],
    [wide, "clear"],
  ]);
  expect(verdict.findings[0]).toMatchObject({ counted: 1, suggested_by_name: "Anna Becker" });
  expect(verdict.findings[0]?.wait_sec).toBeUndefined();
  const waits = verdict.findings.map(({ wait_sec }) => wait_sec ?? -1);
  expect(waits[2]).toBeGreaterThan(7100);
  expect(waits[2]).toBeLessThanOrEqual(7200);
  expect(verdict.findings[4]).toMatchObject({ counted: 1, limit_value: 5 });
});

test("a rule about another operator or account says nothing", async () => {
  await adopt({
    type: "'Frequency Cap'",
    limit_value: 0,
    assigned_to_act: "(SELECT act_id FROM actors WHERE act_username = 'shop')",
  });
  expect((await judge("studio", "bistro")).findings).toEqual([]);
  expect((await judge("shop", "bistro")).findings).toHaveLength(1);
});

test("what was sent to a target that was merged into another was sent to the same person", async () => {
  await write("shop", "twin.a", "Hello twin");
  await write("studio", "twin.b", "Hello other twin");
  const ids = await Promise.all(["twin.a", "twin.b"].map(async (handle) => (await judge("shop", handle)).tar_id ?? ""));
  await server.sql(
    "UPDATE event_logs SET created_at = created_at - 3456000000, log_position = log_position - (3456000000 << 20) " +
      `WHERE tar_id = '${ids[1] ?? ""}' AND event_type = 'Outreach'`,
  );
  await adopt({ type: "'Target Spacing'", time_window_sec: 604800 });
  expect((await judge("shop", "twin.b")).findings[0]?.outcome).toBe("clear");
  await anna.expect(200, "POST", `/api/v1/targets/${ids[0] ?? ""}/merge`, { json: { merged_into: ids[1] } });
  for (const handle of ["twin.a", "twin.b"]) {
    const verdict = await judge("shop", handle);
    expect(verdict.tar_id).toBe(ids[1]);
    expect(verdict.findings[0]?.outcome).toBe("warned");
  }
});

test("the same words are known again whatever their case and spaces", async () => {
  await adopt({ type: "'Repeated Text'" });
  expect((await judge("shop", "cafe")).findings).toEqual([]);
  expect((await judge("shop", "cafe", "HELLO   there ")).findings[0]?.outcome).toBe("warned");
  expect((await judge("shop", "cafe", "Hello you")).findings[0]?.outcome).toBe("clear");
});

test("quiet hours are by the rule's own clocks", async () => {
  const minutes = { quiet_from_minute: 0, quiet_to_minute: 1439 };
  const kiritimati = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Pacific/Kiritimati",
    hourCycle: "h23",
    hour: "2-digit",
    minute: "2-digit",
  });
  await adopt({ type: "'Quiet Hours'", time_window_sec: 1, ...minutes, quiet_zone: "'Pacific/Kiritimati'" });
  const verdict = await judge("shop", "bistro");
  const isQuiet = kiritimati.format(verdict.judged_at) !== "23:59";
  expect(verdict.findings[0]?.outcome).toBe(isQuiet ? "warned" : "clear");
  expect(verdict.findings[0]?.quiet_zone).toBe("Pacific/Kiritimati");
});

test("who asked not to be contacted is said to be excluded, known as a target or not", async () => {
  const exclude = { op_id: makeOpId(), kind: "exclude", sent_at: Date.now(), hybrid_time: Date.now() * 1024 } as const;
  await push(
    desktop,
    { ...exclude, tar_username: "gone.for.good" },
    { ...exclude, op_id: makeOpId(), tar_username: "bistro" },
  );
  expect(await judge("shop", "gone.for.good")).toMatchObject({ is_excluded: true });
  expect(await judge("shop", "bistro")).toMatchObject({ is_excluded: true });
  expect(await judge("shop", "cafe")).toMatchObject({ is_excluded: false });
});

test("what is no handle and what is too long is refused", async () => {
  const ask = async (json: unknown): Promise<string> => anna.problem("POST", "/api/v1/verdict", { json });
  expect(await ask({ act_username: "shop" })).toBe("400 missing_field");
  expect(await ask({ act_username: "shop", tar_username: "a b" })).toBe("400 invalid_field");
  expect(await ask({ act_username: "shop", tar_username: "bistro", message_text: "" })).toBe("400 invalid_field");
  expect(await ask({ act_username: "shop", tar_username: "bistro", message_text: "x".repeat(65537) })).toBe(
    "400 invalid_field",
  );
  expect(await ask({ act_username: "shop", tar_username: "bistro", rule: 1 })).toBe("400 unknown_field");
});
