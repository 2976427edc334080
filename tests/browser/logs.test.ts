// Parts of the log in a real browser on the real server: what is asked for stands in the address, and what is shown is what the API
// tells.

import { readFile } from "node:fs/promises";

import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { type Client, join, makeOperation, pair, push, type Schemas } from "../integration/client.ts";
import { Server } from "../integration/server.ts";
import { chromiumPath } from "./launch.ts";

const password = "a good long secret";

let server: Server;
let browser: Browser;
let owner: Client;
let desktop: Client;
/** What the pages said to the console and should not have. */
const complaints: string[] = [];

async function signedIn(query = "", width = 1440): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    timezoneId: "Europe/Berlin",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.on("pageerror", (fault) => complaints.push(fault.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("E-mail or name").fill("Anna");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation").first().waitFor();
  await page.goto(`${server.url}/logs${query}`);
  await page.getByRole("search", { name: "Filter the logs" }).waitFor();
  return page;
}

const shown = (page: Page): Promise<string[]> =>
  page.locator("[data-elg-id]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-elg-id") ?? ""));

/** The first page of what the API tells of it is what is shown first. */
async function holds(page: Page, query: string): Promise<void> {
  const { items } = await owner.expect<Schemas["LogPage"]>(200, "GET", `/api/v1/logs?${query}`);
  const ids = items.map(({ elg_id }) => elg_id);
  expect(ids.length).toBeGreaterThan(0);
  await expect.poll(async () => (await shown(page)).slice(0, ids.length)).toEqual(ids);
}

beforeAll(async () => {
  server = await Server.start();
  owner = await join(server, { password, opr_name: "Anna" });
  await owner.expect(201, "POST", "/api/v1/demo");
  desktop = (await pair(server, owner, "Desk")).desktop;
  await push(desktop, makeOperation({ act_username: "studio", tar_username: "somebody.new", sent_at: Date.now() }));
  browser = await chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
}, 60_000);

afterAll(async () => {
  await browser.close();
  await server.end();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(complaints.splice(0)).toEqual([]);
});

test("an operator, a kind and days are asked for together, and the address shows the same to a colleague", async () => {
  const page = await signedIn();
  const { items } = await owner.expect<Schemas["OperatorPage"]>(200, "GET", "/api/v1/operators?search=Jonas");
  const jonas = items[0]?.opr_id ?? "";
  await page.getByLabel("Operator").selectOption({ label: "Jonas Weber" });
  await holds(page, `opr_id=${jonas}`);
  await page.getByLabel("Kind").selectOption({ label: "Changes of a target" });
  await holds(page, `opr_id=${jonas}&event_type=Change%20in%20Tar%20Info`);
  const day = new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("To", { exact: true }).fill(day);
  // Anna's zone is Berlin's: what happened behind that day there is left out.
  await page.waitForURL(/to=/u);
  await expect.poll(() => page.locator("[data-elg-id]").count()).toBeGreaterThan(0);
  const times = await page
    .locator("[data-elg-id] time")
    .evaluateAll((all) => all.map((time) => time.getAttribute("dateTime") ?? time.getAttribute("datetime") ?? ""));
  const inBerlin = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Berlin" });
  expect(times.every((time) => inBerlin.format(new Date(time)) <= day)).toBe(true);
  const ids = (await shown(page)).slice(0, 20);
  const other = await signedIn(new URL(page.url()).search);
  await expect.poll(async () => (await shown(other)).slice(0, 20)).toEqual(ids);
  await other.getByRole("button", { name: "Show all" }).click();
  await holds(other, "limit=20");
});

test("words are found while they are typed, and nothing is said to be nothing", async () => {
  const page = await signedIn();
  const search = page.getByLabel("Search handles and messages");
  await search.fill("somebody.n");
  await holds(page, "search=somebody.n");
  expect(await page.locator("[data-elg-id]").count()).toBe(1);
  await page.waitForURL(/search=somebody.n/u);
  await search.fill("zzzzzz no such words");
  await page.getByText("Nothing in the log is like that").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await holds(page, "limit=20");
  expect(await search.inputValue()).toBe("");
});

test("an entry leads to everything of its target, its operator and its account", async () => {
  const page = await signedIn();
  const row = page.locator("[data-elg-id]").filter({ hasText: "@somebody.new" }).first();
  await row.getByRole("button", { name: /^Open @/u }).click();
  await row.getByRole("link", { name: "All of @somebody.new" }).click();
  await page.waitForURL(/tar_id=/u);
  await expect.poll(() => page.locator("[data-elg-id]").count()).toBe(1);
  await page.getByRole("button", { name: /To @somebody\.new/u }).click();
  await expect.poll(() => page.locator("[data-elg-id]").count()).toBeGreaterThan(20);
  const again = page.locator("[data-elg-id]").filter({ hasText: "@somebody.new" }).first();
  await again.getByRole("button", { name: /^(Open|Close) @/u }).click();
  if ((await again.getByRole("link").count()) === 0) await again.getByRole("button", { name: /^Open @/u }).click();
  await again.getByRole("link", { name: "All from @studio" }).click();
  await page.waitForURL(/act_id=/u);
  await expect.poll(() => page.locator("[data-elg-id]").count()).toBe(1);
});

test("what comes meanwhile and belongs to the part that is shown is there within a second", async () => {
  const page = await signedIn("?search=while.looking");
  await page.getByText("Nothing in the log is like that").waitFor();
  await push(desktop, makeOperation({ act_username: "studio", tar_username: "while.looking.on", sent_at: Date.now() }));
  await page.getByText("@while.looking.on").first().waitFor({ timeout: 1000 });
});

test("what is asked for is saved, all of it", async () => {
  const page = await signedIn("?event_type=User");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as CSV" }).click(),
  ]);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
  const ids: string[] = [];
  for (let after = ""; ;) {
    const path = `/api/v1/logs?event_type=User&limit=200${after}`;
    const { items, next } = await owner.expect<Schemas["LogPage"]>(200, "GET", path);
    ids.push(...items.map(({ elg_id }) => elg_id));
    if (next === null) break;
    after = `&after=${next}`;
  }
  expect(lines[0]?.startsWith("elg_id,created_at,event_type,opr_name")).toBe(true);
  expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(ids);
});

test("nothing is in the way of anybody", async () => {
  for (const width of [1440, 768, 390]) {
    const page = await signedIn("?event_type=Outreach", width);
    await page.locator("[data-elg-id]").first().waitFor();
    const folder = process.env["SCREENSHOTS"];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/logs-${String(width)}.png` });
    await page.evaluate(axe.source);
    const found = await page.evaluate(
      async () => (await (window as unknown as { axe: typeof axe }).axe.run()).violations,
    );
    expect(found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  }
});
