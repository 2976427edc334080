// Every route as every kind of visitor, against the real server, compared with route-matrix.txt.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { OutgoingHttpHeaders } from "node:http";

import { afterAll, beforeAll, expect, test } from "vitest";

import { recipes, smallScope, type Prepared } from "./route-recipes.ts";
import { routes, type Route } from "./routes.ts";
import { scopes, World, type Name, type Scope } from "./route-world.ts";

/** A column of the table. */
interface Visitor {
  readonly name: string;
  /** Whose things the request is about. */
  readonly subject: Name;
  /** Who is signed in, if somebody is. */
  readonly person?: Name;
  /** What the visitor sends to be known by. */
  readonly headers: (route: Route) => OutgoingHttpHeaders | Promise<OutgoingHttpHeaders>;
}

const file = fileURLToPath(new URL("route-matrix.txt", import.meta.url));
const [head = [], ...rows] = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line.includes("|") && !line.startsWith("#"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

/** How the table writes what is there often. */
const short: Readonly<Record<string, string>> = {
  unauthenticated: "401",
  invalid_token: "401 token",
  invalid_link: "401 link",
  forbidden: "403",
  insufficient_scope: "403 scope",
  cross_site: "403 site",
  sign_in_again: "403 again",
  not_found: "404",
};

let world: World;
let visitors: readonly Visitor[];

const bearer = (token: string): OutgoingHttpHeaders => ({ Authorization: `Bearer ${token}` });

function signedIn(name: Name, subject: Name = name): Visitor {
  return { name, subject, person: name, headers: () => world.people[name].page.pageHeaders() };
}

function withCookie(name: string, cookie: string): Visitor {
  const page = { Origin: world.server.url, "X-InstaCRM": "1", "Sec-Fetch-Site": "same-origin" };
  return { name, subject: "operator", headers: () => ({ ...page, ...(cookie === "" ? {} : { Cookie: cookie }) }) };
}

async function makeVisitors(): Promise<Visitor[]> {
  const small = new Map<Scope, string>();
  for (const scope of ["read_team", "transfer_actors"] as const) {
    small.set(scope, (await world.token("owner", scope)).token_text);
  }
  const whole = await world.token("owner", ...scopes);
  const ended = await world.token("owner", ...scopes);
  await world.owner.expect(204, "DELETE", `/api/v1/tokens/${ended.token.token_id}`);
  await world.sql("UPDATE operators SET disabled_at = 1 WHERE opr_name = 'gone'");
  const desktop = await world.pair("operator");
  const viewers = await world.pair("viewer");
  const revoked = await world.pair("operator");
  await world.people.operator.page.expect(204, "DELETE", `/api/v1/devices/${revoked.deviceId}`);
  return [
    withCookie("nobody", ""),
    signedIn("viewer"),
    signedIn("operator"),
    signedIn("other", "operator"),
    signedIn("admin"),
    signedIn("owner"),
    {
      name: "elsewhere",
      subject: "owner",
      person: "owner",
      headers: () => ({ ...world.owner.pageHeaders(), Origin: "http://evil.example", "Sec-Fetch-Site": "cross-site" }),
    },
    {
      name: "stale",
      subject: "owner",
      person: "owner",
      // A new one each time: the owner's own requests may end all of theirs.
      headers: async () => ({ ...world.owner.pageHeaders(), Cookie: await world.stale("owner") }),
    },
    withCookie("disabled", world.people.gone.page.cookie),
    withCookie("signed out", await world.signedOut("operator")),
    withCookie("expired", await world.expired("operator")),
    { name: "desktop", subject: "operator", headers: () => bearer(desktop.token) },
    { name: "viewer's", subject: "viewer", headers: () => bearer(viewers.token) },
    { name: "revoked", subject: "operator", headers: () => bearer(revoked.token) },
    { name: "token", subject: "owner", headers: () => bearer(whole.token_text) },
    {
      name: "small",
      subject: "owner",
      headers: ({ operationId }) => bearer(small.get(smallScope(operationId)) ?? ""),
    },
    { name: "ended", subject: "owner", headers: () => bearer(ended.token_text) },
  ];
}

beforeAll(async () => {
  world = await World.create();
  visitors = await makeVisitors();
}, 120_000);
afterAll(async () => {
  await world.end();
});

function prepare(route: Route, { subject, person }: Visitor): Promise<Prepared> | Prepared {
  const recipe = recipes[route.operationId];
  if (recipe === undefined && (route.body !== undefined || route.path.includes("{"))) {
    throw new Error(`${route.operationId} has no recipe: write one in route-recipes.ts.`);
  }
  return recipe?.(world, subject, person) ?? {};
}

async function answerTo(visitor: Visitor, route: Route): Promise<string> {
  const { path = {}, json, undo } = await prepare(route, visitor);
  const filled = route.path.replaceAll(/\{([^}]+)\}/gu, (_, name: string) => path[name] ?? `no ${name}`);
  const { status, code } = await world.send({ method: route.method, path: filled, json }, await visitor.headers(route));
  await undo?.();
  return short[code] ?? `${String(status)} ${code}`.trim();
}

function draw(cells: readonly string[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows, cells].map((row) => row[column]?.length ?? 0)));
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join(" | ")
    .trimEnd();
}

test("the table has a column for each visitor", () => {
  expect(head).toEqual(["route", ...visitors.map(({ name }) => name)]);
});

test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", async (name, route) => {
  const cells: string[] = [name];
  for (const visitor of visitors) cells.push(await answerTo(visitor, route));
  const row = rows.find(([known]) => known === name);
  const judge = `The server answers like this; is it right? Then it is the row of route-matrix.txt:\n${draw(cells)}\n`;
  expect(row?.join(" | "), judge).toBe(cells.join(" | "));
});

test("every row is a route of the contract", () => {
  const known: readonly string[] = routes.map(({ method, path }) => `${method} ${path}`);
  expect(rows.map(([name]) => name).filter((name) => !known.includes(name ?? ""))).toEqual([]);
  expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
});
