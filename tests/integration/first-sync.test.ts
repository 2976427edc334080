// The first sync of a large team, and what it costs when there is nothing to sync: real desktops, a real server.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { query } from "../crash/database.ts";
import { Client, join as joinTeam, makeOperation, push } from "./client.ts";
import { Desk, type Host } from "./desk.ts";
import { Relay } from "./relay.ts";
import { instacrm, run, Server, until } from "./server.ts";

const targetCount = 100_000;
const setUpMsMax = 240_000;
const firstSyncMsMax = 180_000;

let top: string;
let server: Server;
let anna: Client;
const desks: Desk[] = [];

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "instacrm-first-"));
  const data = join(top, "server");
  await mkdir(data, { mode: 0o700 });
  server = await Server.start({ data });
  anna = await joinTeam(server);
  await server.stop();
  const made = await run(instacrm, ["demo", "--data", data, "--targets", String(targetCount), "--events", "2000"]);
  if (made.code !== 0) throw new Error(`demo: ${made.stderr}`);
  await server.startAgain();
}, setUpMsMax);
afterAll(async () => {
  for (const desk of desks) await desk.end();
  await server.end();
  await rm(top, { recursive: true, force: true });
});

async function newDesk(name: string, url = server.url): Promise<Desk> {
  const desk = await Desk.pair(server, anna, name, { url });
  desks.push(desk);
  return desk;
}

async function isComplete(desk: Desk): Promise<void> {
  await until(
    "the replica is complete",
    async () => ((await desk.json("status", "--json"))["is_complete"] === true ? true : undefined),
    firstSyncMsMax,
  );
}

/** What a desktop has of the targets, beside what the server has of them. */
async function compareTargets(desk: Desk): Promise<void> {
  const columns = "tar_id || ' ' || tar_username || ' ' || tar_status || ' ' || last_updated AS line";
  const own = `SELECT ${columns} FROM replica_targets WHERE generation = (SELECT in_use FROM replica) ORDER BY tar_id`;
  const here = await query<{ line: string }>(join(desk.data, "ledger.db"), own);
  const all = `SELECT ${columns} FROM targets ORDER BY tar_id`;
  const there = await query<{ line: string }>(join(server.data, "instacrm.db"), all);
  expect(there.length).toBeGreaterThanOrEqual(targetCount);
  expect(here.length).toBe(there.length);
  expect(here.findIndex(({ line }, i) => line !== there[i]?.line)).toBe(-1);
}

test(
  "a first sync of 100,000 targets tells how far it is, and ends with all of them",
  async () => {
    const desk = await newDesk("First");
    const synced = await desk.command("sync");
    expect(synced).toMatchObject({ code: 0, stderr: "" });
    const told = [...synced.stdout.matchAll(/^Targets {3}(\d+) of (\d+)$/gmu)].map(([, done, total]) => ({
      done: Number(done),
      total: Number(total),
    }));
    expect(told.length).toBeGreaterThan(100); // A page each.
    expect(told.every(({ done }, i) => i === 0 || done > (told[i - 1]?.done ?? 0))).toBe(true);
    expect(told.every(({ done, total }) => done <= total && total >= targetCount)).toBe(true);
    await compareTargets(desk);
  },
  firstSyncMsMax,
);

test(
  "a desktop that is killed in the middle of its first sync goes on from there, and ends with all of it",
  async () => {
    const relay = await Relay.start(server);
    try {
      const desk = await newDesk("Killed", relay.url);
      let host: Host = await desk.start();
      const halfway = await until(
        "it is in the middle of the snapshot",
        async () => {
          const status = await desk.json("status", "--json");
          const done = Number(status["targets_done"] ?? 0);
          return done > targetCount / 4 ? status : undefined;
        },
        firstSyncMsMax,
      );
      await host.kill();
      expect(halfway["is_complete"]).toBe(false);
      expect(Number(halfway["targets_done"])).toBeLessThan(targetCount);
      /* What a person is told while nobody syncs. */
      const status = await desk.json("status", "--json");
      const stored = Number(status["targets_done"]);
      expect((await desk.command("status")).stdout).toContain(`Targets   ${String(stored)} of `);
      const before = relay.to("/api/v1/sync/pull").length;
      host = await desk.start();
      await isComplete(desk);
      /* It did not begin anew: fewer pages than the whole has. */
      const pages = relay.to("/api/v1/sync/pull").length - before;
      expect(pages).toBeLessThan((targetCount - stored) / 500 + 20);
      expect(await host.end()).toBe(0);
      await compareTargets(desk);
    } finally {
      await relay.end();
    }
  },
  2 * firstSyncMsMax,
);

test(
  "with nothing new a sync is one request, and news are one more",
  async () => {
    const relay = await Relay.start(server);
    try {
      const desk = await newDesk("Quiet", relay.url);
      /* Being heard of makes the operator online, which is a change of its own: it comes once. */
      await until(
        "nothing is new",
        async () => {
          const before = relay.passages.length;
          const synced = await desk.command("sync");
          if (synced.code !== 0) throw new Error(synced.stderr);
          return relay.passages.length - before === 1 ? true : undefined;
        },
        firstSyncMsMax,
      );
      const before = relay.passages.length;
      expect(await desk.command("sync")).toMatchObject({ code: 0 });
      expect(relay.passages.slice(before)).toMatchObject([{ method: "GET", path: "/api/v1/sync/pull" }]);
      const other = await newDesk("Other");
      await push(Client.desktop(server, other.token), makeOperation({ tar_username: "somebody.new" }));
      expect(await desk.command("sync")).toMatchObject({ code: 0 });
      expect(relay.passages.length - before).toBe(2);
      expect((await desk.lookUp("somebody.new"))["state"]).toBe("contacted");
    } finally {
      await relay.end();
    }
  },
  2 * firstSyncMsMax,
);
