// Real Chromium, real extension, the stand-in page, and a recording host at the other end: what a person sends is
// captured once and exactly, and nothing else is. "Nothing" is proved by a later message that arrives alone.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { FixtureServer } from "./fixture/server.ts";
import { startFixtureServer } from "./fixture/server.ts";
import type { Operation } from "./host-recorder.ts";
import { HostRecorder } from "./host-recorder.ts";
import { casa, Instagram, mono, newLead, own } from "./instagram.ts";
import type { Browser } from "./launch.ts";
import { launchBrowser } from "./launch.ts";

let server: FixtureServer;
let host: HostRecorder;
let browser: Browser;
let page: Instagram;
let seen = 0;

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
  seen = (await host.operations()).length;
  page = new Instagram(await browser.context.newPage());
});

afterEach(async () => {
  await page.page.close();
});

/** The operations of this test, once there are so many. */
async function arrived(count: number): Promise<Operation[]> {
  const news = async (): Promise<Operation[]> => (await host.operations()).slice(seen);
  await expect.poll(async () => (await news()).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
  return await news();
}

const textsOf = (operations: readonly Operation[]): unknown[] => operations.map((each) => each.message_text);

/** Sends a last message and returns the texts that arrived with it: if there was another, it came before. */
async function textsWithLast(): Promise<unknown[]> {
  await page.send("The last one.");
  await expect.poll(async () => textsOf((await host.operations()).slice(seen)), { timeout: 10_000 }).toContain("The last one.");
  return textsOf((await host.operations()).slice(seen));
}

describe("a message sent by hand", () => {
  test("becomes one operation with who, to whom, where and when", async () => {
    const before = Date.now();
    await page.load(mono);
    await page.send("Hello from the north.");
    const [operation, ...others] = await arrived(1);
    expect(others).toEqual([]);
    expect(operation).toEqual({
      op_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      kind: "outreach",
      act_username: own,
      tar_username: mono.handle,
      thread_id: mono.threadId,
      message_text: "Hello from the north.",
      sent_at: expect.any(Number),
    });
    expect(operation?.sent_at).toBeGreaterThanOrEqual(before);
    expect(operation?.sent_at).toBeLessThanOrEqual(Date.now());
  });

  const exactTexts: Record<string, string> = {
    "letters of several scripts": "Olá, žluťoučký kůň, Привет, こんにちは, مرحبا",
    "emoji that the page draws as pictures": "Pizza 🍕 at 8? 👩‍🍳👍🏽 yes",
    "quotes and angle brackets": `<b>"Fish & Chips"</b> 'for' <script>alert(1)</script> \`you\` &amp;`,
    "several lines, one of them empty": "First line\n\nThird line\nlast",
    "spaces within and before": "  a  wide   space",
    "10,000 characters": "The quick brown fox. ".repeat(477).slice(0, 10_000),
  };
  for (const [name, text] of Object.entries(exactTexts)) {
    test(`keeps its exact text: ${name}`, async () => {
      await page.load(mono);
      await page.send(text);
      expect(textsOf(await arrived(1))).toEqual([text]);
    });
  }

  test("is captured as the first one of an empty thread", async () => {
    await page.load(newLead);
    await page.send("The very first.");
    const [operation] = await arrived(1);
    expect(operation).toMatchObject({ tar_username: newLead.handle, message_text: "The very first." });
  });
});
