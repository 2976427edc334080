// Two servers on one PostgreSQL database: what one writes the other shows, and what was acknowledged outlives the
// database's death.

import { afterAll, beforeAll, expect, test } from "vitest";

import { becomeOnline, Client, home, join, makeOperation, pair, push, type Reply, type Schemas } from "./client.ts";
import { Postgres } from "./postgres.ts";
import { Server, until } from "./server.ts";
import { Stream } from "./stream.ts";

const postgres = await Postgres.start();
const whenInstalled = test.skipIf(postgres === undefined);
const otherServerMs = 1500; // The issue's own limit.
const answerMs = 20_000;

let first: Server;
let second: Server;
let anna: Client;
let annaAtSecond: Client;
let token: string;
let desktop: Client;

function database(): Postgres {
  if (postgres === undefined) throw new Error("PostgreSQL is not installed.");
  return postgres;
}

beforeAll(async () => {
  if (postgres === undefined) return;
  first = await Server.start({ database: postgres.url });
  anna = await join(first); // Before the second starts: it would print a new link for the owner.
  second = await Server.start({ database: postgres.url });
  ({ desktop, token } = await pair(first, anna));
  await becomeOnline(anna, desktop);
  annaAtSecond = Client.page(second);
  annaAtSecond.cookie = anna.cookie;
});
afterAll(async () => {
  if (postgres === undefined) return;
  await first.end();
  await second.end();
  await postgres.end();
});

whenInstalled("a write through one server is on the other's stream and home page", async () => {
  const stream = await Stream.open(second, annaAtSecond);
  for (let i = 0; i < 5; i++) {
    const before = await home(annaAtSecond);
    const [result] = await push(desktop, makeOperation({ message_text: `Message ${String(i)} 🚀` }));
    const event = await stream.next(otherServerMs);
    const change = JSON.parse(event.data) as Schemas["LiveChange"];
    expect(change.entry.elg_id).toBe(result?.elg_id);
    const after = await home(annaAtSecond);
    expect(after.totals.logs).toBe(before.totals.logs + 1);
    expect(after.activity[0]?.elg_id).toBe(result?.elg_id);
  }
  stream.close();
});

whenInstalled("the same operation pushed through both at once is one event", async () => {
  const operation = makeOperation();
  const atSecond = Client.desktop(second, token);
  const results = await Promise.all(
    Array.from({ length: 10 }, async (_, i) => push(i % 2 === 0 ? desktop : atSecond, operation)),
  );
  const ids = new Set(results.map(([result]) => result?.elg_id));
  expect(ids.size).toBe(1);
  expect(results.filter(([result]) => result?.outcome === "accepted").length).toBe(1);
  expect(await database().query(`SELECT COUNT(*) FROM operations WHERE op_id = '${operation.op_id}'`)).toEqual(["1"]);
});

function isForLater(reply: Reply): boolean {
  if (reply.status !== 503) return false;
  expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
  expect(reply.text).not.toContain("PostgreSQL"); // Nor its socket or its user: that is for the log.
  return true;
}

whenInstalled("a database that dies is told in time, and found again by itself", async () => {
  await database().kill();
  for (const [method, path, caller] of [
    ["GET", "/api/v1/home", anna],
    ["GET", "/api/v1/logs", annaAtSecond],
  ] as const) {
    const began = Date.now();
    const reply = await caller.call(method, path);
    expect(isForLater(reply)).toBe(true);
    expect(Date.now() - began).toBeLessThan(answerMs);
  }
  await database().startAgain();
  await until("both servers answer again", async () => {
    const replies = [await anna.call("GET", "/api/v1/home"), await annaAtSecond.call("GET", "/api/v1/home")];
    return replies.every(({ status }) => status === 200) ? true : undefined;
  });
  const [result] = await push(desktop, makeOperation());
  expect(result?.outcome).toBe("accepted");
});

whenInstalled("a database that stands still is told in time, and goes on", async () => {
  await database().pause();
  try {
    const began = Date.now();
    const reply = await anna.call("GET", "/api/v1/home");
    expect(isForLater(reply)).toBe(true);
    expect(Date.now() - began).toBeLessThan(answerMs);
  } finally {
    await database().resume();
  }
  await until("the server answers again", async () =>
    (await anna.call("GET", "/api/v1/home")).status === 200 ? true : undefined,
  );
});

whenInstalled(
  "a database killed amid a thousand pushes loses none that was acknowledged and doubles none",
  async () => {
    const count = 1000;
    const atSecond = Client.desktop(second, token);
    const [before] = await database().query("SELECT COUNT(*) FROM event_logs");
    const operations = Array.from({ length: count }, () => makeOperation());
    const acknowledged = new Map<string, string>();

    const pushUntilAcknowledged = async (operation: Schemas["Operation"], caller: Client): Promise<void> => {
      for (;;) {
        try {
          const json = { protocol: 1, operations: [operation] };
          const reply = await caller.call("POST", "/api/v1/sync/push", { json });
          if (reply.status === 200) {
            const result = (reply.json as Schemas["PushResponse"]).results[0];
            acknowledged.set(operation.op_id, result?.elg_id ?? "");
            return;
          }
          expect([429, 503]).toContain(reply.status);
        } catch (error) {
          if (!(error instanceof Error && "code" in error)) throw error; // A connection that was refused or cut.
        }
        await new Promise((wake) => setTimeout(wake, 20 + Math.random() * 100));
      }
    };
    const pushing = Promise.all(
      operations.map(async (operation, i) => pushUntilAcknowledged(operation, i % 2 === 0 ? desktop : atSecond)),
    );
    await until("some are acknowledged", () => (acknowledged.size > count / 10 ? true : undefined), 30_000);
    await database().kill();
    const acknowledgedBefore = acknowledged.size;
    expect(acknowledgedBefore).toBeLessThan(count);
    await database().startAgain();
    await pushing;

    const rows = await database().query("SELECT op_id || ' ' || elg_id FROM operations");
    const stored = new Map(rows.map((row) => row.split(" ") as [string, string]));
    for (const [opId, elgId] of acknowledged) expect(stored.get(opId)).toBe(elgId);
    const [after] = await database().query("SELECT COUNT(*) FROM event_logs");
    expect(Number(after) - Number(before)).toBe(count);
    const [total] = await database().query("SELECT total_value FROM totals WHERE total_name = 'logs'");
    expect(total).toBe(after);
    const checked = await first.command("rollup", "check");
    expect(checked.stdout).toContain("The roll-ups equal the events");
  },
  120_000,
);
