// Signing in by a provider as people do it: the whole way there and back in a real browser, on the real server, by a real provider.

import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { Client, type Schemas } from "../integration/client.ts";
import { Server, until } from "../integration/server.ts";
import { chromiumPath } from "./launch.ts";
import { RealProvider } from "./real-provider.ts";

const password = "a good long secret";
const refusal = "The provider's answer did not open this team. Who is not in it yet needs an invitation.";

let provider: RealProvider;
let server: Server;
let browser: Browser;
let owner: Client;
/** What the pages said to the console and should not have. */
const complaints: string[] = [];

async function newPage(context?: BrowserContext): Promise<Page> {
  const page = await (context ?? (await browser.newContext({ timezoneId: "Europe/Lisbon" }))).newPage();
  page.on("pageerror", (fault) => complaints.push(fault.message));
  page.on("console", (message) => {
    if (message.type() === "error" && message.text().includes("Content Security Policy"))
      complaints.push(message.text());
  });
  return page;
}

/** A new browser at a page of ours. */
async function open(path: string, context?: BrowserContext): Promise<Page> {
  const page = await newPage(context);
  await page.goto(`${server.url}${path}`);
  return page;
}

async function isSignedIn(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).waitFor();
}

/** A new browser in which somebody came in by the provider. */
async function signedIn(login: string, name: string): Promise<Page> {
  const page = await open("/sign-in");
  await page.getByRole("button", { name: "Sign in with Example" }).click();
  await provider.walk(page, login);
  await page.waitForURL(`${server.url}/`);
  await isSignedIn(page, name);
  return page;
}

async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in/u);
}

/** The page's client, with the browser's own session. */
async function clientOf(page: Page): Promise<Client> {
  const client = Client.page(server);
  const cookies = await page.context().cookies(server.url);
  client.cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  return client;
}

async function invite(): Promise<string> {
  const { link } = await owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", {
    json: { role: "operator" },
  });
  return link;
}

/** The reasons of all refusals that the log tells. */
function reasons(): string[] {
  return [...server.stderr.matchAll(/ provider\.refused reason="([^"]*)" code="([^"]*)"/gu)].map(
    ([, reason = "", code = ""]) => (code === "" ? reason : code),
  );
}

/** What somebody is told who is refused: the whole page. Waits for the log's line, which is the only place with the reason. */
async function refused(page: Page, reason: string, before: number): Promise<string> {
  await page.waitForURL(`${server.url}/sign-in?provider=refused`);
  await page.getByRole("alert").getByText(refusal).waitFor();
  await until(`the log tells of ${reason}`, () => (reasons().length > before ? true : undefined));
  expect(reasons().slice(before)).toEqual([reason]);
  const content = await page.content();
  expect(content).not.toContain(reason);
  expect((await page.context().cookies(server.url)).filter(({ name }) => name === "__Host-sid")).toEqual([]);
  return page.locator("body").innerText();
}

beforeAll(async () => {
  provider = await RealProvider.start({
    anna: { name: "Anna Becker", email: "anna@example.com", email_verified: true },
    bruno: { name: "Bruno Costa", email: "bruno@example.com", email_verified: true },
    clara: { name: "Clara Diaz", email: "clara@example.com", email_verified: true },
    eve: { name: "Eve Adams", email: "eve@example.com", email_verified: true },
    mallory: { name: "Mallory", email: "mallory@example.com", email_verified: false },
  });
  server = await Server.start({ environment: provider.environment });
  provider.serve(server.url);
  browser = await chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  // The first owner comes by the one-time link and the provider; every other test finds the team there.
  const page = await open(`/join#${server.ownerLink}`);
  await page.getByRole("button", { name: "Create it with Example" }).click();
  await provider.walk(page, "anna");
  await page.waitForURL(`${server.url}/`);
  await isSignedIn(page, "Anna Becker");
  owner = await clientOf(page);
  await page.context().close();
});
afterAll(async () => {
  await browser.close();
  await server.end();
  await provider.end();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(complaints.splice(0)).toEqual([]);
});

describe("who comes by the provider", () => {
  test("became the first owner by the one-time link, in their own time zone", async () => {
    const { operator } = await owner.expect<Schemas["Session"]>(200, "GET", "/api/v1/session");
    expect(operator).toMatchObject({
      opr_name: "Anna Becker",
      opr_email: "anna@example.com",
      role: "owner",
      time_zone: "Europe/Lisbon",
    });
  });

  test("signs out and in again, by pages and buttons alone", async () => {
    const page = await signedIn("anna", "Anna Becker");
    await signOut(page, "Anna Becker");
    await page.getByRole("button", { name: "Sign in with Example" }).click();
    await page.waitForURL(`${server.url}/`); // The provider still knows them.
    await isSignedIn(page, "Anna Becker");
  });

  test("joins by an invitation, once", async () => {
    const link = await invite();
    const page = await open(`/join#${link}`);
    await page.getByText("Anna Becker has invited you as an operator").waitFor();
    await page.getByRole("button", { name: "Join with Example" }).click();
    await provider.walk(page, "bruno");
    await page.waitForURL(`${server.url}/`);
    await isSignedIn(page, "Bruno Costa");
    const late = await open(`/join#${link}`);
    await late.getByText("was used, taken back or has expired", { exact: false }).waitFor();
  });

  test("has an address of somebody in the team, and is not them until they link it while signed in", async () => {
    const page = Client.page(server);
    const json = {
      link: await invite(),
      opr_name: "Clara Diaz",
      opr_email: "clara@example.com",
      time_zone: "UTC",
      password,
    };
    await page.expect(201, "POST", "/api/v1/join", { json });

    const before = reasons().length;
    const stranger = await open("/sign-in");
    await stranger.getByRole("button", { name: "Sign in with Example" }).click();
    await provider.walk(stranger, "clara");
    await refused(stranger, "not_invited", before);

    const clara = await open("/sign-in");
    await clara.getByLabel("E-mail or name").fill("clara@example.com");
    await clara.getByLabel("Password", { exact: true }).fill(password);
    await clara.getByRole("button", { name: "Sign in", exact: true }).click();
    await isSignedIn(clara, "Clara Diaz");
    await clara.goto(`${server.url}/account`);
    await clara.getByText("No account is linked").waitFor();
    await clara.getByRole("button", { name: "Link Example" }).click();
    await provider.walk(clara, "clara");
    await clara.waitForURL(`${server.url}/account`);
    await clara.getByRole("button", { name: "Unlink clara@example.com" }).waitFor();
    await clara.context().close();
    await signedIn("clara", "Clara Diaz");
  });
});

describe("who is refused", () => {
  test("is told the same on the same page, whatever the reason, which is in the log alone", async () => {
    const invitation = await invite();
    const ways: readonly (readonly [string, string, string, string, (page: Page) => Promise<void>])[] = [
      ["nobody invited", "not_invited", "/sign-in", "Sign in with Example", (page) => provider.walk(page, "eve")],
      [
        "without a verified address",
        "email_unverified",
        `/join#${invitation}`,
        "Join with Example",
        (page) => provider.walk(page, "mallory"),
      ],
      ["who does not agree", "provider_refused", "/sign-in", "Sign in with Example", (page) => provider.decline(page)],
    ];
    const told = new Set<string>();
    for (const [, reason, path, button, way] of ways) {
      const before = reasons().length;
      const page = await open(path);
      await page.getByRole("button", { name: button }).click();
      await way(page);
      told.add(await refused(page, reason, before));
    }
    expect(told.size).toBe(1);
  });

  test("did not use up the invitation", async () => {
    const link = await invite();
    const page = await open(`/join#${link}`);
    await page.getByRole("button", { name: "Join with Example" }).click();
    await provider.walk(page, "mallory");
    await page.waitForURL(`${server.url}/sign-in?provider=refused`);
    const again = await open(`/join#${link}`);
    await again.getByText("Anna Becker has invited you as an operator").waitFor();
  });
});

describe("the way back", () => {
  /** Goes to the provider and is about to be sent back: the address. */
  async function upToCallback(page: Page, login: string): Promise<string> {
    const address = provider.holdBack();
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole("button", { name: "Sign in with Example" }).click();
    await provider.walk(page, login);
    return address;
  }

  test("is for the browser that set out: another one is not signed in by it", async () => {
    const page = await newPage();
    const address = await upToCallback(page, "anna");
    const before = reasons().length;
    const other = await newPage();
    await other.goto(address);
    await refused(other, "journey_missing", before);
    await page.goto(address);
    await isSignedIn(page, "Anna Becker");
  });

  test("cannot be gone by another one's sign-in: that browser's own journey is not this one", async () => {
    const attacker = await newPage();
    const address = await upToCallback(attacker, "eve");
    const victim = await newPage();
    await upToCallback(victim, "anna");
    const before = reasons().length;
    await victim.goto(address);
    await refused(victim, "state", before);
  });

  test("counts once: neither again nor with what the browser had kept", async () => {
    const page = await newPage();
    const address = await upToCallback(page, "anna");
    const kept = (await page.context().cookies(server.url)).filter(({ name }) => name === "__Host-provider");
    expect(kept.length).toBe(1);
    await page.goto(address);
    await isSignedIn(page, "Anna Becker");
    await signOut(page, "Anna Becker");
    let before = reasons().length;
    await page.goto(address);
    await refused(page, "journey_missing", before);
    before = reasons().length;
    await page.context().addCookies(kept);
    await page.goto(address);
    await refused(page, "journey_spent", before);
  });

  test("is not gone again by the back button, and what was signed out of is not shown by it", async () => {
    const page = await signedIn("anna", "Anna Becker");
    const before = reasons().length;
    await page.goBack();
    expect(new URL(page.url()).origin).toBe(provider.issuer);
    await page.goForward();
    await isSignedIn(page, "Anna Becker");
    await signOut(page, "Anna Becker");
    await page.goBack();
    await page.getByRole("button", { name: "Sign in with Example" }).waitFor();
    expect(await page.getByRole("button", { name: "Anna Becker" }).count()).toBe(0);
    expect(reasons().slice(before)).toEqual([]);
  });
});

test("a provider that rotates its keys is followed", { timeout: 60_000 }, async () => {
  const page = await signedIn("anna", "Anna Becker");
  await signOut(page, "Anna Becker");
  provider.rotateKeys();
  // Keys are fetched again at most every ten seconds.
  await until(
    "the new key is known",
    async () => {
      await page.goto(`${server.url}/sign-in`);
      await page.getByRole("button", { name: "Sign in with Example" }).click();
      const isThere = (url: URL): boolean => url.origin === server.url && (url.pathname === "/" || url.search !== "");
      await page.waitForURL((url) => isThere(url) || url.pathname.startsWith("/interaction/"));
      if (!isThere(new URL(page.url()))) await provider.walk(page, "anna");
      await page.waitForURL(isThere);
      return page.url() === `${server.url}/` ? true : undefined;
    },
    30_000,
  );
  await isSignedIn(page, "Anna Becker");
  expect(reasons()).not.toContain("signature");
});
