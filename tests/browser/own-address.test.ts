// A team behind a proxy that speaks TLS, at a name of its own, as AUTH_URL tells the server.

import { request as ask } from "node:http";
import { createServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";

import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, join, type Schemas, send } from "../integration/client.ts";
import { Server } from "../integration/server.ts";
import { makeCertificate } from "./certificate.ts";
import { chromiumPath } from "./launch.ts";

const name = "crm.example.com";
const password = "correct horse of Anna";

let proxy: HttpsServer;
let proxyPort: number;
let server: Server;
let owner: Client;
let browser: Browser;

/** Signs in at an address. */
async function signIn(at: string): Promise<Page> {
  const page = await (await browser.newContext({ timezoneId: "Europe/Lisbon" })).newPage();
  await page.goto(`${at}/sign-in`);
  await page.getByLabel("E-mail or name").fill("anna@example.com");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation").first().waitFor();
  return page;
}

beforeAll(async () => {
  const certificate = await makeCertificate(name);
  // It passes everything on, with the name that the browser asked for and the address that it came from.
  proxy = createServer(certificate, (from, to) => {
    const headers = { ...from.headers, "x-forwarded-for": "203.0.113.9" };
    const onward = ask(`${server.url}${from.url ?? "/"}`, { method: from.method, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(to);
    });
    to.on("close", () => onward.destroy());
    onward.on("error", () => to.destroy());
    from.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  proxyPort = (proxy.address() as AddressInfo).port;
  server = await Server.start({ environment: { AUTH_URL: `https://${name}`, INSTACRM_TRUST_PROXY: "127.0.0.1" } });
  owner = await join(server, { password });
  browser = await chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      `--host-resolver-rules=MAP ${name}:443 127.0.0.1:${String(proxyPort)}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
      `--ignore-certificate-errors-spki-list=${certificate.spki}`,
    ],
  });
});
afterAll(async () => {
  await browser.close();
  proxy.closeAllConnections();
  proxy.close();
  await server.end();
});

test("the server tells the address that the team opens, and makes links to it", async () => {
  expect(server.stdout).toMatch(/^ +address +https:\/\/crm\.example\.com$/mu);
  expect(server.stdout).toMatch(/^ +https:\/\/crm\.example\.com\/join#\S{43}$/mu);
  const { stdout } = await server.command("link");
  expect(stdout).toMatch(/^ +https:\/\/crm\.example\.com\/sign-in#\S{43}$/mu);
});

test("people sign in there, change things, and see what others do at once", async () => {
  const page = await signIn(`https://${name}`);
  const { items } = await owner.expect<Schemas["SessionList"]>(200, "GET", "/api/v1/sessions");
  expect(items.map(({ address }) => address)).toContain("203.0.113.9");
  await page.goto(`https://${name}/team`);
  await page.getByRole("textbox", { name: "Domain" }).fill("example.com");
  await page.getByRole("button", { name: "Allow domain" }).click();
  await page.getByText("Joins as an operator, allowed by Anna Becker").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
});

test("the machine's own address still opens it", async () => {
  const page = await signIn(server.url);
  await page.goto(`${server.url}/account`);
  await page.getByRole("heading", { name: "Your account" }).waitFor();
});

test.each(["example.com", "crm.example.com:8443", "evil.crm.example.com", "crm.example.com.evil.example"])(
  "it answers to no other name: %s",
  async (host) => {
    const { status } = await send(server.url, "GET", "/", { headers: { Host: host } });
    expect(status).toBe(403);
  },
);

test.each(["http://crm.example.com", "https://evil.example.com", "https://crm.example.com:8443", "null"])(
  "a page of %s may change nothing there",
  async (origin) => {
    const { status, text } = await send(server.url, "POST", "/api/v1/invitations", {
      headers: { ...owner.pageHeaders(), Host: name, Origin: origin },
      json: { role: "operator" },
    });
    expect(`${String(status)} ${(JSON.parse(text) as Schemas["Problem"]).code}`).toBe("403 cross_site");
  },
);

test.each(["crm.example.com", "https://crm.example.com/", "http://crm.example.com"])(
  "a server does not start with AUTH_URL=%s",
  async (address) => {
    await expect(Server.start({ environment: { AUTH_URL: address } })).rejects.toThrow(
      /AUTH_URL is this server's own/u,
    );
  },
);
