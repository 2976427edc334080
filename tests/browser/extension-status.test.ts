// What the person is told, and that what is not known is said and not logged.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { FixtureServer } from "./fixture/server.ts";
import { startFixtureServer } from "./fixture/server.ts";
import { HostRecorder } from "./host-recorder.ts";
import { Instagram, mono } from "./instagram.ts";
import type { Browser } from "./launch.ts";
import { launchBrowser } from "./launch.ts";
import { readStatus } from "./status-pill.ts";

let server: FixtureServer;
let host: HostRecorder;
let browser: Browser;
let page: Instagram;

beforeAll(async () => {
  server = await startFixtureServer();
  host = await HostRecorder.create();
  browser = await launchBrowser({ instagram: server, hostPath: host.hostPath });
});

afterAll(async () => {
  await browser.close();
  await host.remove();
  await server.close();
});

beforeEach(async () => {
  await host.instruct({});
  page = new Instagram(await browser.context.newPage());
});

afterEach(async () => {
  await page.page.close();
});

const status = (): Promise<string | null> => readStatus(page.page);

describe("the status says", () => {
  const online = { paired: true, online: true, pending: 0, rejected: 0 };
  const lines = [
    [online, "Ready"],
    [{ ...online, pending: 2 }, "2 waiting"],
    [{ ...online, online: false, pending: 3 }, "Offline, 3 waiting"],
    [{ ...online, online: false }, "Offline"],
    [{ ...online, online: false, paired: false }, "Not paired: run instacrm-agent pair"],
    [{ ...online, rejected: 1 }, "1 refused"],
  ] as const;
  for (const [given, words] of lines) {
    test(`"${words}" when the agent is so`, async () => {
      await host.instruct({ status: given });
      await page.load(mono);
      await expect.poll(status).toBe(words);
    });
  }

  test("nothing outside a thread", async () => {
    await page.load(mono);
    await expect.poll(status).toBe("Ready");
    await page.page.evaluate(() => {
      history.pushState(null, "", "/direct/inbox/");
      document.querySelector("main")?.remove();
    });
    await expect.poll(status).toBeNull();
  });

  test("that what was sent is saved on this desktop", async () => {
    await page.load(mono);
    await page.send("Keep this.");
    await expect.poll(status).toBe("Saved on this desktop");
  });

  test("that a message was too long to be logged, and it is not logged", async () => {
    await page.load(mono);
    await page.send("x".repeat(65_537));
    await expect.poll(status).toBe("1 too long, not logged");
    await page.send("é".repeat(32_768));
    await expect.poll(async () => (await host.operations()).at(-1)?.message_text).toBe("é".repeat(32_768));
    expect((await host.operations()).filter(({ message_text }) => message_text?.startsWith("xxx"))).toEqual([]);
  });
});

describe("a thread that cannot be read", () => {
  const logged = async (text: string): Promise<boolean> =>
    (await host.operations()).some(({ message_text }) => message_text === text);

  test("because sentence and side of a new row disagree: it is said and nothing is logged", async () => {
    await page.load(mono);
    await page.set({ ownOnOtherSide: true });
    await page.send("Whose is this?");
    await expect.poll(status, { timeout: 10_000 }).toBe("Cannot read this thread");
    expect(await logged("Whose is this?")).toBe(false);
  });

  test("because label and address of the header disagree: it is said, and nothing is logged until they agree", async () => {
    await page.load(mono);
    const setAddress = (href: string): Promise<void> =>
      page.page.evaluate((to) => document.querySelector("header a")?.setAttribute("href", to), href);
    await setAddress("/somebody.else/");
    await page.send("To whom?");
    await expect.poll(status, { timeout: 10_000 }).toBe("Cannot read this thread");
    expect(await logged("To whom?")).toBe(false);
    await setAddress(`/${mono.handle}/`);
    await expect.poll(() => logged("To whom?")).toBe(true);
    expect((await host.operations()).at(-1)).toMatchObject({ tar_username: mono.handle });
    await expect.poll(status).toBe("Saved on this desktop");
  });

  test("because the own handle is missing: it is said and nothing is logged", async () => {
    await page.load(mono);
    await page.page.evaluate(() => document.querySelector("nav h2")?.remove());
    await page.send("From whom?");
    await expect.poll(status, { timeout: 10_000 }).toBe("Cannot read this thread");
    expect(await logged("From whom?")).toBe(false);
  });

  test("because the extension was updated under it: the person is asked to reload the tab", async () => {
    await page.load(mono);
    await expect.poll(status).toBe("Ready");
    const worker = await browser.worker();
    await worker.evaluate(() => {
      setTimeout(() => {
        chrome.runtime.reload();
      }, 0);
    });
    await expect.poll(status, { timeout: 10_000 }).toBe("Reload this tab");
    await page.load(mono);
    await expect.poll(status, { timeout: 10_000 }).toBe("Ready");
  });
});
