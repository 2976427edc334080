// The main job with nothing mocked: the real server, a real Chromium with the real extension and the real native host, a
// page that stands in for Instagram's thread, and an open dashboard in a second tab.

import { rm } from "node:fs/promises";

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { components } from "../../build/contract/openapi.d.ts";
import { Server, until } from "../integration/server.ts";
import { Desktop } from "./desktop.ts";
import { startFixtureServer } from "./fixture/server.ts";
import { casa, Instagram, mono, newLead } from "./instagram.ts";
import { type Browser, launchBrowser, makeProfile } from "./launch.ts";
import { readStatus } from "./status-pill.ts";

type LogEntry = components["schemas"]["LogEntry"];

/** From the row on the page to the entry on the dashboard: the issue's own figure. */
const appearsWithinMs = 2_000;
/** After an outage, a reconnection of the agent and of the live stream come first. */
const returnsWithinMs = 20_000;

let server: Server;
let desktop: Desktop;
let profile: string;
let fixture: Awaited<ReturnType<typeof startFixtureServer>>;
let browser: Browser;
let dashboard: Page;
let thread: Instagram;

/** The dashboard's activity items whose message begins like this. */
function activity(text: string) {
  return dashboard.locator("[data-elg-id]").filter({ hasText: text });
}

/** All outreach that the server has, newest first, as the dashboard's own session sees it. */
async function outreach(): Promise<LogEntry[]> {
  const page = await dashboard.evaluate(async () => {
    const response = await fetch("/api/v1/logs?limit=200");
    return (await response.json()) as unknown;
  });
  return (page as components["schemas"]["LogPage"]).items.filter((entry) => entry.event_type === "Outreach");
}

async function countOf(text: string): Promise<number> {
  return (await outreach()).filter((entry) => entry.message_preview === text.slice(0, 280)).length;
}

/** What waits in the browser's storage for the desktop's acknowledgement. */
async function keptByExtension(): Promise<number> {
  const worker = await browser.worker();
  return worker.evaluate(async () => {
    const keys = await chrome.storage.local.getKeys();
    return keys.filter((key) => key.startsWith("op:")).length;
  });
}

/** Once the extension and the agent have nothing left to hand over, nothing more can arrive. */
async function settled(): Promise<void> {
  await until("the extension has handed everything over", async () =>
    (await keptByExtension()) === 0 ? true : undefined,
  );
  await until(
    "the agent has pushed everything",
    async () => ((await readStatus(thread.page)) === "Saved on this desktop" ? true : undefined),
    returnsWithinMs,
  );
}

beforeAll(async () => {
  server = await Server.start();
  fixture = await startFixtureServer();
  desktop = await Desktop.make();
  profile = await makeProfile();
  await desktop.install(profile);
  Object.assign(process.env, desktop.environment);
  browser = await launchBrowser({ instagram: fixture, profile });
  dashboard = await browser.context.newPage();
  await dashboard.goto(`${server.url}/join#${server.ownerLink}`);
  await dashboard.getByLabel("Your name").fill("Maya Lindqvist");
  await dashboard.getByLabel("E-mail").fill("maya@example.com");
  await dashboard.getByRole("button", { name: "Create the team" }).click();
  await dashboard.waitForURL(`${server.url}/`);
  await desktop.pair(server.url, dashboard);
  await dashboard.goto(`${server.url}/`);
  await dashboard.getByText("Live", { exact: true }).waitFor();
  thread = new Instagram(await browser.context.newPage());
  await thread.load(mono);
  await until("the extension is ready", async () => ((await readStatus(thread.page)) === "Ready" ? true : undefined));
}, 90_000);

afterAll(async () => {
  await browser.close();
  await fixture.close();
  await server.end();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  await desktop.remove();
});

describe("the main job", () => {
  test("a message sent by hand appears on the open dashboard within two seconds, once", async () => {
    const text = "Hello Mono, shall I show you how?";
    await thread.send(text);
    await activity(text).waitFor({ timeout: appearsWithinMs });
    expect(await activity(text).count()).toBe(1);
    await expect(activity(text).innerText()).resolves.toMatch(
      /Maya Lindqvist\s+wrote to\s+@mono\.pizza\s+from @studio\.north/u,
    );
    await settled();
    expect(await countOf(text)).toBe(1);
  });

  test("messages to two people are credited to each", async () => {
    await thread.open(casa);
    await thread.send("Olá Casa!");
    await activity("Olá Casa!").waitFor({ timeout: appearsWithinMs });
    await thread.open(mono);
    await thread.send("Back to Mono.");
    await activity("Back to Mono.").waitFor({ timeout: appearsWithinMs });
    const entries = await outreach();
    expect(entries.find((entry) => entry.message_preview === "Olá Casa!")?.tar_username).toBe("casa_da_ribeira");
    expect(entries.find((entry) => entry.message_preview === "Back to Mono.")?.tar_username).toBe("mono.pizza");
  });

  test("what is sent while the server is down appears when it is back, once", async () => {
    await server.stop();
    await dashboard
      .getByText(/Reconnecting|Stale/u)
      .first()
      .waitFor();
    await thread.send("Sent while the server was away.");
    await until("the desktop has it", async () => ((await keptByExtension()) === 0 ? true : undefined));
    await server.startAgain();
    await activity("Sent while the server was away.").waitFor({ timeout: returnsWithinMs });
    await settled();
    expect(await activity("Sent while the server was away.").count()).toBe(1);
    expect(await countOf("Sent while the server was away.")).toBe(1);
  });

  test("a host that is killed between send and acknowledgement loses nothing and doubles nothing", async () => {
    const host = await desktop.host();
    process.kill(host, "SIGSTOP");
    await thread.send("Sent to a host that is about to die.");
    await until("the extension keeps it", async () => ((await keptByExtension()) === 1 ? true : undefined));
    await desktop.kill(host);
    await activity("Sent to a host that is about to die.").waitFor({ timeout: returnsWithinMs });
    await settled();
    expect(await countOf("Sent to a host that is about to die.")).toBe(1);
    expect(await desktop.host()).not.toBe(host);
  });

  test("a host that is killed right after it was sent to loses nothing and doubles nothing", async () => {
    for (let round = 0; round < 5; round++) {
      const text = `Killed in round ${String(round)}.`;
      const host = await desktop.host();
      await thread.submit(text);
      await desktop.kill(host);
      await activity(text).waitFor({ timeout: returnsWithinMs });
    }
    await settled();
    for (let round = 0; round < 5; round++) expect(await countOf(`Killed in round ${String(round)}.`)).toBe(1);
  });

  const exact = [
    ["Unicode and emoji", "Grüße, 東京 שלום مرحبا — 👩‍👩‍👧‍👦 🇵🇹 👍🏽 e\u0301 \u{1F600}"],
    [
      "quotes and angle brackets",
      `<script>alert("x")</script> & 'it''s' "quoted" \\ </p> <b>not bold</b> &amp; %s {0} \${x}`,
    ],
    ["several lines", "First line\nSecond line\n\nFourth, after an empty one"],
    ["10,000 characters", "Zwölf Boxkämpfer jagen Viktor. ".repeat(400).slice(0, 9_999) + "!"],
  ] as const;

  test.each(exact)("%s: stored and shown exactly", async (_, text) => {
    const before = (await outreach()).length;
    await thread.open(newLead);
    await thread.send(text);
    const entry = await until("it is stored", async () => {
      const entries = await outreach();
      return entries.length > before ? entries[0] : undefined;
    });
    expect(entry.message_characters).toBe(Array.from(text).length);
    const logs = await browser.context.newPage();
    await logs.goto(`${server.url}/logs`);
    const row = logs.locator(`[data-elg-id="${entry.elg_id}"]`);
    await row.getByRole("button").first().click();
    const whole = row.locator('[data-message-text="whole"]');
    await whole.waitFor();
    expect(await whole.textContent()).toBe(text);
    await logs.close();
    await thread.open(mono);
  });

  test("nothing was asked of the site beyond its own page", () => {
    expect(fixture.accessLog.filter((line) => /instacrm|api\/v1/u.test(JSON.stringify(line)))).toEqual([]);
  });
});
