// From the page to the agent over everything that can break between them: no agent yet, an agent that dies, refuses or
// comes late, a worker and a browser that end. Nothing is lost, and nothing leaves the browser before it is acknowledged.

import { rm } from "node:fs/promises";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { FixtureServer } from "./fixture/server.ts";
import { startFixtureServer } from "./fixture/server.ts";
import { HostRecorder } from "./host-recorder.ts";
import { Instagram, mono } from "./instagram.ts";
import type { Browser } from "./launch.ts";
import { installHost, launchBrowser, makeProfile } from "./launch.ts";
import { readStatus } from "./status-pill.ts";

// The worker tries again after 30 s at the latest.
const slow = { timeout: 45_000, interval: 200 };

let server: FixtureServer;
let host: HostRecorder;
let browser: Browser;
let profile: string;
let page: Instagram;

beforeAll(async () => {
  server = await startFixtureServer();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  host = await HostRecorder.create();
  profile = await makeProfile();
});

afterEach(async () => {
  await browser.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  await host.remove();
});

async function launch(): Promise<void> {
  browser = await launchBrowser({ instagram: server, profile });
  page = new Instagram(await browser.context.newPage());
}

async function storedIds(): Promise<string[]> {
  const worker = await browser.worker();
  const keys = await worker.evaluate(() => chrome.storage.local.getKeys());
  return keys.filter((key) => key.startsWith("op:")).map((key) => key.slice(3));
}

async function endWorker(): Promise<void> {
  const session = await browser.context.browser()?.newBrowserCDPSession();
  if (session === undefined) throw new Error("The browser has no session.");
  const { targetInfos } = await session.send("Target.getTargets");
  const worker = targetInfos.find(({ type }) => type === "service_worker");
  if (worker === undefined) throw new Error("There is no worker to end.");
  await session.send("Target.closeTarget", { targetId: worker.targetId });
  await session.detach();
}

/** Lets the worker's own alarm ring now instead of in half a minute; there must be one. */
async function ringAlarm(): Promise<void> {
  const worker = await browser.worker();
  const names = await worker.evaluate(async () => {
    const alarms = await chrome.alarms.getAll();
    for (const { name } of alarms) await chrome.alarms.create(name, { when: Date.now(), periodInMinutes: 0.5 });
    return alarms.map(({ name }) => name);
  });
  expect(names).toEqual(["kept"]);
}

const status = (): Promise<string | null> => readStatus(page.page);
const arrivedIds = async (): Promise<string[]> => (await host.operations()).map((each) => each.op_id);

describe("without an agent", () => {
  test("a message is kept, the person is told, and it is sent when the agent has come", async () => {
    await launch();
    await page.load(mono);
    await page.send("Before the agent.");
    await expect.poll(status).toBe("Agent not installed, 1 waiting");
    const kept = await storedIds();
    expect(kept).toHaveLength(1);

    await endWorker();
    await installHost(profile, host.hostPath);
    await page.load(mono);
    await expect.poll(arrivedIds, slow).toEqual(kept);
    await expect.poll(storedIds).toEqual([]);
    await expect.poll(status).toBe("Ready");
  });

  test("what waits survives the end of the browser", async () => {
    await launch();
    await page.load(mono);
    await page.send("One.");
    await page.send("Two.");
    await expect.poll(storedIds).toHaveLength(2);
    const kept = await storedIds();
    await browser.close();

    await installHost(profile, host.hostPath);
    await launch();
    await expect.poll(async () => (await arrivedIds()).sort(), slow).toEqual(kept.sort());
    await expect.poll(storedIds).toEqual([]);
  });
});

describe("with an agent that fails", () => {
  beforeEach(async () => {
    await installHost(profile, host.hostPath);
  });

  test("killed before its acknowledgement, it gets the same operation again", async () => {
    await host.instruct({ dieBeforeAck: 2 });
    await launch();
    await page.load(mono);
    await page.send("Through a crash.");
    await expect.poll(arrivedIds, slow).toHaveLength(3);
    await expect.poll(storedIds).toEqual([]);
    expect(new Set(await arrivedIds()).size).toBe(1);
    expect(await host.pids()).toHaveLength(3);
    await expect.poll(status).toBe("Saved on this desktop");
  });

  test("killed while nothing waits, it is started again and gets the next message", async () => {
    await launch();
    await page.load(mono);
    await expect.poll(status).toBe("Ready");
    const [pid] = await host.pids();
    process.kill(pid ?? 0, "SIGKILL");
    await page.send("After the kill.");
    await expect.poll(arrivedIds, slow).toHaveLength(1);
    await expect.poll(storedIds).toEqual([]);
  });

  test("refusing an operation, it leaves it in the browser and the person is told", async () => {
    await host.instruct({ refuse: "ledger_full" });
    await launch();
    await page.load(mono);
    await page.send("No room.");
    await expect.poll(status).toBe("1 refused");
    const kept = await storedIds();
    expect(kept).toHaveLength(1);

    await host.instruct({});
    const [pid] = await host.pids();
    process.kill(pid ?? 0, "SIGKILL");
    await expect.poll(storedIds, slow).toEqual([]);
    expect(new Set(await arrivedIds())).toEqual(new Set(kept));
    await expect.poll(status).toBe("Saved on this desktop");
  });

  test("refusing an operation once, it gets it again at the next alarm", async () => {
    await host.instruct({ refuse: "ledger_full" });
    await launch();
    await page.load(mono);
    await page.send("Later.");
    await expect.poll(status).toBe("1 refused");
    await host.instruct({});
    await ringAlarm();
    await expect.poll(storedIds).toEqual([]);
    expect(await host.pids()).toHaveLength(1);
  });
});

describe("with the browser's storage full", () => {
  test("the person is told, and the message is kept as soon as there is room", async () => {
    await launch();
    await page.load(mono);
    const worker = await browser.worker();
    await worker.evaluate(async () => {
      const free = chrome.storage.local.QUOTA_BYTES - (await chrome.storage.local.getBytesInUse());
      await chrome.storage.local.set({ ballast: "x".repeat(free - 100) });
    });
    await page.send("No room for this.");
    await expect.poll(status).toBe("Storage is full, 1 not saved");
    await worker.evaluate(() => chrome.storage.local.remove("ballast"));
    await expect.poll(storedIds, { timeout: 10_000 }).toHaveLength(1);
    await expect.poll(status).toBe("Agent not installed, 1 waiting");
  });
});

describe("with an agent", () => {
  beforeEach(async () => {
    await installHost(profile, host.hostPath);
    await launch();
  });

  test("the first word is a hello with protocol and version", async () => {
    await page.load(mono);
    const version = await (await browser.worker()).evaluate(() => chrome.runtime.getManifest().version);
    await expect.poll(() => host.otherMessages()).toEqual([{ type: "hello", protocol: 1, extension_version: version }]);
  });

  test("two hundred messages that waited arrive in order, each once", async () => {
    const worker = await browser.worker();
    await worker.evaluate(async () => {
      for (let i = 0; i < 200; i++) {
        const op_id = `01890000-0000-7000-8000-${String(i).padStart(12, "0")}`;
        const operation = { op_id, kind: "outreach", act_username: "a", tar_username: "b", thread_id: "1", sent_at: i };
        await chrome.storage.local.set({ [`op:${op_id}`]: operation });
      }
    });
    await expect.poll(storedIds).toEqual([]);
    const ids = await arrivedIds();
    expect(ids).toHaveLength(200);
    expect(ids).toEqual([...ids].sort());
  });
});
