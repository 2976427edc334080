// A desktop at one of two servers on one PostgreSQL database: what goes through the other one reaches it, and when its
// own dies and the other one takes its address it goes on there.

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, join, makeOperation, pair, push } from "./client.ts";
import { Desk, type Host, makeCapture } from "./desk.ts";
import { Postgres } from "./postgres.ts";
import { Relay } from "./relay.ts";
import { Server, until } from "./server.ts";

const postgres = await Postgres.start();
const whenInstalled = test.skipIf(postgres === undefined);
const otherDesktopMs = 2000; // The issue's own limit.

let first: Server;
let second: Server;
let relay: Relay;
let desk: Desk;
let host: Host;
let atSecond: Client;

beforeAll(async () => {
  if (postgres === undefined) return;
  first = await Server.start({ database: postgres.url });
  const anna = await join(first);
  second = await Server.start({ database: postgres.url });
  atSecond = Client.desktop(second, (await pair(first, anna, "Other")).token);
  relay = await Relay.start(first);
  desk = await Desk.pair(first, anna, "Desk", { url: relay.url });
  host = await desk.start();
  await isListening(0);
}, 120_000);
afterAll(async () => {
  if (postgres === undefined) return;
  await desk.end();
  await relay.end();
  await first.end().catch(() => undefined); // It was killed.
  await second.end();
  await postgres.end();
});

/** The desktop is in step, and its stream is open, which is none of the first so many. */
async function isListening(streams: number): Promise<void> {
  await until(
    "the desktop is in step and listens",
    async () => {
      const isOpen = relay.to("/api/v1/sync/live").some((passage, i) => i >= streams && passage.status === 200);
      const status = await desk.json("status", "--json");
      return (isOpen && status["is_complete"] === true && status["pending"] === 0) || undefined;
    },
    60_000,
  );
}

async function isContacted(handle: string, deadlineMs: number): Promise<void> {
  await until(
    `${handle} is contacted`,
    async () => ((await desk.lookUp(handle))["state"] === "contacted" ? true : undefined),
    deadlineMs,
  );
}

whenInstalled("what goes through one server is within two seconds at a desktop of the other", async () => {
  for (let i = 0; i < 5; i++) {
    const handle = `through.the.other${String(i)}`;
    await push(atSecond, makeOperation({ tar_username: handle }));
    await isContacted(handle, otherDesktopMs);
  }
});

whenInstalled("a desktop whose server dies goes on at the one that takes its address", async () => {
  const streams = relay.to("/api/v1/sync/live").length;
  await first.kill();
  expect((await host.capture(makeCapture("while.nobody.answers")))["outcome"]).toBe("stored");
  await push(atSecond, makeOperation({ tar_username: "meanwhile.at.the.other" }));
  relay.passTo(second);
  await isListening(streams);
  await isContacted("meanwhile.at.the.other", otherDesktopMs);
  const rows = await postgres?.query("SELECT COUNT(*) FROM targets WHERE tar_username = 'while.nobody.answers'");
  expect(rows).toEqual(["1"]);
  await push(atSecond, makeOperation({ tar_username: "afterwards" }));
  await isContacted("afterwards", otherDesktopMs);
  expect(await host.end()).toBe(0);
});
