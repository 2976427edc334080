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
  await expect
    .poll(async () => textsOf((await host.operations()).slice(seen)), { timeout: 10_000 })
    .toContain("The last one.");
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
      op_id: operation?.op_id,
      kind: "outreach",
      act_username: own,
      tar_username: mono.handle,
      thread_id: mono.threadId,
      message_text: "Hello from the north.",
      sent_at: operation?.sent_at,
    });
    expect(operation?.op_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
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

describe("nothing is captured", () => {
  test("of a thread with 30 rows when it opens", async () => {
    await page.load(mono);
    await page.open(casa);
    await page.open(mono);
    expect(await textsWithLast()).toEqual(["The last one."]);
  });

  test("of old rows when a person scrolls up, and of new ones when they return", async () => {
    await page.load(mono, 120);
    await page.scrollTo("Theirs 1", "up");
    expect(await page.has("Ours 120")).toBe(false);
    await page.scrollTo("Ours 120", "down");
    expect(await textsWithLast()).toEqual(["The last one."]);
  });

  test("of rows that virtualisation brings back, even where they say what was just sent", async () => {
    await page.load(mono, 120);
    await page.send("Ours 117");
    await page.scrollTo("Theirs 1", "up");
    await page.scrollTo("Ours 120", "down");
    await page.rerender();
    expect(await textsWithLast()).toEqual(["Ours 117", "The last one."]);
  });

  test("when the server drops what was sent and the composer empties all the same", async () => {
    await page.load(mono);
    await page.set({ drop: true });
    const dropped = page.page.waitForResponse((response) => response.url().includes("drop=true"));
    await page.submit("Never arrived.");
    await dropped;
    await page.set({ drop: false });
    await page.rerender();
    expect(await textsWithLast()).toEqual(["The last one."]);
  });

  test("when what was dropped stands in the thread from before", async () => {
    await page.load(mono);
    await page.send("Twice?");
    await page.set({ drop: true });
    const dropped = page.page.waitForResponse((response) => response.url().includes("drop=true"));
    await page.submit("Twice?");
    await dropped;
    await page.set({ drop: false });
    await page.rerender();
    await page.open(casa);
    await page.open(mono);
    expect(await textsWithLast()).toEqual(["Twice?", "The last one."]);
  });

  test("when what was dropped reads as an old message that a person then scrolls to", async () => {
    await page.load(mono, 120);
    await page.set({ drop: true });
    const dropped = page.page.waitForResponse((response) => response.url().includes("drop=true"));
    await page.submit("Ours 3");
    await dropped;
    await page.set({ drop: false });
    expect(await page.has("Ours 3")).toBe(false);
    await page.scrollTo("Ours 3", "up");
    await page.scrollTo("Ours 120", "down");
    expect(await textsWithLast()).toEqual(["The last one."]);
  });

  test("of a draft that stays in the composer or is deleted", async () => {
    await page.load(mono);
    await page.type("Only a thought.");
    await page.page.keyboard.press("Control+A");
    await page.page.keyboard.press("Backspace");
    await page.type("Another one");
    await page.open(casa);
    expect(await textsWithLast()).toEqual(["The last one."]);
  });

  test("of what the counterpart writes, and of what the same account writes elsewhere", async () => {
    await page.load(mono);
    await page.receive(mono, "An answer.");
    await page.sendElsewhere(mono, "From a phone.");
    await page.receive(mono, "Another answer.");
    expect(await textsWithLast()).toEqual(["The last one."]);
  });

  test("twice of a thread that two tabs show", async () => {
    await page.load(mono);
    const second = new Instagram(await browser.context.newPage());
    await second.load(mono);
    await second.sendElsewhere(mono, "The last one.");
    expect(await textsWithLast()).toEqual(["The last one."]);
    await second.page.close();
  });
});

describe("every message is captured for itself", () => {
  test("when two are identical", async () => {
    await page.load(mono);
    await page.send("Hi!");
    await page.send("Hi!");
    const operations = await arrived(2);
    expect(textsOf(operations)).toEqual(["Hi!", "Hi!"]);
    expect(new Set(operations.map((each) => each.op_id)).size).toBe(2);
  });

  test("when many are sent before the first row is there", async () => {
    await page.load(mono);
    await page.set({ rowDelayMs: 400 });
    for (let i = 0; i < 5; i++) await page.submit(`Quick ${String(i % 2)}`);
    expect(textsOf(await arrived(5))).toEqual(["Quick 0", "Quick 1", "Quick 0", "Quick 1", "Quick 0"]);
  });

  test("when the page renders all rows anew with the new one", async () => {
    await page.load(mono);
    await page.send("One.");
    await page.set({ rowDelayMs: 0 });
    await page.submit("Two.");
    await page.rerender();
    await page.submit("Three.");
    expect(textsOf(await arrived(3))).toEqual(["One.", "Two.", "Three."]);
  });

  test("when it was sent while the thread was scrolled to its top", async () => {
    await page.load(mono, 120);
    await page.scrollTo("Theirs 1", "up");
    expect(await page.has("Ours 120")).toBe(false);
    await page.send("From above.");
    expect(textsOf(await arrived(1))).toEqual(["From above."]);
  });

  test("when the counterpart writes at the same time", async () => {
    await page.load(mono);
    await page.set({ rowDelayMs: 300 });
    await page.submit("Mine.");
    await page.receive(mono, "Theirs.");
    expect(textsOf(await arrived(1))).toEqual(["Mine."]);
    expect(await textsWithLast()).toEqual(["Mine.", "The last one."]);
  });

  test("when the sender's label is on each row", async () => {
    await page.load(mono);
    await page.set({ allLabels: true });
    await page.rerender();
    expect(await textsWithLast()).toEqual(["The last one."]);
  });

  test("when a person enters the thread from the feed without a new document", async () => {
    await page.page.goto("https://www.instagram.com/");
    await page.page.getByText("Messages", { exact: true }).click();
    await page.open(casa);
    await page.send("From the feed.");
    expect(await arrived(1)).toMatchObject([{ tar_username: casa.handle, message_text: "From the feed." }]);
  });
});

describe("the right counterpart is credited", () => {
  test("when threads are switched at once after each message", async () => {
    await page.load(mono);
    await page.set({ openDelayMs: 0 });
    for (let i = 0; i < 3; i++) {
      await page.send(`To mono ${String(i)}`);
      await page.open(casa);
      await page.send(`To casa ${String(i)}`);
      await page.open(mono);
    }
    const operations = await arrived(6);
    expect(operations.map((each) => [each.tar_username, each.thread_id, each.message_text])).toEqual(
      [0, 1, 2].flatMap((i) => [
        [mono.handle, mono.threadId, `To mono ${String(i)}`],
        [casa.handle, casa.threadId, `To casa ${String(i)}`],
      ]),
    );
  });

  test("when the row appears after the thread was left, as soon as a person is back", async () => {
    await page.load(mono);
    await page.set({ rowDelayMs: 300 });
    await page.submit("Late in mono.");
    await page.open(casa);
    await page.set({ rowDelayMs: 10 });
    await page.send("In casa.");
    await page.open(mono);
    const operations = await arrived(2);
    const credited = operations.map((each) => `${each.tar_username}: ${each.message_text ?? ""}`).sort();
    expect(credited).toEqual(["casa_da_ribeira: In casa.", "mono.pizza: Late in mono."]);
  });

  test("when the row appears while the address already names the next thread", async () => {
    await page.load(mono);
    await page.set({ openDelayMs: 500, rowDelayMs: 100 });
    await page.submit("Still mono's.");
    await page.choose(casa);
    expect(await arrived(1)).toMatchObject([
      { tar_username: mono.handle, thread_id: mono.threadId, message_text: "Still mono's." },
    ]);
  });
});
