// The Command Center in a real browser on the real server: every page and state, in both themes and three widths.

import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { askForLink, Client, makeOperation, pair, push } from "../integration/client.ts";
import { Server, until } from "../integration/server.ts";
import { chromiumPath } from "./launch.ts";

const themes = ["light", "dark"] as const;
const widths = [1440, 768, 390] as const;

let server: Server;
let browser: Browser;
let context: BrowserContext;
/** What the pages said to the console and should not have: faults, and breaches of the content security policy. */
const complaints: string[] = [];

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (fault) => complaints.push(fault.message));
  page.on("console", (message) => {
    // The browser itself reports every refused request; those are asked for here.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  await page.goto(`${server.url}${path}`);
  return page;
}

/** What axe finds wrong. The source is run by the debugger, which the page's policy does not concern. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    async () => (await (window as unknown as { axe: typeof axe }).axe.run()).violations,
  );
  return found.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
}

/** A page's client with the browser's own session. */
async function signedIn(): Promise<Client> {
  const cookies = await context.cookies();
  const client = Client.page(server);
  client.cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  return client;
}

beforeAll(async () => {
  server = await Server.start();
  browser = await chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
    ],
  });
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, timezoneId: "Europe/Lisbon" });
});

afterAll(async () => {
  await browser.close();
  await server.end();
});

afterEach(async () => {
  for (const page of context.pages()) await page.close();
  expect(complaints.splice(0)).toEqual([]);
});

describe("the way in", () => {
  test("without a session every page leads to the sign-in, which says how to get a link", async () => {
    for (const path of ["/", "/logs", "/pair", "/team", "/audit", "/account"]) {
      const page = await open(path);
      await page.waitForURL(/\/sign-in/u);
      await page.getByText("No password, or forgotten?").click();
      await page.getByText("instacrm link").waitFor();
    }
  });

  test("a link that was never given is refused in words", async () => {
    const page = await open(`/sign-in#${"x".repeat(43)}`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page
      .getByText(/used|expired/u)
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("the first owner joins, and a wrong e-mail address is shown at its field", async () => {
    const page = await open(`/join#${server.ownerLink}`);
    await page.getByLabel("Your name").fill("Maya Lindqvist");
    await page.getByLabel("E-mail").fill("not an address");
    await page.getByRole("button", { name: "Create the team" }).click();
    await page.locator('[aria-invalid="true"]').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("E-mail").fill("maya@example.com");
    await page.getByRole("button", { name: "Create the team" }).click();
    await page.waitForURL(`${server.url}/`);
    await page.getByRole("navigation").first().waitFor();
  });

  test("an empty team is shown its first steps, and sample data comes with one click", async () => {
    const page = await open("/");
    await page.getByText("Log the first message").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Load sample data" }).click();
    await page
      .getByText(/Sample data loaded/u)
      .first()
      .waitFor();
    await until("the totals are there", async () => {
      const totals = (await (await signedIn()).expect<{ totals: { targets: number } }>(200, "GET", "/api/v1/home"))
        .totals;
      return (await page.getByText(totals.targets.toLocaleString("en"), { exact: true }).count()) > 0
        ? true
        : undefined;
    });
  });
});

describe("pages", () => {
  const pages = [
    ["/", "Activity"],
    ["/logs", "log entries"],
    ["/pair", "Your desktops"],
    ["/team", "No invitation waits"],
    ["/audit", "Demo loaded"],
    ["/account", "This one"],
    ["/nowhere", "Home"],
  ] as const;
  const cases = pages.flatMap(([path, text]) =>
    themes.flatMap((theme) => widths.map((width) => [path, theme, width, text] as const)),
  );

  test.each(cases)(
    "%s, %s, %i px: nothing that axe finds, nothing wider than the window",
    async (path, theme, width, text) => {
      const page = await open("/");
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(`${server.url}${path}`);
      await page.getByText(text).filter({ visible: true }).first().waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
    },
  );

  test("the logs are no table before they are there, to axe neither", async () => {
    const page = await open("/");
    let answer = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/api/v1/logs*", async (route) => {
      await isAsked;
      await route.continue();
    });
    await page.goto(`${server.url}/logs`);
    await page.getByRole("status", { name: "Loading the logs" }).waitFor();
    expect(await violations(page)).toEqual([]);
    answer();
    await page.getByRole("table", { name: "Logs" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("every navigation entry leads somewhere, by keyboard", async () => {
    const page = await open("/");
    await page.getByRole("navigation").getByRole("link").first().waitFor();
    const names = await page.getByRole("navigation").getByRole("link").allInnerTexts();
    expect(names.length).toBeGreaterThan(2);
    for (const name of ["Logs", "Team", "Desktops", "Audit", "Home"]) {
      await page.getByRole("navigation").getByRole("link", { name }).first().focus();
      await page.keyboard.press("Enter");
      await page.locator('[aria-current="page"]').filter({ hasText: name }).first().waitFor();
    }
  });

  test("the logs go on as far as they are scrolled, each entry once", async () => {
    const page = await open("/logs");
    const rows = page.locator("[data-elg-id]");
    await rows.first().waitFor();
    await until("300 rows are loaded", async () => {
      await rows.last().scrollIntoViewIfNeeded();
      return (await rows.count()) >= 300 ? true : undefined;
    });
    const ids = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-elg-id")));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("the chosen theme is remembered", async () => {
    const page = await open("/");
    await page.getByRole("button", { name: /Maya Lindqvist/u }).click();
    await page.getByRole("menuitemradio", { name: "Dark" }).click();
    await page.reload();
    await page.getByText("Activity").waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
  });
});

describe("live", () => {
  test("newer items wait while the pointer is inside the activity, and come with one click", async () => {
    const client = await signedIn();
    const { desktop } = await pair(server, client, "Live laptop");
    const page = await open("/");
    await page.getByText("Live", { exact: true }).waitFor();
    const first = page.locator("[data-elg-id]").first();
    await first.hover();
    const before = await first.getAttribute("data-elg-id");
    const [result] = await push(desktop, makeOperation({ message_text: "Held back while you point here." }));
    await page.getByRole("button", { name: /1 new/u }).waitFor();
    expect(await first.getAttribute("data-elg-id")).toBe(before);
    await page.getByRole("button", { name: /1 new/u }).click();
    await page.locator(`[data-elg-id="${result?.elg_id ?? ""}"]`).waitFor();
  });

  test("a server that goes away and comes back is said, and nothing is missed or doubled", async () => {
    const client = await signedIn();
    const { desktop } = await pair(server, client, "Second laptop");
    const page = await open("/");
    await page.getByText("Live", { exact: true }).waitFor();
    await server.stop();
    await page
      .getByText(/Reconnecting|Stale since/u)
      .first()
      .waitFor();
    await server.startAgain();
    const [result] = await push(desktop, makeOperation({ message_text: "While the page was reconnecting." }));
    const item = page.locator(`[data-elg-id="${result?.elg_id ?? ""}"]`);
    await item.waitFor({ timeout: 20_000 });
    await page.getByText("Live", { exact: true }).waitFor({ timeout: 20_000 });
    expect(await item.count()).toBe(1);
  });

  test("a page opened while the server is away says so and loads when asked again", async () => {
    const page = await open("/logs");
    await page.locator("[data-elg-id]").first().waitFor();
    await server.stop();
    await page.getByRole("navigation").getByRole("link", { name: "Desktops" }).first().click();
    await page
      .getByRole("button", { name: /try again/iu })
      .first()
      .waitFor({ timeout: 20_000 });
    await server.startAgain();
    await page
      .getByRole("button", { name: /try again/iu })
      .first()
      .click();
    await page.getByText("Second laptop").first().waitFor({ timeout: 20_000 });
  });
});

describe("the way out", () => {
  test("an ended session leads to the sign-in, and a new link back to where one was", async () => {
    const page = await open("/logs");
    await page.locator("[data-elg-id]").first().waitFor();
    await (await signedIn()).expect(204, "DELETE", "/api/v1/session");
    await page.goto(`${server.url}/pair`);
    await page.waitForURL(/\/sign-in/u);
    await page.goto(`${server.url}/sign-in#${await askForLink(server)}`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    await page.getByText("Maya Lindqvist").first().waitFor();
  });

  test("signing out ends the session", async () => {
    const page = await open("/");
    await page.getByRole("button", { name: /Maya Lindqvist/u }).click();
    await page.getByRole("menuitem", { name: /sign out/iu }).click();
    await page.waitForURL(/\/sign-in/u);
    expect(await (await signedIn()).problem("GET", "/api/v1/home")).toBe("401 unauthenticated");
  });
});
