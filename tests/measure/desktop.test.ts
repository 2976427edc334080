// What a desktop costs, with a real agent, a real server and a replica of 100,000 targets: each figure is printed beside
// its goal, and no time is asserted. Memory is no time: the host's is. `bench/desktop` runs this.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { query } from "../crash/database.ts";
import { join as joinTeam } from "../integration/client.ts";
import { Desk, type Host, makeCapture } from "../integration/desk.ts";
import { instacrm, instacrmAgent, run, Server, until } from "../integration/server.ts";

const targetCount = 100_000;
const captureCount = 1_000;
const lookUpCount = 100;
const idleMs = 60_000;
const backupMsMax = 180_000;
const idleMsMax = 300_000;
const heartbeatMs = 15_000;
const memoryKibMax = 10 * 1024;
const answerMsMax = 10_000;
const setUpMsMax = 300_000;
const benchLookUp = join(dirname(instacrmAgent), "bench/bench_look_up");
const figuresFile = new URL("../../build/bench-desktop.json", import.meta.url);

let top: string;
let server: Server;
let desk: Desk;
let host: Host;
const figures: Record<string, { value: number; unit: string; goal?: string }> = {};

function tell(key: string, value: number, unit: string, goal?: string): void {
  figures[key] = { value, unit, ...(goal === undefined ? {} : { goal }) };
  const shown = `${value.toFixed(Number.isInteger(value) ? 0 : 2)} ${unit}`;
  process.stdout.write(`# ${key.padEnd(36)} ${shown.padStart(14)}${goal === undefined ? "" : `   goal: ${goal}`}\n`);
}

/** The nearest rank. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}

async function statusOf(path: string, field: string): Promise<number> {
  const found = new RegExp(`^${field}:\\s+(\\d+)`, "mu").exec(await readFile(path, "utf8"))?.[1];
  if (found === undefined) throw new Error(`${path} has no ${field}.`);
  return Number(found);
}

/** How often the process has fallen asleep and was woken, all its threads together. */
async function countWakeups(pid: number): Promise<number> {
  const tasks = await readdir(`/proc/${String(pid)}/task`);
  const counts = tasks.map(async (task) =>
    statusOf(`/proc/${String(pid)}/task/${task}/status`, "voluntary_ctxt_switches"),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** The process that the host has started to sync. */
async function syncProcess(): Promise<number> {
  const children = async (): Promise<number[]> => {
    const tasks = `/proc/${String(host.pid)}/task`;
    const texts = (await readdir(tasks)).map(async (task) => readFile(join(tasks, task, "children"), "utf8"));
    return (await Promise.all(texts)).flatMap((text) => text.split(" ").filter(Boolean).map(Number));
  };
  return until("a process syncs", async () => (await children())[0]);
}

async function countAllWakeups(): Promise<number> {
  return (await countWakeups(host.pid)) + (await countWakeups(await syncProcess()));
}

async function isAtRest(): Promise<void> {
  await until(
    "all is pushed and pulled",
    async () => {
      const status = await desk.json("status", "--json");
      return (status["is_complete"] === true && status["pending"] === 0) || undefined;
    },
    setUpMsMax,
  );
}

/** Waits for the answer to a capture without a pause, which would be measured, too. */
async function hear(opId: string): Promise<unknown> {
  const end = performance.now() + answerMsMax;
  for (let heard = host.messages.length; performance.now() < end;) {
    await new Promise((wake) => setImmediate(wake));
    for (; heard < host.messages.length; heard++) {
      const message = host.messages[heard];
      if (message?.["op_id"] === opId) return message;
    }
  }
  throw new Error("A capture is not answered.");
}

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "instacrm-measure-"));
  const data = join(top, "server");
  await mkdir(data, { mode: 0o700 });
  server = await Server.start({ data });
  const page = await joinTeam(server);
  await server.stop();
  const size = ["--targets", String(targetCount), "--events", String(targetCount)];
  const made = await run(instacrm, ["demo", "--data", data, ...size]);
  if (made.code !== 0) throw new Error(`demo: ${made.stderr}`);
  await server.startAgain();
  desk = await Desk.pair(server, page, "Measured");
  const started = performance.now();
  host = await desk.start();
  await isAtRest();
  tell("desktop.first_sync", (performance.now() - started) / 1000, "s");
}, setUpMsMax);

afterAll(async () => {
  await writeFile(figuresFile, `${JSON.stringify({ figures }, null, 2)}\n`);
  await desk.end();
  await server.end();
  await rm(top, { recursive: true, force: true });
});

test("capture to durable acknowledgement is measured, over the browser's pipe", async () => {
  const times: number[] = [];
  for (let index = 0; index < captureCount; index++) {
    const operation = makeCapture(`captured.${String(index)}`);
    const started = performance.now();
    host.send({ type: "capture", operation });
    const ack = await hear(operation.op_id);
    times.push(performance.now() - started);
    expect(ack).toMatchObject({ type: "ack", outcome: "stored" });
  }
  tell("desktop.capture.median", percentile(times, 50), "ms", "under 5");
  tell("desktop.capture.p99", percentile(times, 99), "ms");
});

test(
  "an idle agent's wakeups are measured, while it listens to the server's news",
  async () => {
    await isAtRest();
    /* The ledger's backup, at most once an hour, is work and not idleness. */
    const isBackedUp = async (): Promise<true | undefined> => {
      const names = await readdir(desk.data);
      return (names.includes("ledger.backup.db") && !names.includes("ledger.draft.db")) || undefined;
    };
    await until("the ledger is backed up", isBackedUp, backupMsMax);
    const before = await countAllWakeups();
    await new Promise((wake) => setTimeout(wake, idleMs));
    const after = await countAllWakeups();
    tell("desktop.idle.wakeups", after - before, "in 60 s");
    tell("desktop.idle.heartbeats", idleMs / heartbeatMs, "in 60 s");
    /* It listened, or there would have been nothing to be woken by; and whoever is woken is counted. */
    expect(after).toBeGreaterThan(before);
    host.send({ type: "status_request" });
    await until("a request is counted", async () => ((await countAllWakeups()) > after ? true : undefined));
  },
  idleMsMax,
);

test("the look-up of a target's history is measured, alone, as a whole process and beside one that looks nothing up", async () => {
  const rows = await query<{ tar_username: string }>(
    join(desk.data, "ledger.db"),
    `SELECT tar_username FROM replica_targets WHERE tar_id % 997 = 0 LIMIT ${String(lookUpCount)}`,
  );
  const times: { found: number[]; bare: number[] } = { found: [], bare: [] };
  for (const { tar_username: handle } of rows) {
    let started = performance.now();
    expect(await desk.lookUp(handle)).toMatchObject({ tar_username: handle });
    times.found.push(performance.now() - started);
    started = performance.now();
    await desk.command("--version");
    times.bare.push(performance.now() - started);
  }
  const looked = await run(benchLookUp, [desk.data, ...rows.map(({ tar_username: handle }) => handle)], {});
  expect(looked.stderr).toBe("");
  const alone = JSON.parse(looked.stdout) as { p50_ms: number; p99_ms: number };
  tell("desktop.look_up.median", alone.p50_ms, "ms", "under 1");
  tell("desktop.look_up.p99", alone.p99_ms, "ms");
  const [found, bare] = [percentile(times.found, 50), percentile(times.bare, 50)];
  tell("desktop.look_up.process", found, "ms");
  tell("desktop.look_up.bare_process", bare, "ms");
});

test("what the host has of memory, libraries and all, with 100,000 targets in its replica, is under 10 MB", async () => {
  const sql = "SELECT count(*) AS count FROM replica_targets";
  const [row] = await query<{ count: number }>(join(desk.data, "ledger.db"), sql);
  expect(row?.count).toBeGreaterThanOrEqual(targetCount);
  const status = `/proc/${String(host.pid)}/status`;
  const resident = await statusOf(status, "VmRSS");
  tell("desktop.memory.own", (await statusOf(status, "RssAnon")) / 1024, "MB");
  tell("desktop.memory.resident", resident / 1024, "MB", "under 10");
  const syncing = `/proc/${String(await syncProcess())}/status`;
  tell("desktop.memory.sync_process.own", (await statusOf(syncing, "RssAnon")) / 1024, "MB");
  tell("desktop.memory.sync_process.resident", (await statusOf(syncing, "VmRSS")) / 1024, "MB");
  expect(resident).toBeLessThan(memoryKibMax);
});
