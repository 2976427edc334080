// Who comes in, and what they may do, as people do it in a real browser on the real server.

import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { Client, join, type Schemas, send } from "../integration/client.ts";
import { Server, until } from "../integration/server.ts";
import { chromiumPath } from "./launch.ts";

const ownerPassword = "correct horse of Anna";
const newPassword = "a brand new secret";
const password = "a good long secret";

let server: Server;
let browser: Browser;
/** The first owner, past the browser. */
let owner: Client;
/** What the pages said to the console and should not have. */
const complaints: string[] = [];

/** A browser of somebody's own: no other one's cookies. */
async function newPerson(more: { colorScheme?: "dark" } = {}): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: "Europe/Lisbon", ...more });
}

async function open(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (fault) => complaints.push(fault.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  await page.goto(`${server.url}${path}`);
  return page;
}

async function signIn(page: Page, account: string, secret: string): Promise<void> {
  await page.getByLabel("E-mail or name").fill(account);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** A new browser in which somebody has signed in, at a page. */
async function signedIn(account: string, secret: string, path: string): Promise<Page> {
  const page = await open(await newPerson(), "/sign-in");
  await signIn(page, account, secret);
  await page.getByRole("navigation").first().waitFor();
  await page.goto(`${server.url}${path}`);
  return page;
}

/** Somebody joins past the browser, by an invitation of the owner's. */
async function invite(name: string, role: Schemas["Role"]): Promise<Client> {
  const { link } = await owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", { json: { role } });
  const page = Client.page(server);
  const opr_email = `${name.toLowerCase()}@example.com`;
  await page.expect(201, "POST", "/api/v1/join", {
    json: { link, opr_name: name, opr_email, time_zone: "Europe/Lisbon", password },
  });
  return page;
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    async () => (await (window as unknown as { axe: typeof axe }).axe.run()).violations,
  );
  return found.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
}

beforeAll(async () => {
  server = await Server.start();
  owner = await join(server, { password: ownerPassword });
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

describe("signing in", () => {
  test("by address and password leads back to where somebody wanted to go", async () => {
    const page = await open(await newPerson(), "/team");
    await page.waitForURL(/\/sign-in/u);
    await page.getByLabel("E-mail or name").waitFor(); // The address is there before the page is.
    expect(await violations(page)).toEqual([]);
    await signIn(page, "anna@example.com", ownerPassword);
    await page.waitForURL(`${server.url}/team`);
    await page.getByRole("list", { name: "People" }).getByText("Anna Becker").waitFor();
  });

  test("needs no mouse", async () => {
    const page = await open(await newPerson(), "/sign-in");
    await page.getByLabel("E-mail or name").and(page.locator(":focus")).waitFor();
    await page.keyboard.type("anna@example.com");
    await page.keyboard.press("Tab");
    await page.keyboard.type(ownerPassword);
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Sign in" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.url}/`);
    await page.getByRole("navigation").first().waitFor();
  });

  test("is held up once an account was guessed at too often, even with the right password", async () => {
    const guessed = await invite("Guessed", "operator");
    const failed = { json: { account: "guessed@example.com", password: "not this one" } };
    await until("the account is held up", async () =>
      (await Client.page(server).call("POST", "/api/v1/session", failed)).status === 429 ? true : undefined,
    );
    const page = await open(await newPerson(), "/sign-in");
    await signIn(page, "guessed@example.com", password);
    await page.getByRole("alert").getByText("too_many_requests").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    // Who is signed in already is not put out by it.
    await guessed.expect(200, "GET", "/api/v1/session");
  });

  test("by a wrong password is refused in words that tell nobody whether the name is known", async () => {
    const page = await open(await newPerson(), "/sign-in");
    const alert = page.getByRole("alert");
    const said: string[] = [];
    for (const account of ["anna@example.com", "nobody@example.com"]) {
      await signIn(page, account, "not this one");
      await alert.getByText("Not signed in: the name or the password is wrong").waitFor();
      said.push((await alert.innerText()).replace(/request \S+/u, ""));
      await page.reload();
    }
    expect(said[1]).toBe(said[0]);
  });

  test("masks the password, takes it from the clipboard, and tells a password manager what it is", async () => {
    const context = await newPerson();
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
    const page = await open(context, "/sign-in");
    const field = page.getByLabel("Password", { exact: true });
    expect(await field.getAttribute("type")).toBe("password");
    expect(await field.getAttribute("autocomplete")).toBe("current-password");
    expect(await page.getByLabel("E-mail or name").getAttribute("autocomplete")).toBe("username");
    await page.getByLabel("E-mail or name").fill("anna@example.com");
    await page.evaluate(async (secret) => navigator.clipboard.writeText(secret), ownerPassword);
    await field.focus();
    await page.keyboard.press("Control+V");
    await page.keyboard.press("Enter");
    await page.getByRole("navigation").first().waitFor();
  });

  test("by a link to set a new password, which an owner gives, works once", async () => {
    await invite("Forgetful", "operator");
    const page = await signedIn("anna@example.com", ownerPassword, "/team");
    await page.getByRole("button", { name: "Change Forgetful" }).click();
    await page.getByRole("menuitem", { name: "Link to set a password" }).click();
    await page.getByRole("button", { name: "Make link" }).click();
    const link = await page.getByRole("textbox", { name: "The link" }).inputValue();
    const visitor = await open(await newPerson(), new URL(link).pathname + new URL(link).hash);
    await visitor.getByLabel("New password").fill("short");
    await visitor.getByRole("button", { name: "Set password" }).click();
    await visitor.getByText("this has 5").waitFor();
    expect(await violations(visitor)).toEqual([]);
    await visitor.getByLabel("New password").fill(newPassword);
    await visitor.getByRole("button", { name: "Set password" }).click();
    await visitor.getByRole("button", { name: /Forgetful/u }).waitFor();
    const late = await open(await newPerson(), new URL(link).pathname + new URL(link).hash);
    await late.getByLabel("New password").fill(password);
    await late.getByRole("button", { name: "Set password" }).click();
    await late.getByText("invalid_link").waitFor();
  });
});

describe("joining", () => {
  test("by an invitation made on the team page, whose link is shown once and opens once", async () => {
    const page = await signedIn("anna@example.com", ownerPassword, "/team");
    await page.getByText("No invitation waits").waitFor();
    await page.getByRole("button", { name: "Invite somebody" }).click();
    await page.getByLabel("E-mail (may stay empty)").fill("jonas@example.com");
    await page.getByLabel("Viewer").check();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Make invitation" }).click();
    const link = new URL(await page.getByRole("textbox", { name: "The link" }).inputValue());
    await page.getByRole("button", { name: "Close" }).first().click();
    await page.getByText("jonas@example.com").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.content()).not.toContain(link.hash.slice(1));

    const visitor = await open(await newPerson(), link.pathname + link.hash);
    await visitor.getByText("Anna Becker has invited you as a viewer").waitFor();
    expect(await visitor.getByLabel("E-mail").inputValue()).toBe("jonas@example.com");
    await visitor.getByLabel("Your name").fill("Jonas Weber");
    await visitor.getByLabel("Password").fill("short");
    await visitor.getByRole("button", { name: "Join the team" }).click();
    await visitor.getByText("this has 5").waitFor();
    expect(await violations(visitor)).toEqual([]);
    await visitor.getByLabel("Password").fill("password1");
    await visitor.getByRole("button", { name: "Join the team" }).click();
    await visitor.locator('[aria-invalid="true"][type="password"]').waitFor();
    await visitor.getByLabel("Password").fill(password);
    await visitor.getByRole("button", { name: "Join the team" }).click();
    await visitor.waitForURL(`${server.url}/`);

    const late = await open(await newPerson(), link.pathname + link.hash);
    await late.getByText("was used, taken back or has expired", { exact: false }).waitFor();
    await page.reload();
    await page.getByRole("list", { name: "People" }).getByText("Jonas Weber").waitFor();
    await page.getByText("No invitation waits").waitFor();
  });

  test("by an invitation that was taken back is not possible", async () => {
    const page = await signedIn("anna@example.com", ownerPassword, "/team");
    await page.getByRole("button", { name: "Invite somebody" }).click();
    await page.getByRole("button", { name: "Make invitation" }).click();
    const link = new URL(await page.getByRole("textbox", { name: "The link" }).inputValue()).hash.slice(1);
    await page.getByRole("button", { name: "Close" }).first().click();
    await page.getByRole("button", { name: /^Take back the invitation/u }).click();
    await page.getByRole("button", { name: "Take back", exact: true }).last().click();
    await page.getByText("No invitation waits").waitFor();
    expect(await Client.page(server).problem("POST", "/api/v1/invitations/look", { json: { link } })).toBe(
      "401 invalid_link",
    );
  });
});

describe("the account", () => {
  test("ends a session elsewhere, and that browser is led to the sign-in", async () => {
    await invite("Sina", "operator");
    const here = await signedIn("sina@example.com", password, "/account");
    const elsewhere = await signedIn("sina@example.com", password, "/logs");
    await here.reload();
    const rows = here.locator("[data-session-id]");
    await rows.nth(2).waitFor();
    expect(await here.getByText("This one").count()).toBe(1);
    const ended = here.getByRole("button", { name: /^End the session of Chrome/u });
    await ended.first().click();
    await elsewhere.waitForURL(/\/sign-in/u);
    await rows.nth(2).waitFor({ state: "detached" });
    expect(await rows.count()).toBe(2);
  });

  test("changes the password, with the present one, and other sessions end", async () => {
    const elsewhere = await invite("Petra", "operator");
    const page = await signedIn("Petra", password, "/account");
    await page.getByLabel("Present password").fill("not this one");
    await page.getByLabel("New password").fill(newPassword);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("wrong_password").waitFor();
    await page.getByLabel("Present password").fill(password);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("Your password is set").first().waitFor();
    expect(await elsewhere.problem("GET", "/api/v1/session")).toBe("401 unauthenticated");
    await signedIn("Petra", newPassword, "/account");
  });

  test("makes a token that opens what was chosen, shows it once, and revokes it", async () => {
    const page = await signedIn("anna@example.com", ownerPassword, "/account");
    await page.getByRole("button", { name: "Make token" }).click();
    await page.getByLabel("What it is for").fill("Weekly report");
    await page.getByRole("button", { name: "Make token" }).last().click();
    await page.getByText("Choose what it opens.").waitFor();
    await page.getByLabel("Read leads").check();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Make token" }).last().click();
    const token = await page.getByLabel("The token").inputValue();
    const use = (path: string) => send(server.url, "GET", path, { headers: { Authorization: `Bearer ${token}` } });
    expect((await use("/api/v1/leads")).status).toBe(200);
    expect((await use("/api/v1/logs")).status).toBe(403);
    await page.getByRole("button", { name: "Close" }).first().click();
    await page.reload();
    await page.getByText("Weekly report").waitFor();
    expect(await page.content()).not.toContain(token);
    await page.getByRole("button", { name: "Revoke Weekly report" }).click();
    await page.getByRole("button", { name: "Revoke token" }).click();
    await page.getByText("You have no token").waitFor();
    expect((await use("/api/v1/leads")).status).toBe(401);
  });
});

describe("a desktop that waits for its approval", () => {
  test("is shown by name, address and time, and pairs when approved", async () => {
    const waiting = Client.desktop(server);
    const { pairing_code, pairing_secret } = await waiting.expect<Schemas["PairingStarted"]>(
      201,
      "POST",
      "/api/v1/pairings",
      { json: { device_name: "Laptop of Anna", agent_version: "0.1.0" } },
    );
    const page = await signedIn("anna@example.com", ownerPassword, `/pair?code=${pairing_code}`);
    const fact = (name: string) => page.locator(`dt:text-is("${name}") + dd`);
    await fact("Desktop").getByText("Laptop of Anna").waitFor();
    expect(await fact("Address").innerText()).toBe("127.0.0.1");
    expect(await fact("Asked").innerText()).toMatch(/\d\d:\d\d:\d\d/u);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Approve desktop" }).click();
    await page.getByText("Laptop of Anna is paired.").waitFor();
    const claimed = await waiting.expect<Schemas["PairingClaimed"]>(200, "POST", "/api/v1/pairings/claim", {
      json: { pairing_secret },
    });
    await page.goto(`${server.url}/audit?object_id=${claimed.device_id}`);
    await page.locator("[data-audit-number]").first().waitFor();
  });
});

describe("the team", () => {
  test("an owner changes a role, and the audit tells of it", async () => {
    const changed = await invite("Rolf", "operator");
    const page = await signedIn("anna@example.com", ownerPassword, "/team");
    await page.getByRole("button", { name: "Change Rolf" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Change role" }).press("Enter");
    await page.getByLabel("Admin").check();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Change role" }).click();
    await page.locator("[data-opr-id]").filter({ hasText: "Rolf" }).getByText("Admin", { exact: true }).waitFor();
    const { operator } = await changed.expect<Schemas["Session"]>(200, "GET", "/api/v1/session");
    expect(operator.role).toBe("admin");
    await page.goto(`${server.url}/audit?action=role_changed&object_id=${operator.opr_id}`);
    const entry = page.locator("[data-audit-number]");
    await entry.locator("summary").click();
    await entry.locator("dd", { hasText: "→" }).getByText("operator").waitFor();
    expect(await entry.locator("dd", { hasText: "→" }).innerText()).toMatch(/operator.*admin/su);
    expect(await entry.count()).toBe(1);
    expect(await violations(page)).toEqual([]);
  });

  test("who is disabled is out at once, and comes in again when enabled", async () => {
    const out = await invite("Dora", "operator");
    const page = await signedIn("anna@example.com", ownerPassword, "/team");
    const row = page.locator("[data-opr-id]").filter({ hasText: "Dora" });
    await page.getByRole("button", { name: "Change Dora" }).click();
    await page.getByRole("menuitem", { name: "Disable" }).click();
    await page.getByRole("button", { name: "Disable" }).click();
    await row.getByText("Disabled since").waitFor();
    expect(await out.problem("GET", "/api/v1/session")).toBe("401 unauthenticated");
    await page.getByRole("button", { name: "Change Dora" }).click();
    await page.getByRole("menuitem", { name: "Enable" }).click();
    await page.getByRole("button", { name: "Enable" }).click();
    await row.getByText("Disabled since").waitFor({ state: "detached" });
    await signedIn("Dora", password, "/");
  });

  test("shows a viewer nothing that they may not do", async () => {
    await invite("Vera", "viewer");
    const page = await signedIn("Vera", password, "/team");
    await page.getByRole("list", { name: "People" }).getByText("Anna Becker").waitFor();
    expect(await page.getByRole("button", { name: /^Change /u }).count()).toBe(0);
    expect(await page.getByText("Invitations").count()).toBe(0);
    expect(await page.getByRole("navigation").getByText("Audit").count()).toBe(0);
    await page.goto(`${server.url}/audit`);
    await page.getByText("The audit is for owners and admins").waitFor();
    await page.goto(`${server.url}/pair`);
    await page.getByText("Your desktops").waitFor();
    expect(await page.getByText("Pair a desktop").count()).toBe(0);
  });

  test("an owner allows an e-mail domain and takes it back", async () => {
    const page = await signedIn("anna@example.com", ownerPassword, "/team");
    await page.getByRole("textbox", { name: "Domain" }).fill("anna@example.com");
    await page.getByRole("button", { name: "Allow domain" }).click();
    await page.getByText("A domain is what stands behind the @", { exact: false }).waitFor();
    await page.getByRole("textbox", { name: "Domain" }).fill("example.com");
    await page.getByRole("button", { name: "Allow domain" }).click();
    await page.getByText("Joins as an operator, allowed by Anna Becker").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Remove example.com" }).click();
    await page.getByRole("button", { name: "Allow no longer", exact: true }).click();
    await page.getByText("No domain is allowed").waitFor();
  });
});

describe("who signed in long ago", () => {
  /** What they proved of themselves is an hour old. */
  async function letTimePass(): Promise<void> {
    await server.sql("UPDATE sessions SET proven_at = proven_at - 60 * 60 * 1000");
  }

  async function makeToken(page: Page, name: string): Promise<void> {
    await page.getByRole("button", { name: "Make token" }).click();
    await page.getByLabel("What it is for").fill(name);
    await page.getByLabel("Read leads").check();
    await page.getByRole("button", { name: "Make token" }).last().click();
    await page.getByText("Your password once more").waitFor();
  }

  test("is asked for the password, and what they wanted is done then", async () => {
    const page = await signedIn("anna@example.com", ownerPassword, "/account");
    await page.getByText("You have no token").waitFor();
    await letTimePass();
    await makeToken(page, "Late report");
    const dialog = page.getByRole("dialog", { name: "Your password once more" });
    expect(await violations(page)).toEqual([]);
    await dialog.getByLabel("Password").fill("not this one");
    await dialog.getByRole("button", { name: "Go on" }).click();
    await dialog.getByText("wrong_password").waitFor();
    await dialog.getByLabel("Password").fill(ownerPassword);
    await page.keyboard.press("Enter");
    await page.getByLabel("The token").waitFor();
    const { items } = await owner.expect<Schemas["TokenList"]>(200, "GET", "/api/v1/tokens");
    expect(items.map(({ token_name }) => token_name)).toEqual(["Late report"]);
  });

  test("who does not show it is told that it was not done", async () => {
    await invite("Timo", "operator");
    const page = await signedIn("Timo", password, "/account");
    await page.getByText("You have no token").waitFor();
    await letTimePass();
    await makeToken(page, "Never made");
    await page.keyboard.press("Escape");
    await page.getByText("Not made: show once more who you are.").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("You have no token").waitFor();
  });
});
