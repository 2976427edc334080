// Pages of somebody else's in the browser of a person who is signed in: on another site, and on another port of our own
// host, which browsers take for the same site and send our cookie from.

import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";

import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { Client, join, type Schemas } from "../integration/client.ts";
import { Server, until } from "../integration/server.ts";
import { chromiumPath } from "./launch.ts";

const password = "correct horse of Anna";
const sessionCookie = "__Host-sid";

let server: Server;
let owner: Client;
let browser: Browser;
/** The attacker's server: it answers with `body`, and sets `cookie` where there is one. */
const attacker = { body: "", cookie: "", asked: [] as string[] };
const listener = createServer((request, response: ServerResponse) => {
  attacker.asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
  response.setHeader("Content-Type", "text/html");
  if (attacker.cookie !== "") response.setHeader("Set-Cookie", attacker.cookie);
  response.end(`<!doctype html><title>Prizes</title>${attacker.body}`);
});

function attackerAt(host: string): string {
  return `http://${host}:${String((listener.address() as AddressInfo).port)}/`;
}

async function signedIn(): Promise<BrowserContext> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("E-mail or name").fill("anna@example.com");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation").first().waitFor();
  return context;
}

/** The attacker's page in the person's browser. */
async function visit(context: BrowserContext, host: string, body: string): Promise<Page> {
  attacker.body = body;
  const page = await context.newPage();
  await page.goto(attackerAt(host));
  return page;
}

async function sidOf(context: BrowserContext): Promise<string | undefined> {
  return (await context.cookies(server.url)).find(({ name }) => name === sessionCookie)?.value;
}

async function countInvitations(): Promise<number> {
  return (await owner.expect<Schemas["InvitationList"]>(200, "GET", "/api/v1/invitations")).items.length;
}

/** Where the page's frame has arrived; nothing while it is on its way. */
function frameAddress(page: Page): string | undefined {
  const address = page.frames()[1]?.url();
  return address === "" ? undefined : address;
}

beforeAll(async () => {
  server = await Server.start();
  owner = await join(server, { password });
  listener.listen(0);
  await once(listener, "listening");
  browser = await chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
});
afterAll(async () => {
  await browser.close();
  listener.closeAllConnections();
  listener.close();
  await server.end();
});
afterEach(async () => {
  attacker.cookie = "";
  for (const context of browser.contexts()) await context.close();
});

const hosts = [
  ["another site", "localhost"],
  ["another port of our host", "127.0.0.1"],
] as const;

describe.each(hosts)("a page on %s", (_where, host) => {
  test.each(["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])(
    "posts a form of %s in vain",
    async (enctype) => {
      const context = await signedIn();
      const before = await countInvitations();
      const field = `<input name='{"role":"operator","x":"' value='"}'>`;
      const page = await visit(
        context,
        host,
        `<form method="post" enctype="${enctype}" action="${server.url}/api/v1/invitations">${field}</form>`,
      );
      const [response] = await Promise.all([
        page.waitForResponse(`${server.url}/api/v1/invitations`),
        page.evaluate(() => {
          document.forms[0]?.submit();
        }),
      ]);
      // What a form can send is no JSON, and is refused for that already.
      expect(response.status()).toBe(415);
      expect(await countInvitations()).toBe(before);
    },
  );

  test.each(["POST", "PUT", "DELETE", "PATCH"])("fetches with %s, the cookie and a body in vain", async (method) => {
    const context = await signedIn();
    const page = await visit(context, host, "");
    const before = await countInvitations();
    for (const mode of ["cors", "no-cors"] as const) {
      const said = await page.evaluate(
        async ([url, how, way]) => {
          try {
            const answer = await fetch(url, {
              method: how,
              mode: way,
              credentials: "include",
              body: '{"role":"operator"}',
              ...(way === "cors" ? { headers: { "Content-Type": "application/json", "X-InstaCRM": "1" } } : {}),
            });
            return `${answer.type} ${await answer.text()}`;
          } catch (error) {
            return String(error);
          }
        },
        [`${server.url}/api/v1/invitations`, method, mode] as const,
      );
      // Without the server's leave a page sees nothing of an answer; what "no-cors" cannot send is not sent.
      expect(said).toMatch(/^(opaque |TypeError: Failed to (fetch|execute))/u);
    }
    expect(await countInvitations()).toBe(before);
    expect(await sidOf(context)).toBeDefined();
  });

  test("reads nothing", async () => {
    const context = await signedIn();
    const page = await visit(context, host, "");
    for (const path of ["/api/v1/home", "/api/v1/session", "/api/v1/live"]) {
      const said = await page.evaluate(async (url) => {
        try {
          return await (await fetch(url, { credentials: "include" })).text();
        } catch (error) {
          return String(error);
        }
      }, `${server.url}${path}`);
      expect(said).toBe("TypeError: Failed to fetch");
    }
    // As a script, a style or a picture it is no use either.
    for (const tag of ["script", "img"] as const) {
      const event = await page.evaluate(
        async ([name, url]) =>
          new Promise<string>((tell) => {
            const element: HTMLScriptElement | HTMLImageElement = document.createElement(name);
            element.onload = () => {
              tell("loaded");
            };
            element.onerror = () => {
              tell("refused");
            };
            element.src = url;
            document.body.append(element);
          }),
        [tag, `${server.url}/api/v1/home`] as const,
      );
      expect(`${tag} ${event}`).toBe(`${tag} refused`);
    }
  });

  test.each(["/", "/account", "/sign-in", "/api/v1/home"])("frames %s in vain", async (path) => {
    const context = await signedIn();
    const page = await visit(context, host, `<iframe src="${server.url}${path}"></iframe>`);
    const shown = await until("the frame shows something", () => frameAddress(page));
    expect(shown).toBe("chrome-error://chromewebdata/");
  });

  test("signs nobody in to the attacker's account", async () => {
    const context = await browser.newContext();
    const body = JSON.stringify({ account: "anna@example.com", password, x: "" }).replace('""}', '"');
    const page = await visit(
      context,
      host,
      `<form method="post" enctype="text/plain" action="${server.url}/api/v1/session"><input name='${body}' value='"}'></form>`,
    );
    const [response] = await Promise.all([
      page.waitForResponse(`${server.url}/api/v1/session`),
      page.evaluate(() => {
        document.forms[0]?.submit();
      }),
    ]);
    expect(response.status()).toBe(415);
    expect(await sidOf(context)).toBeUndefined();
  });

  test("holds no handle on a window of ours that it opens", async () => {
    const context = await signedIn();
    const page = await visit(context, host, "");
    const [opened] = await Promise.all([
      context.waitForEvent("page"),
      page.evaluate((url) => {
        (globalThis as { theirs?: Window | null }).theirs = open(url);
      }, server.url),
    ]);
    await opened.getByRole("navigation").first().waitFor();
    expect(await page.evaluate(() => (globalThis as { theirs?: Window | null }).theirs?.closed)).toBe(true);
    expect(await opened.evaluate(() => window.opener as unknown)).toBeNull();
  });
});

describe("a cookie that another port of our host sets", () => {
  const chosen = "A".repeat(43);

  test("becomes nobody's session when the person signs in", async () => {
    const context = await browser.newContext();
    attacker.cookie = `${sessionCookie}=${chosen}; Path=/; Secure; HttpOnly; SameSite=Lax`;
    await visit(context, "127.0.0.1", "");
    expect(await sidOf(context)).toBe(chosen);
    const page = await context.newPage();
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel("E-mail or name").fill("anna@example.com");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("navigation").first().waitFor();
    expect(await sidOf(context)).not.toBe(chosen);
    const thief = Client.page(server);
    thief.cookie = `${sessionCookie}=${chosen}`;
    expect(await thief.problem("GET", "/api/v1/session")).toBe("401 unauthenticated");
  });

  test("ends a session on this browser at most, and the person is asked to sign in", async () => {
    const context = await signedIn();
    attacker.cookie = `${sessionCookie}=${chosen}; Path=/; Secure; HttpOnly; SameSite=Lax`;
    await visit(context, "127.0.0.1", "");
    const page = await context.newPage();
    await page.goto(`${server.url}/account`);
    await page.waitForURL(/\/sign-in/u);
  });

  test("by a name without the prefix is nothing to the server", async () => {
    const context = await signedIn();
    const sid = await sidOf(context);
    attacker.cookie = `sid=${chosen}; Path=/`;
    await visit(context, "127.0.0.1", "");
    const page = await context.newPage();
    await page.goto(`${server.url}/account`);
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    expect(await sidOf(context)).toBe(sid);
  });
});
