// Joining, signing in and out: links work once, sessions last, and only pages of the server may ask.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { askForLink, Client, home, join, type Schemas, send } from "./client.ts";
import { Server } from "./server.ts";

const secret = "A".repeat(43);

describe("the first owner's link", () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(async () => {
    await server.end();
  });

  function request(more: Record<string, unknown> = {}): { json: Record<string, unknown> } {
    const json = {
      link: server.ownerLink,
      opr_name: "Anna Becker",
      opr_email: "anna@example.com",
      time_zone: "Europe/Berlin",
    };
    return { json: { ...json, ...more } };
  }

  test("is not used up by a request that is refused", async () => {
    const page = Client.page(server);
    expect(await page.problem("POST", "/api/v1/join", request({ link: secret }))).toBe("401 invalid_link");
    expect(await page.problem("POST", "/api/v1/join", request({ link: "short" }))).toBe("400 invalid_field");
    expect(await page.problem("POST", "/api/v1/join", request({ opr_name: " " }))).toBe("400 invalid_field");
    expect(await page.problem("POST", "/api/v1/join", request({ opr_name: "x".repeat(33) }))).toBe("400 invalid_field");
    expect(await page.problem("POST", "/api/v1/join", request({ opr_email: "anna" }))).toBe("400 invalid_field");
    expect(await page.problem("POST", "/api/v1/join", request({ time_zone: "Mars/" }))).toBe("400 invalid_field");
    expect(await page.problem("POST", "/api/v1/join", request({ role: "owner" }))).toBe("400 unknown_field");
    expect(await page.problem("POST", "/api/v1/join", { json: { link: server.ownerLink } })).toBe("400 missing_field");
    expect(await page.problem("GET", "/api/v1/session")).toBe("401 unauthenticated");
  });

  test("does not work from another site", async () => {
    const page = Client.page(server);
    for (const headers of [
      { Origin: "http://evil.example" },
      { Origin: `http://localhost:${String(server.port)}` },
      { Origin: server.url.replace("http:", "https:") },
      { Origin: "null" },
      { "X-InstaCRM": "0" },
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
    ]) {
      expect(await page.problem("POST", "/api/v1/join", { ...request(), headers })).toBe("403 cross_site");
    }
    const bare = Client.desktop(server);
    expect(await bare.problem("POST", "/api/v1/join", request())).toBe("403 cross_site");
  });

  test("makes exactly one owner when twenty try at once", async () => {
    const tries = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const page = Client.page(server);
        const json = request({ opr_name: `Anna ${String(i)}`, opr_email: `anna${String(i)}@example.com` });
        return { page, reply: await page.call("POST", "/api/v1/join", json) };
      }),
    );
    const winners = tries.filter(({ reply }) => reply.status === 201);
    expect(winners).toHaveLength(1);
    expect(tries.filter(({ reply }) => reply.status === 401)).toHaveLength(19);
    const page = winners[0]?.page ?? Client.page(server);
    const { totals, activity } = await home(page);
    expect(totals.operators).toBe(1);
    expect(activity.map(({ event_type, details }) => [event_type, details])).toEqual([["User", "joined the team"]]);
    expect((await page.expect<Schemas["Session"]>(200, "GET", "/api/v1/session")).operator.role).toBe("owner");
  });

  test("is not printed again once there is an owner", async () => {
    await server.stop();
    await server.startAgain();
    expect(server.stdout).not.toContain("/join#");
    expect(server.stdout).toContain("instacrm link");
  });
});

describe("a session", () => {
  let server: Server;
  let anna: Client;
  beforeAll(async () => {
    server = await Server.start();
    anna = await join(server, { opr_name: "  Zoë 🦊 O'Neil " });
  });
  afterAll(async () => {
    await server.end();
  });

  test("is told by a cookie that scripts and other sites cannot have", async () => {
    const page = Client.page(server);
    const reply = await page.call("POST", "/api/v1/session", { json: { link: await askForLink(server) } });
    expect(reply.status).toBe(201);
    expect(reply.headers["set-cookie"]?.[0]).toMatch(
      /^__Host-sid=[A-Za-z0-9_-]{43}; Max-Age=7776000; Path=\/; Secure; HttpOnly; SameSite=Lax$/u,
    );
    expect(reply.headers["cache-control"]).toBe("no-store");
  });

  test("shows the operator as they wrote themselves, without the spaces around", async () => {
    const session = await anna.expect<Schemas["Session"]>(200, "GET", "/api/v1/session");
    expect(session.operator.opr_name).toBe("Zoë 🦊 O'Neil");
    expect(session.expires_at).toBeGreaterThan(Date.now());
  });

  test("survives a restart, and a kill", async () => {
    await server.stop("SIGINT");
    await server.startAgain();
    await anna.expect(200, "GET", "/api/v1/session");
    await server.kill();
    await server.startAgain();
    await anna.expect(200, "GET", "/api/v1/session");
  });

  test("begins once per sign-in link, also when twenty try at once", async () => {
    const link = await askForLink(server, "zoë 🦊 o'neil");
    const statuses = await Promise.all(
      Array.from(
        { length: 20 },
        async () => (await Client.page(server).call("POST", "/api/v1/session", { json: { link } })).status,
      ),
    );
    expect(statuses.sort()).toEqual([201, ...Array.from({ length: 19 }, () => 401)]);
  });

  test("is not begun by the link of nobody, nor from another site", async () => {
    const page = Client.page(server);
    expect(await page.problem("POST", "/api/v1/session", { json: { link: secret } })).toBe("401 invalid_link");
    expect(await page.problem("POST", "/api/v1/session", { json: { link: secret, x: 1 } })).toBe("400 unknown_field");
    const link = await askForLink(server);
    const headers = { "X-InstaCRM": "" };
    expect(await page.problem("POST", "/api/v1/session", { json: { link }, headers })).toBe("403 cross_site");
    await page.expect(201, "POST", "/api/v1/session", { json: { link } });
  });

  test("ends when the person signs out, and the cookie is cleared", async () => {
    const page = Client.page(server);
    await page.expect(201, "POST", "/api/v1/session", { json: { link: await askForLink(server) } });
    const { cookie } = page;
    expect(await page.problem("DELETE", "/api/v1/session", { headers: { Origin: "http://evil.example" } })).toBe(
      "403 cross_site",
    );
    await page.expect(200, "GET", "/api/v1/session");
    const reply = await page.call("DELETE", "/api/v1/session");
    expect(reply.status).toBe(204);
    expect(reply.headers["set-cookie"]?.[0]).toMatch(/^__Host-sid=; Max-Age=0; /u);
    page.cookie = cookie;
    expect(await page.problem("GET", "/api/v1/session")).toBe("401 unauthenticated");
  });

  test("is nobody's when the cookie is wrong, missing or given twice", async () => {
    for (const Cookie of ["__Host-sid=" + secret, "__Host-sid=", "sid=x", `${anna.cookie}; ${anna.cookie}`]) {
      const reply = await send(server.url, "GET", "/api/v1/home", { headers: { Cookie } });
      expect(reply.status).toBe(401);
    }
  });

  test("is needed for everything that shows data", async () => {
    const stranger = Client.page(server);
    for (const path of [
      "/api/v1/home",
      "/api/v1/logs",
      "/api/v1/logs/ELG-0000000000",
      "/api/v1/devices",
      "/api/v1/live",
    ]) {
      expect(await stranger.problem("GET", path)).toBe("401 unauthenticated");
    }
    expect(await stranger.problem("POST", "/api/v1/demo")).toBe("401 unauthenticated");
    expect(await stranger.problem("DELETE", "/api/v1/devices/DEV-00000000")).toBe("401 unauthenticated");
    expect(await stranger.problem("GET", "/api/v1/pairings/22222222")).toBe("401 unauthenticated");
  });
});
