// A real server and real agents in two network namespaces, with a link between them that loses 20% of all packets, delays
// the others by 300 ms, either way, and is parted for a minute amid the work; and a proxy that cuts every third response
// in its middle. What a browser was told is kept is on the server once.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { run, type Story } from "./story.ts";

const messageCount = Number(process.env["MESSAGES"] ?? 300);
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 32);
const runMsMax = 900_000;

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

function report({ packets, responses, cuts, cutPushes, parted, joined, pendingAtJoin, tally }: Story): void {
  say(`packets: carried ${String(packets.carried)}, lost ${String(packets.lost)}`);
  say(`responses: ${String(responses)}, cut ${String(cuts)}, of them to pushes ${String(cutPushes)}`);
  say(
    `the minute apart: acknowledged ${String(parted.acknowledged)} to ${String(joined.acknowledged)},` +
      ` stored ${String(parted.stored)} to ${String(joined.stored)}, pending then ${pendingAtJoin.join(" and ")}`,
  );
  say(
    `messages: acknowledged ${String(tally.acknowledged)}, stored ${String(tally.stored)},` +
      ` doubled ${String(tally.doubled.length)}, lost ${String(tally.lost.length)}`,
  );
}

afterAll(async () => {
  if (top !== undefined) await rm(top, { recursive: true, force: true });
});

test(
  "people write on a bad network, and it comes to rest while it is still bad",
  async () => {
    say(`SEED=${String(seed)} MESSAGES=${String(messageCount)}`);
    top = await mkdtemp(join(tmpdir(), "instacrm-network-"));
    told = await run(top, seed, messageCount);
    report(told);
    expect(told.tally.acknowledged).toBeGreaterThanOrEqual(messageCount);
  },
  runMsMax,
);

test("the network was bad: packets were lost, and answers to pushes were cut", () => {
  expect(story().packets.lost).toBeGreaterThan(story().packets.carried / 10);
  expect(story().cuts).toBe(Math.floor(story().responses / 3));
  expect(story().cutPushes).toBeGreaterThan(0);
});

test("people went on writing in the minute apart, and it waited at their desks", () => {
  expect(story().joined.acknowledged).toBeGreaterThan(story().parted.acknowledged);
  for (const pending of story().pendingAtJoin) expect(pending).toBeGreaterThan(0);
});

test("no acknowledged message is lost", () => {
  expect(story().tally.lost).toEqual([]);
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

test("nothing is pending on a desktop, and nothing was rejected", () => {
  expect(story().desks).toMatchObject(story().desks.map(() => ({ pending: 0, rejected: 0 })));
});

test("every desktop knows what the server knows", () => {
  expect(story().replicas).toEqual(story().desks.map(() => []));
});

test("the ledgers and the server's database pass their integrity checks", () => {
  expect(story().databases).toEqual(story().databases.map(() => "ok"));
});

test("no agent ended or refused anything but for the moment", () => {
  expect(story().troubles).toEqual([]);
});
