// API tokens over HTTP: told once, sent as a bearer token, and no more than their scopes and their operator's role.

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, join, makeOperation, pair, push, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

const hourMs = 3_600_000;

let server: Server;
let anna: Client;
let tarId: string;

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  const [result] = await push((await pair(server, anna)).desktop, makeOperation());
  tarId = result?.tar_id ?? "";
});
afterAll(async () => {
  await server.end();
});

async function make(...scopes: readonly Schemas["TokenScope"][]): Promise<Schemas["TokenCreated"]> {
  const json = { token_name: "Sheet", scopes, expires_at: Date.now() + hourMs };
  return anna.expect<Schemas["TokenCreated"]>(201, "POST", "/api/v1/tokens", { json });
}

const program = (token: string): Client => Client.desktop(server, token);

test("a token is told once, in a form that scanners of secrets find", async () => {
  const { token, token_text: text } = await make("read_leads");
  expect(text).toMatch(/^icrm_[A-Za-z0-9_-]{43}$/u);
  const listed = await anna.call("GET", "/api/v1/tokens");
  expect(listed.text).toContain(token.token_id);
  expect(listed.text).not.toContain(text.slice("icrm_".length));
  expect(server.stderr).not.toContain(text.slice("icrm_".length));
});

test("a program reads what the scope opens, and is told which scope is missing for the rest", async () => {
  const { token, token_text: text } = await make("read_leads");
  await program(text).expect(200, "GET", `/api/v1/leads/${tarId}`);
  const refused = await program(text).call("GET", "/api/v1/logs");
  expect(refused.json).toMatchObject({
    status: 403,
    code: "insufficient_scope",
    detail: "The token lacks the scope read_logs.",
  });
  const { items } = await anna.expect<Schemas["TokenList"]>(200, "GET", "/api/v1/tokens");
  expect(items.find(({ token_id: id }) => id === token.token_id)?.last_used_at).toBeGreaterThan(0);
});

test("a program changes what the scope opens, without the headers of a page, in its operator's name", async () => {
  const { token_text: text } = await make("write_leads");
  const json = { tar_username: "by.token" };
  const changed = await program(text).expect<Schemas["TargetChanged"]>(200, "POST", `/api/v1/targets/${tarId}/rename`, {
    json,
  });
  const { entry } = await anna.expect<Schemas["LogDetail"]>(200, "GET", `/api/v1/logs/${changed.elg_id}`);
  expect(entry.opr_name).toBe("Anna Becker");
});

test("who sends a token is not helped by a cookie", async () => {
  const { token_text: text } = await make("read_team");
  const headers = { Authorization: `Bearer ${text}` };
  expect(await anna.problem("GET", "/api/v1/leads", { headers })).toBe("403 insufficient_scope");
  const wrong = { Authorization: `Bearer icrm_${"A".repeat(43)}` };
  expect(await anna.problem("GET", "/api/v1/leads", { headers: wrong })).toBe("401 invalid_token");
  expect(await anna.problem("GET", "/api/v1/leads", { headers: { Authorization: "Basic YTpi" } })).toBe(
    "401 unauthenticated",
  );
});

test("a revoked token is unknown at once", async () => {
  const { token, token_text: text } = await make("read_leads");
  await program(text).expect(200, "GET", "/api/v1/leads");
  await anna.expect(204, "DELETE", `/api/v1/tokens/${token.token_id}`);
  expect(await program(text).problem("GET", "/api/v1/leads")).toBe("401 invalid_token");
});

test.each([
  ["a name that is too long", { token_name: "x".repeat(65) }, "400 invalid_field"],
  ["no scope", { scopes: [] }, "400 invalid_field"],
  ["a scope twice", { scopes: ["read_leads", "read_leads"] }, "400 invalid_field"],
  ["a scope that there is not", { scopes: ["everything"] }, "400 invalid_field"],
  ["an end in the past", { expires_at: 1 }, "400 invalid_field"],
  ["no end", { expires_at: null }, "400 invalid_field"],
  ["an end after more than a year", { expires_at: Date.now() + 366 * 24 * hourMs }, "400 invalid_field"],
  ["an id of its own choosing", { token_id: "TOK-00000000" }, "400 unknown_field"],
  ["another operator", { opr_id: "OPR-00000000" }, "400 unknown_field"],
])("a token with %s is not made", async (_, more, problem) => {
  const json = { token_name: "Sheet", scopes: ["read_leads"], expires_at: Date.now() + hourMs, ...more };
  expect(await anna.problem("POST", "/api/v1/tokens", { json })).toBe(problem);
});
