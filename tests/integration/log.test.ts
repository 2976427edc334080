// What the server writes down: nothing secret, whatever is sent and wherever it is put, at the most talkative level; and
// no line that a visitor has made.

import { execFile } from "node:child_process";
import { request, type OutgoingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { askForLink, Client, join, makeOperation, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

const execute = promisify(execFile);

/** A line as src/base/log writes it: time, level, event, then keys with numbers or with what is quoted, all ASCII. */
const line =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info|warn|error) [a-z_.]+( [a-z_]+=(-?\d+|"([ -!#-[\]-~]|\\"|\\\\|\\x[0-9a-f]{2})*"))*$/u;
/** One that was cut at the longest size that a line has. */
const longestLine = 1023;

/** Without halves of surrogate pairs, which an address cannot carry. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

function linesOf(server: Server): string[] {
  return server.stderr.split("\n").filter((text) => text !== "");
}

/** Sends whatever it is told, as fetch would not; the answer's status, 0 when the connection was closed without one. */
async function sendAnyhow(
  server: Server,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders,
  body = "",
): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(server.url, { method, path, agent: false }, (response) => {
      response.resume();
      response.on("end", () => {
        resolve(response.statusCode ?? 0);
      });
    });
    sent.on("error", () => {
      resolve(0);
    });
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.setHeader(name, value);
    if (body !== "") sent.setHeader("Content-Length", Buffer.byteLength(body));
    sent.end(body);
  });
}

/** Sends bytes and waits until the server has closed the connection. */
async function sendBytes(server: Server, bytes: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.end(bytes, "latin1"));
    socket.resume();
    socket.on("close", () => {
      resolve();
    });
    socket.on("error", () => {
      resolve();
    });
  });
}

describe("at the most talkative level", () => {
  let server: Server;
  let owner: Client;
  const secrets = new Map<string, string>();

  function keep(what: string, secret: string): string {
    expect(secret.length, what).toBeGreaterThanOrEqual(8);
    secrets.set(what, secret);
    return secret;
  }

  beforeAll(async () => {
    server = await Server.start({ environment: { INSTACRM_LOG: "debug" } });
    keep("the owner's link", server.ownerLink);
    owner = await join(server);
    keep("a session", owner.cookie.replace("__Host-sid=", ""));
  });
  afterAll(async () => {
    await server.end();
  });

  test("sign-ins, links, pairings, tokens and passwords are used, rightly and wrongly", async () => {
    const page = Client.page(server);
    const link = keep("a sign-in link", await askForLink(server));
    await page.expect(201, "POST", "/api/v1/session", { json: { link } });
    expect(await page.problem("POST", "/api/v1/session", { json: { link } })).toBe("401 invalid_link");
    keep("another session", page.cookie.replace("__Host-sid=", ""));

    const json = { device_name: "Laptop", agent_version: "0.1.0" };
    const started = await page.expect<Schemas["PairingStarted"]>(201, "POST", "/api/v1/pairings", { json });
    keep("a pairing's secret", started.pairing_secret);
    keep("a pairing's code", started.pairing_code);
    await owner.expect(201, "POST", `/api/v1/pairings/${started.pairing_code}/approval`);
    const claim = { pairing_secret: started.pairing_secret };
    const claimed = await page.expect<Schemas["PairingClaimed"]>(200, "POST", "/api/v1/pairings/claim", {
      json: claim,
    });
    const token = keep("a desktop's token", claimed.device_token);
    expect(await page.problem("POST", "/api/v1/pairings/claim", { json: claim })).toBe("404 unknown_pairing");
    const push = { protocol: 1, operations: [makeOperation()] };
    const bearer = { Authorization: `Bearer ${token}` };
    expect((await page.call("POST", "/api/v1/sync/push", { json: push, headers: bearer })).status).toBe(200);

    const first = keep("a password", "correct horse battery staple");
    const second = keep("another password", "Tr0ub4dor and three more");
    await owner.expect(200, "PUT", "/api/v1/password", { json: { password: first } });
    keep("a session after a password", owner.cookie.replace("__Host-sid=", ""));
    const account = "anna@example.com";
    await page.expect(201, "POST", "/api/v1/session", { json: { account, password: first } });
    for (const wrong of [keep("a wrong password", "incorrect horse"), `${first}x`, ` ${first}`]) {
      expect(await page.problem("POST", "/api/v1/session", { json: { account, password: wrong } })).toContain("401");
    }
    const change = { password: second, present_password: `${first}x` };
    expect(await owner.problem("PUT", "/api/v1/password", { json: change })).toBe("401 wrong_password");
    const invited = await owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", {
      json: { role: "viewer" },
    });
    keep("an invitation", invited.link);

    const wish = { token_name: "Sheet", scopes: ["read_leads"], expires_at: Date.now() + 3_600_000 };
    const made = await owner.expect<Schemas["TokenCreated"]>(201, "POST", "/api/v1/tokens", { json: wish });
    keep("an API token", made.token_text);
  });

  test("secrets are put where they do not belong", async () => {
    keep("a password that nobody has", "hunter2-hunter2");
    for (const secret of secrets.values()) {
      const coded = encodeURIComponent(secret);
      const cookie = { Cookie: `__Host-sid=${secret}x` };
      const page = { Origin: server.url, "X-InstaCRM": "1", "Content-Type": "application/json" };
      for (const path of [
        `/api/v1/session?link=${coded}`,
        `/api/v1/session?${coded}=1`,
        `/api/v1/logs?after=${coded}`,
        `/api/v1/logs?${coded}=1`,
        `/api/v1/logs?${coded}=1&${coded}=2`,
        `/api/v1/logs?search=${coded}&search=${coded}`,
        `/api/v1/pairings/${coded}`,
        `/api/v1/${coded}`,
        `/${coded}`,
        `/sign-in?link=${coded}`,
      ]) {
        await sendAnyhow(server, "GET", path, cookie);
        await sendAnyhow(server, "GET", path, owner.pageHeaders());
      }
      for (const headers of [
        { Authorization: secret },
        { Authorization: `Bearer ${secret}x` },
        { Authorization: `Bearer ${secret} ${secret}` },
        { Authorization: `Basic ${Buffer.from(`anna:${secret}`).toString("base64")}` },
        { Cookie: `__Host-sid=${secret}; __Host-sid=${secret}` },
        { Cookie: secret },
        { Origin: secret },
        { "X-InstaCRM": secret },
        { "Sec-Fetch-Site": secret },
        { "User-Agent": secret },
        { "Content-Type": secret },
      ]) {
        await sendAnyhow(server, "GET", "/api/v1/session", headers);
        await sendAnyhow(server, "POST", "/api/v1/sync/push", headers, "{}");
      }
      for (const body of [
        { link: `${secret}x` },
        { link: [secret] },
        { link: { [secret]: secret } },
        { [secret]: secret },
        { link: "A".repeat(43), [secret]: secret },
        { device_name: "Laptop", agent_version: "1", [secret]: secret },
        { opr_name: "Anna", opr_email: secret, time_zone: secret, link: secret, password: secret },
        { pairing_secret: `${secret}x`, [secret]: 1 },
        { password: secret, opr_email: "anna@example.com" },
        secret,
      ]) {
        for (const path of [
          "/api/v1/session",
          "/api/v1/join",
          "/api/v1/pairings",
          "/api/v1/pairings/claim",
          "/api/v1/tokens",
        ]) {
          await sendAnyhow(server, "POST", path, { ...page, ...cookie }, JSON.stringify(body));
          await sendAnyhow(server, "POST", path, { ...page, Cookie: owner.cookie }, JSON.stringify(body));
        }
      }
      await sendAnyhow(server, "POST", "/api/v1/session", page, `{"link":"${secret}","link":"${secret}"`);
    }
    expect(linesOf(server).length).toBeGreaterThan(300);
    expect(linesOf(server).some((text) => text.includes(" debug http.problem "))).toBe(true);
  });

  test("no log has any of them", async () => {
    const { stdout } = await server.command("audit", "export");
    const printed = server.stdout.replaceAll(server.ownerLink, "");
    for (const [what, secret] of secrets) {
      const coded = encodeURIComponent(secret);
      const basic = Buffer.from(`anna:${secret}`).toString("base64");
      for (const form of [secret, coded, basic, secret.toLowerCase()]) {
        const found = linesOf(server).find((text) => text.includes(form));
        expect(found, `${what} is in the log`).toBeUndefined();
        expect(stdout.includes(form), `${what} is in the audit`).toBe(false);
        expect(printed.includes(form), `${what} is printed`).toBe(false);
      }
    }
  });

  test("no file of the server has any of them", async () => {
    for (const [what, secret] of secrets) {
      if (what === "a pairing's code") continue; // What a person types is looked up as it is; it lives ten minutes.
      const { stdout } = await execute("grep", ["-r", "-l", "-a", "-F", "-e", secret, server.data]).catch(
        (error: unknown) => error as { stdout: string },
      );
      expect(stdout, what).toBe("");
    }
  });
});

describe("what a visitor types", () => {
  let server: Server;
  let owner: Client;

  beforeAll(async () => {
    server = await Server.start({ environment: { INSTACRM_LOG: "debug" } });
    owner = await join(server);
  });
  afterAll(async () => {
    await server.end();
  });

  const forged = "2026-01-01T00:00:00.000Z error forged.line";
  const evils = [
    `\r\n${forged}`,
    `\n${forged} x="`,
    `\r${forged}`,
    `"\n${forged}`,
    `\\"\n${forged}`,
    `\u001b[2J\u001b[31m${forged}`,
    `\u009b31m${forged}`,
    `\u202e${forged}\u2066`,
    `\u2028${forged}\u2029`,
    `\u0000${forged}`,
    `\u0085${forged}`,
    `\ufeff${forged}`,
    `${"x".repeat(2000)}\n${forged}`,
    "\u{1f600}\u0301\u200b",
    "\ud800",
  ];

  test("reaches no line of its own, whatever field it is typed into", async () => {
    const page = { ...owner.pageHeaders(), "Content-Type": "application/json" };
    for (const evil of evils) {
      const coded = encodeURIComponent(wellFormed(evil));
      for (const path of [
        `/${coded}`,
        `/api/v1/${coded}`,
        `/api/v1/logs?search=${coded}`,
        `/api/v1/logs?order=${coded}`,
        `/api/v1/logs?${coded}=1`,
        `/api/v1/logs?after=${coded}`,
        `/api/v1/pairings/${coded}`,
        `/api/v1/leads?${coded}`,
      ]) {
        await sendAnyhow(server, "GET", path, owner.pageHeaders());
      }
      const evilOperation = { ...makeOperation(), tar_username: evil, [evil]: evil };
      for (const [path, body] of [
        ["/api/v1/session", { link: evil }],
        ["/api/v1/session", { [evil]: evil }],
        ["/api/v1/join", { link: "A".repeat(43), opr_name: evil, opr_email: evil, time_zone: evil }],
        ["/api/v1/pairings", { device_name: evil, agent_version: evil }],
        ["/api/v1/pairings/claim", { pairing_secret: evil }],
        ["/api/v1/tokens", { token_name: evil, scopes: [evil], expires_at: Date.now() + 1000 }],
        ["/api/v1/sync/push", { protocol: 1, operations: [evilOperation] }],
        ["/api/v1/targets/TAR-00000000/rename", { tar_username: evil }],
        ["/api/v1/targets/TAR-00000000/fields/restore", { elg_id: evil, field: evil }],
      ] as const) {
        await sendAnyhow(server, "POST", path, page, JSON.stringify(body));
      }
      const bytes = Buffer.from(wellFormed(evil)).toString("latin1");
      for (const head of [
        `GET /${bytes} HTTP/1.1\r\nHost: 127.0.0.1:${String(server.port)}\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: ${bytes}\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: 127.0.0.1:${String(server.port)}\r\nUser-Agent: ${bytes}\r\nOrigin: ${bytes}\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: 127.0.0.1:${String(server.port)}\r\n${bytes}: 1\r\n\r\n`,
        `POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:${String(server.port)}\r\nCookie: ${bytes}\r\nAuthorization: ${bytes}\r\nContent-Length: 0\r\n\r\n`,
        `${bytes} / HTTP/1.1\r\nHost: 127.0.0.1:${String(server.port)}\r\n\r\n`,
      ]) {
        await sendBytes(server, head);
      }
    }
    expect((await owner.call("GET", "/api/v1/session")).status).toBe(200);
    const lines = linesOf(server);
    expect(lines.length).toBeGreaterThan(100);
    for (const text of lines) {
      expect(text.startsWith(forged), text).toBe(false);
      if (Buffer.byteLength(text) < longestLine) expect(text).toMatch(line);
      else expect(text).toMatch(/^[ -~]+$/u);
    }
  });
});
