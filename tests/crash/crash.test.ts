// SIGKILL at random moments: of agents, of the one among them that syncs, and of the server, while people write without a
// pause. What a browser was told is kept is on the server once, and every file is whole. `make crash KILLS=300 SEED=1`;
// the seed draws who is killed when, but two runs are never the same to the microsecond.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { run, type Story } from "./story.ts";

const killCount = Number(process.env["KILLS"] ?? 300);
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 32);
const killMsMax = 2_000;
const restMsMax = 180_000;

let top: string | undefined;
let told: Story | undefined;

/** What the first test has told; the others look at one side of it each. */
function story(): Story {
  if (told === undefined) throw new Error("The run did not come to its end.");
  return told;
}

function say(line: string): void {
  process.stdout.write(`# ${line}\n`);
}

function report({ kills, killingMs, tally, repeated, busy, storedMeanwhile }: Story): void {
  const { host, sync, server } = kills;
  const seconds = (killingMs / 1000).toFixed(1);
  say(`killed: host ${String(host)}, sync ${String(sync)}, server ${String(server)}, in ${seconds} s`);
  say(`captures: ${String(repeated)} acknowledged again after a kill, ${String(busy)} refused for the moment`);
  say(
    `messages: acknowledged ${String(tally.acknowledged)}, stored ${String(tally.stored)}` +
      ` (${String(storedMeanwhile)} amid the kills), doubled ${String(tally.doubled.length)}, lost ${String(tally.lost.length)}`,
  );
}

afterAll(async () => {
  if (top !== undefined) await rm(top, { recursive: true, force: true });
});

test(
  "hosts, syncing hosts and servers that were killed come back, as often as was asked for",
  async () => {
    say(`SEED=${String(seed)} KILLS=${String(killCount)}`);
    top = await mkdtemp(join(tmpdir(), "instacrm-crash-"));
    told = await run(top, seed, killCount);
    report(told);
    const { host, sync, server } = told.kills;
    expect(host + sync + server).toBeGreaterThanOrEqual(killCount);
    for (const kills of [host, sync, server]) expect(kills).toBeGreaterThan(0);
  },
  killCount * killMsMax + restMsMax,
);

test("messages went on arriving amid the kills", () => {
  expect(story().storedMeanwhile).toBeGreaterThan(0);
});

test("no acknowledged message is lost", () => {
  expect(story().tally.lost).toEqual([]);
});

test("no desktop had to send again what the server had acknowledged", () => {
  expect(story().resends).toEqual(story().desks.map(() => 0));
});

test("no message is there twice", () => {
  expect(story().tally.doubled).toEqual([]);
});

test("every message is there as it was written", () => {
  expect(story().tally.changed).toEqual([]);
  expect(story().tally.stored).toBe(story().tally.acknowledged);
});

test("a browser's messages to one target are in the order in which they were written", () => {
  expect(story().tally.disordered).toEqual([]);
});

test("every desktop that has caught up knows what the server knows", () => {
  expect(story().replicas).toEqual(story().desks.map(() => []));
});

test("who was excluded last is excluded, and nobody else", () => {
  expect(story().excluded.stored).toEqual(story().excluded.wanted);
});

test("nothing is pending on a desktop, and nothing was rejected", () => {
  expect(story().desks.map(({ pending }) => pending)).toEqual(story().desks.map(() => 0));
  expect(story().desks.flatMap(({ rejections }) => rejections)).toEqual([]);
});

test("the ledgers pass their integrity checks", () => {
  expect(story().ledgers).toEqual(story().desks.map(() => "ok"));
});

test("the server's database passes its integrity check", () => {
  expect(story().database).toBe("ok");
});

test("the roll-ups equal the events", () => {
  expect(story().rollups).toMatchObject({ code: 0, said: expect.stringContaining("equal the events") as string });
});

test("whoever was not killed did not end, and refused nothing but for the moment", () => {
  expect(story().troubles).toEqual([]);
});
