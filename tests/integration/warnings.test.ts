// Warnings that are recorded: what the team's rules said of messages that were sent all the same.

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { type Client, join, makeOperation, pair, push, type Schemas } from "./client.ts";
import { checkSchema } from "./contract.ts";
import { Server } from "./server.ts";

type Entry = Schemas["LogEntry"];

const HOUR_MS = 3600000;

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
afterEach(async () => {
  await server.sql("DELETE FROM warnings");
  await server.sql("DELETE FROM rules");
});

let number = 0;

/** Writes an active rule, which has no vote, straight into the server's database. */
async function adopt(type: string, limitValue: number, windowSec: number, createdAt = 1): Promise<string> {
  const ruleId = `RUL-${String((number += 1)).padStart(8, "0")}`;
  await server.sql(
    "INSERT INTO rules (rule_id, type, metric, limit_value, time_window_sec, severity, status, suggested_by, created_at) " +
      `VALUES ('${ruleId}', '${type}', 'Total Messages Sent', ${String(limitValue)}, ${String(windowSec)}, ` +
      `'Soft Warning', 'Active', (SELECT opr_id FROM operators WHERE role = 'owner'), ${String(createdAt)})`,
  );
  return ruleId;
}

async function write(tarUsername: string, more: Readonly<Partial<Schemas["OutreachOperation"]>> = {}): Promise<string> {
  const [result] = await push(desktop, makeOperation({ tar_username: tarUsername, ...more }));
  expect(result?.outcome).toBe("accepted");
  return result?.elg_id ?? "";
}

async function look(elgId: string): Promise<Entry> {
  const { entry } = await anna.expect<Schemas["LogDetail"]>(200, "GET", `/api/v1/logs/${elgId}`);
  checkSchema("LogEntry", entry);
  return entry;
}

test("a message that broke a rule has its warning wherever the log is shown, and the rule has it too", async () => {
  const gap = await adopt("Target Spacing", 1, 7200);
  const first = await write("cafe.first");
  const second = await write("cafe.first");
  const other = await write("cafe.other");
  const warned = await look(second);
  expect(warned.warnings).toMatchObject([{ rule_id: gap, type: "Target Spacing", counted: 1, was_shown: false }]);
  expect(warned.warnings?.[0]?.wait_sec).toBeGreaterThan(7100);
  expect(warned.warnings?.[0]?.reason).toBeUndefined();
  expect((await look(first)).warnings).toBeUndefined();
  expect((await look(other)).warnings).toBeUndefined();
  const home = await anna.expect<Schemas["Home"]>(200, "GET", "/api/v1/home");
  const logs = await anna.expect<Schemas["LogPage"]>(200, "GET", "/api/v1/logs");
  for (const entries of [home.activity, logs.items]) {
    const marked = entries.filter(({ warnings }) => warnings !== undefined);
    expect(marked).toEqual([warned]);
  }
  const rules = await anna.expect<Schemas["RulePage"]>(200, "GET", "/api/v1/rules");
  expect(rules.items.map(({ warnings, last_warned_at }) => [warnings, last_warned_at])).toEqual([
    [1, warned.created_at],
  ]);
});

test("who saw a warning before and sent the message all the same has overridden it, and may say why", async () => {
  const gap = await adopt("Target Spacing", 1, 7200);
  const cap = await adopt("Frequency Cap", 0, 60);
  await write("cafe.override");
  const entry = await look(
    await write("cafe.override", {
      warnings_shown: [gap, "RUL-ZZZZZZZZ"],
      override_reason: "She asked me to write again.",
    }),
  );
  expect(entry.warnings).toHaveLength(2);
  expect(entry.warnings?.[0]).toMatchObject({
    rule_id: gap,
    was_shown: true,
    reason: "She asked me to write again.",
  });
  expect(entry.warnings?.[1]).toEqual({ rule_id: cap, type: "Frequency Cap", counted: 1, was_shown: false });
});

test("the same operation again neither doubles a warning nor makes one", async () => {
  await adopt("Target Spacing", 1, 7200);
  await write("cafe.twice");
  const operation = makeOperation({ tar_username: "cafe.twice" });
  await push(desktop, operation);
  const [again] = await push(desktop, operation);
  expect(again?.outcome).toBe("duplicate");
  expect((await look(again?.elg_id ?? "")).warnings).toHaveLength(1);
});

test("messages of one push are judged each by those before it", async () => {
  await adopt("Target Spacing", 1, 60);
  const batch = [1, 2, 3, 4].map(() => makeOperation({ tar_username: "cafe.batch", act_username: "batch.shop" }));
  const results = await push(desktop, ...batch);
  const entries = await Promise.all(results.map(async ({ elg_id }) => look(elg_id ?? "")));
  const counts = entries.map(({ warnings }) => warnings?.find(({ type }) => type === "Target Spacing")?.counted ?? 0);
  expect(counts).toEqual([0, 1, 1, 1]);
});

test("a message that arrives late is judged by what lies before it, and judges nothing anew", async () => {
  const now = Date.now();
  await adopt("Target Spacing", 1, 7200);
  const newer = await write("cafe.late");
  const response = await desktop.expect<Schemas["PushResponse"]>(200, "POST", "/api/v1/sync/push", {
    json: {
      protocol: 1,
      operations: [makeOperation({ tar_username: "cafe.late", sent_at: now - HOUR_MS })],
      ages_ms: [HOUR_MS],
    },
  });
  const late = await look(response.results[0]?.elg_id ?? "");
  expect(late.created_at).toBeLessThan(now);
  expect(late.warnings).toBeUndefined();
  expect((await look(newer)).warnings).toBeUndefined();
});

test("a rule says nothing of messages that were sent before it held", async () => {
  await write("cafe.before");
  await adopt("Target Spacing", 1, 7200, Date.now() + HOUR_MS);
  expect((await look(await write("cafe.before"))).warnings).toBeUndefined();
});
