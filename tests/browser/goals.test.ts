// Goals and rules as people agree on them, in a real browser on the real server.

import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { Client, join, makeOperation, pair, push, type Schemas } from "../integration/client.ts";
import { Server, until } from "../integration/server.ts";
import { chromiumPath } from "./launch.ts";

const password = "a good long secret";

let server: Server;
let browser: Browser;
let owner: Client;
let ben: Client;
let desktop: Client;
/** What the pages said to the console and should not have. */
const complaints: string[] = [];

async function invite(name: string, role: Schemas["Role"]): Promise<Client> {
  const { link } = await owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", { json: { role } });
  const page = Client.page(server);
  const opr_email = `${name.toLowerCase()}@example.com`;
  await page.expect(201, "POST", "/api/v1/join", {
    json: { link, opr_name: name, opr_email, time_zone: "Europe/Lisbon", password },
  });
  return page;
}

async function signedIn(name: string, more: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: "Europe/Lisbon",
    ...more,
  });
  const page = await context.newPage();
  page.on("pageerror", (fault) => complaints.push(fault.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("E-mail or name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation").first().waitFor();
  await page.goto(`${server.url}/goals`);
  await page.getByRole("heading", { name: "Rules", exact: true }).waitFor();
  return page;
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    async () => (await (window as unknown as { axe: typeof axe }).axe.run()).violations,
  );
  return found.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
}

const openProposals = async (): Promise<Schemas["Proposal"][]> =>
  (await owner.expect<Schemas["ProposalPage"]>(200, "GET", "/api/v1/proposals?outcome=open")).items;

beforeAll(async () => {
  server = await Server.start();
  owner = await join(server, { password, opr_name: "Anna" });
  ben = await invite("Ben", "operator");
  await invite("Cleo", "operator");
  await invite("Vera", "viewer");
  desktop = (await pair(server, ben, "Desk")).desktop;
  for (let i = 0; i < 6; i++)
    await push(desktop, makeOperation({ act_username: "shop", tar_username: `cafe.${String(i)}` }));
  browser = await chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
});

afterAll(async () => {
  await browser.close();
  await server.end();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(complaints.splice(0)).toEqual([]);
});

test("a goal for oneself holds at once, and shows how it goes", async () => {
  const page = await signedIn("Ben");
  await page.getByRole("button", { name: "Propose" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What", { exact: true }).selectOption("goal");
  await dialog.getByLabel("For whom").selectOption("mine");
  await dialog.getByLabel("How many").fill("0");
  await dialog.getByRole("button", { name: "Adopt it for me" }).click();
  await dialog.getByText("A goal is at least 1").waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByLabel("How many").fill("8");
  await dialog.getByRole("button", { name: "Adopt it for me" }).click();
  await page.getByText("0 of 8").first().waitFor();
  // What is sent from then on counts, and is shown without a reload.
  await push(desktop, makeOperation({ act_username: "shop", tar_username: "cafe.new" }));
  await page.getByText("1 of 8").first().waitFor();
  const list = await ben.expect<Schemas["GoalProgressList"]>(200, "GET", "/api/v1/goals?scope=mine");
  expect(list.items.map(({ goal, running }) => [goal.target_value, running?.value])).toEqual([[8, 1]]);
});

test("a rule is proposed, replayed, voted on by two, and holds when nobody can turn it", async () => {
  const page = await signedIn("Ben");
  await page.getByRole("button", { name: "Propose" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("At most").fill("4");
  await dialog.getByLabel("Reason, optional").fill("Four a day is plenty.");
  await dialog.getByRole("button", { name: "Propose to the team" }).click();
  const card = page.getByRole("article", { name: "At most 4 messages in 24 h" });
  await card.getByText("1 for, 0 against, 2 not yet").waitFor();
  // Three of the seven messages would have been beyond it.
  await card.getByText("warnings in all").waitFor();
  await card.getByRole("list", { name: "Accounts concerned" }).getByText("3 warnings").waitFor();
  expect(await violations(page)).toEqual([]);

  // What another browser shows follows without a reload.
  const other = await signedIn("Cleo", { colorScheme: "dark" });
  const theirs = other.getByRole("article", { name: "At most 4 messages in 24 h" });
  await theirs.getByText("Four a day is plenty.").first().waitFor();
  expect(await violations(other)).toEqual([]);
  await theirs.getByLabel("Reason, optional").fill("Three would do.");
  await theirs.getByRole("button", { name: "Vote against" }).click();
  await card.getByText("Three would do.").waitFor();
  await card.getByText("1 for, 1 against, 1 not yet").waitFor();

  // A vote can be changed; this one decides.
  await theirs.getByRole("button", { name: "Vote for" }).click();
  await page.getByRole("region", { name: "Proposals" }).getByText("Nothing is voted on").waitFor();
  expect(await openProposals()).toEqual([]);
  const rules = await owner.expect<Schemas["RulePage"]>(200, "GET", "/api/v1/rules?status=Active");
  expect(rules.items.map(({ rule, votes_for }) => [rule.limit_value, votes_for])).toEqual([[4, 2]]);
  await page.getByText("2 to 0").waitFor();
});

test("what is proposed is withdrawn while nobody else has voted, and a refusal keeps what was typed", async () => {
  const page = await signedIn("Ben");
  await page.getByRole("button", { name: "Propose" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("It warns of").selectOption("Quiet Hours");
  await dialog.getByLabel("Reason, optional").fill("Sleep.");
  await page.route("**/api/v1/rules", (route) => route.abort(), { times: 1 });
  await dialog.getByRole("button", { name: "Propose to the team" }).click();
  await dialog.getByRole("alert").waitFor();
  expect(await dialog.getByLabel("Reason, optional").inputValue()).toBe("Sleep.");
  await dialog.getByRole("button", { name: "Propose to the team" }).click();
  const card = page.getByRole("article", { name: "No messages from 22:00 to 07:00" });
  await card.getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await card.waitFor({ state: "detached" });
  expect(await openProposals()).toEqual([]);
});

test("to archive a rule is voted on, and a viewer sees all of it and has no button", async () => {
  const page = await signedIn("Ben");
  await page.getByRole("button", { name: "Archive: At most 4 messages in 24 h" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Archive", exact: true }).click();
  await page.getByRole("article", { name: "Archive: At most 4 messages in 24 h" }).waitFor();
  const viewer = await signedIn("Vera", { viewport: { width: 390, height: 844 } });
  await viewer.getByRole("article", { name: "Archive: At most 4 messages in 24 h" }).waitFor();
  await viewer.getByText("You do not vote on it").waitFor();
  for (const name of ["Propose", "Vote for", "Archive"]) {
    expect(await viewer.getByRole("button", { name }).count()).toBe(0);
  }
  expect(await violations(viewer)).toEqual([]);
  expect(await viewer.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await until("the proposal is there", async () => ((await openProposals()).length === 1 ? true : undefined));
});
