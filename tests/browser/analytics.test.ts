// The analytics page in a real browser on the real server: what it shows is what the API tells, and every number leads to its rows.

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

const counts = new Intl.NumberFormat("en-GB");

async function signedIn(query = "", more: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true, ...more });
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
  await page.goto(`${server.url}/analytics${query}`);
  await page.getByRole("region", { name: "Accounts" }).getByRole("table").waitFor();
  return page;
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    async () => (await (window as unknown as { axe: typeof axe }).axe.run()).violations,
  );
  return found.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
}

/** What the page asks, and what it is told. */
async function told<T>(page: Page, part = ""): Promise<T> {
  const address = new URL(page.url());
  const last = await page.getByLabel("To", { exact: true }).inputValue();
  const first = await page.getByLabel("From", { exact: true }).inputValue();
  const query = new URLSearchParams({ from: first, to: last });
  for (const name of ["scope", "opr_id", "act_username"]) {
    const value = address.searchParams.get(name);
    if (value !== null) query.set(name, value.replaceAll('"', ""));
  }
  return owner.expect<T>(200, "GET", `/api/v1/analytics${part}?${query.toString()}`);
}

async function saved(page: Page, title: string, kind: "As CSV" | "As PNG"): Promise<Buffer> {
  await page.getByRole("button", { name: `Export ${title}`, exact: true }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: kind }).click()]);
  return readFile(await file.path());
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

test("figures are those of the API, and each leads to the rows behind it", async () => {
  const page = await signedIn();
  const { figures, operators } = await told<Schemas["Analytics"]>(page);
  const row = page.getByRole("group", { name: "Figures of the range" });
  for (const [name, value] of [
    ["Messages", figures.messages],
    ["First contacts", figures.contacted],
    ["Replies", figures.replied],
    ["Booked", figures.booked],
  ] as const) {
    expect(await row.getByRole("button", { name }).innerText(), name).toContain(counts.format(value));
  }
  await row.getByRole("button", { name: "First contacts" }).click();
  const dialog = page.getByRole("dialog", { name: "First contacts" });
  await dialog.getByText("@somebody.new").waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Show more" }).click();
  await expect.poll(() => dialog.getByRole("listitem").count()).toBe(Math.min(100, figures.contacted));
  await dialog.getByRole("button", { name: "Close" }).click();
  const people = page.getByRole("region", { name: "Operators" }).getByRole("row");
  expect(await people.count()).toBe(1 + operators.length);
});

test("every control changes what is shown, and all of it stands in the address", async () => {
  const page = await signedIn();
  await page.getByRole("button", { name: "7 d" }).click();
  await page.waitForURL(/days=7/u);
  const volume = page.getByRole("list", { name: "Messages" }).getByRole("listitem");
  await expect.poll(() => volume.count()).toBe(7);
  await page.getByRole("button", { name: "52 w" }).click();
  await expect.poll(() => volume.count()).toBeGreaterThanOrEqual(52);
  await page.getByRole("button", { name: "Month", exact: true }).click();
  await expect.poll(() => volume.count()).toBeLessThanOrEqual(13);
  await page.getByRole("button", { name: "Stop comparing" }).click();
  await page.waitForURL(/alone=true/u);
  await expect.poll(() => page.getByText(/ (more|less) than /u).count()).toBe(0);
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByLabel("From", { exact: true }).fill("2026-01-01");
  await page.waitForURL(/from=/u);
  await page.getByRole("button", { name: "Show messages" }).click();
  await page.getByRole("region", { name: "When messages are sent" }).waitFor();
  await page.getByRole("button", { name: "My data" }).click();
  await page.waitForURL(/scope=mine/u);
  const { figures } = await told<Schemas["Analytics"]>(page);
  const messages = page.getByRole("group", { name: "Figures of the range" }).getByRole("button", { name: "Messages" });
  await expect.poll(() => messages.innerText()).toContain(counts.format(figures.messages));
  // A colleague with the address sees the same.
  const address = new URL(page.url());
  const other = await signedIn(address.search);
  expect(await other.getByLabel("From", { exact: true }).inputValue()).toBe("2026-01-01");
  expect(await other.getByRole("button", { name: "My data" }).getAttribute("aria-pressed")).toBe("true");
});

test("one operator or one account is looked at alone, and all of them again", async () => {
  const page = await signedIn();
  const { operators } = await told<Schemas["Analytics"]>(page);
  const first = operators[0];
  const person = page.getByRole("region", { name: "Operators" }).getByRole("row").nth(1);
  await person.getByRole("button", { name: "Only" }).click();
  await page.waitForURL(/opr_id=/u);
  const messages = page.getByRole("group", { name: "Figures of the range" }).getByRole("button", { name: "Messages" });
  await expect.poll(() => messages.innerText()).toContain(counts.format(first?.figures.messages ?? -1));
  await page.getByRole("region", { name: "Accounts" }).getByRole("button", { name: "Only" }).first().click();
  await page.waitForURL(/act_username=/u);
  const both = await told<Schemas["Analytics"]>(page);
  await expect.poll(() => messages.innerText()).toContain(counts.format(both.figures.messages));
  await page.getByRole("button", { name: "Every operator" }).click();
  await page.getByRole("button", { name: "Every account" }).click();
  await expect.poll(() => new URL(page.url()).search).toBe("");
});

test("an hour, a stage, an opener and a state of contact data lead to as many rows as they say", async () => {
  const page = await signedIn("?days=7");
  const rowsOf = async (title: RegExp): Promise<number> => {
    const dialog = page.getByRole("dialog", { name: title });
    await dialog.getByRole("group", { name: "Rows" }).locator("li, p").first().waitFor();
    for (;;) {
      const more = dialog.getByRole("button", { name: "Show more" });
      if ((await more.count()) === 0) break;
      const before = await dialog.getByRole("listitem").count();
      await more.click();
      await expect.poll(() => dialog.getByRole("listitem").count()).toBeGreaterThan(before);
    }
    const count = await dialog.getByRole("listitem").count();
    await dialog.getByRole("button", { name: "Close" }).click();
    return count;
  };
  const funnel = await told<Schemas["FunnelAnswer"]>(page, "/funnel");
  await page
    .getByRole("region", { name: "Funnel" })
    .getByRole("button", { name: /^Replied/u })
    .click();
  expect(await rowsOf(/Went on to Replied/u)).toBe(funnel.total.stages[0]?.reached);
  const { openers } = await told<Schemas["OpenersAnswer"]>(page, "/openers");
  await page.getByRole("region", { name: "Openers" }).getByRole("listitem").first().getByRole("button").click();
  expect(await rowsOf(/this opener/u)).toBe(openers[0]?.counts.contacted);
  const { coverage } = await told<Schemas["CoverageAnswer"]>(page, "/coverage");
  await page
    .getByRole("region", { name: "Contact data" })
    .getByRole("button", { name: /^Not Found/u })
    .first()
    .click();
  expect(await rowsOf(/E-mail: Not Found/u)).toBe(coverage.email.not_found);
  const { heatmap } = await told<Schemas["Analytics"]>(page);
  const hour = heatmap.findIndex(({ messages }) => messages > 0);
  await page.getByRole("button", { name: "Show messages" }).click();
  await page.getByRole("group", { name: "Hours of the week" }).getByRole("button").nth(hour).click();
  expect(await rowsOf(/^Messages, /u)).toBe(heatmap[hour]?.messages);
});

test("a chart is saved as the table that it is, and as a picture of it", async () => {
  const page = await signedIn();
  const { volume } = await told<Schemas["Analytics"]>(page);
  const lines = (await saved(page, "Messages", "As CSV")).toString("utf8").trim().split("\r\n");
  expect(lines).toHaveLength(1 + volume.length);
  expect(lines.slice(1).map((line) => Number(line.split(",")[1]))).toEqual(
    volume.map(({ figures }) => figures.messages),
  );
  const { openers } = await told<Schemas["OpenersAnswer"]>(page, "/openers");
  const said = (await saved(page, "Openers", "As CSV")).toString("utf8");
  expect(said).toContain(`,${String(openers[0]?.counts.contacted)},`);
  for (const title of ["Messages", "Funnel", "When people answer"]) {
    const picture = await saved(page, title, "As PNG");
    expect(picture.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect(picture.readUInt32BE(16)).toBeGreaterThan(400);
    expect(picture.length).toBeGreaterThan(4000);
  }
});

test("what is sent meanwhile is counted without a reload", async () => {
  const page = await signedIn("?scope=mine");
  const messages = page.getByRole("group", { name: "Figures of the range" }).getByRole("button", { name: "Messages" });
  const { figures } = await told<Schemas["Analytics"]>(page);
  await expect.poll(() => messages.innerText()).toContain(counts.format(figures.messages));
  await push(desktop, makeOperation({ act_username: "studio", tar_username: "while.looking", sent_at: Date.now() }));
  await expect.poll(() => messages.innerText()).toContain(counts.format(figures.messages + 1));
});

test.each(["light", "dark"] as const)("nothing is in the way of anybody (%s)", async (colorScheme) => {
  for (const width of [1440, 768, 390]) {
    const page = await signedIn("", { colorScheme, viewport: { width, height: 900 } });
    const folder = process.env["SCREENSHOTS"];
    if (folder !== undefined) {
      await page.screenshot({ path: `${folder}/analytics-${String(width)}-${colorScheme}.png`, fullPage: true });
    }
    expect(await violations(page), String(width)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), String(width)).toBe(width);
  }
});
