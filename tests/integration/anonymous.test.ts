// Nobody who is not signed in makes the server write: every route is asked by visitors without and with wrong credentials, with
// all kinds of bodies, while another connection to the database counts what is committed.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join as joinPath } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, type Reply, send } from "./client.ts";
import { play, readDoorCases } from "./door.ts";
import { World } from "./route-world.ts";
import { routes, type Route } from "./routes.ts";
import { until } from "./server.ts";
import { contentsOf } from "./world-contents.ts";

/** A connection of its own to the database, which sees whether others have committed. */
class Watcher {
  readonly #child: ChildProcessWithoutNullStreams;
  #output = "";
  #asked = 0;

  constructor(data: string) {
    this.#child = spawn("sqlite3", ["-batch", joinPath(data, "instacrm.db")]);
    this.#child.stdout.on("data", (bytes: Buffer) => (this.#output += bytes.toString()));
  }

  /** A number that is another one after each commit of somebody else. */
  async version(): Promise<string> {
    const end = `end ${String((this.#asked += 1))}`;
    this.#output = "";
    this.#child.stdin.write(`PRAGMA data_version;\nSELECT '${end}';\n`);
    await until("the watcher answers", () => (this.#output.includes(end) ? true : undefined));
    return this.#output.split("\n")[0] ?? "";
  }

  end(): void {
    this.#child.stdin.end();
  }
}

let world: World;
let watcher: Watcher;

beforeAll(async () => {
  world = await World.create();
  watcher = new Watcher(world.server.data);
}, 60_000);
afterAll(async () => {
  watcher.end();
  await world.end();
});

const secret = "A".repeat(43);

/** What visitors send along to be taken for somebody. */
const credentials: readonly Readonly<Record<string, string>>[] = [
  {},
  { Cookie: "__Host-sid=" },
  { Cookie: `__Host-sid=${secret}` },
  { Cookie: `__Host-sid=${"A".repeat(4000)}` },
  { Authorization: "Bearer x" },
  { Authorization: `Bearer ${secret}` },
  { Authorization: `Bearer ict_${secret}` },
  { Authorization: "Basic YWRtaW46YWRtaW4=" },
];

/** What they send as a body: a whole one first, whose secrets are wrong, and then what is none. */
function bodiesOf(route: Route): string[] {
  if (route.body === undefined) return [""];
  const known: Readonly<Record<string, unknown>> = {
    link: secret,
    invitation: secret,
    pairing_secret: secret,
    opr_name: "Mallory",
    opr_email: "mallory@example.com",
    time_zone: "Europe/Berlin",
    name: "owner",
    password: "a good long secret",
  };
  const members = Object.keys(route.body.properties ?? {}).map((name) => [name, known[name] ?? "x"] as const);
  const required = members.filter(([name]) => route.body?.required?.includes(name) === true);
  return [
    JSON.stringify(Object.fromEntries(members)),
    JSON.stringify(Object.fromEntries(required)),
    "{}",
    "[]",
    '{"a":',
    `{"opr_name":"'; DROP TABLE operators; --"}`,
    `[${"[".repeat(2000)}`,
  ];
}

function pathOf(route: Route): string {
  return route.path.replaceAll(/\{[a-z_]+\}/gu, "OPR-00000000");
}

/** Nothing but the trail of refusals may have been written, which upkeep puts together, an entry a kind and hour. */
async function expectUnwritten(before: { version: string; contents: string }, what: string): Promise<string> {
  const version = await watcher.version();
  if (version !== before.version) expect(await contentsOf(world), what).toBe(before.contents);
  return version;
}

test("no route writes for a visitor, whatever they send, but one that begins a pairing", async () => {
  const before = { version: await watcher.version(), contents: await contentsOf(world) };
  const versions = new Set([before.version]);
  let requests = 0;
  for (const route of routes) {
    for (const credential of credentials) {
      for (const body of bodiesOf(route)) {
        const isPairing = route.operationId === "startPairing" && body.includes('"device_name":"x"');
        if (isPairing) continue; // Below.
        const headers = { ...Client.page(world.server).pageHeaders(), ...credential };
        const call = body === "" ? { headers } : { headers, body };
        const from = `127.0.6.${String(1 + (requests % 200))}`;
        const { status } = await ask(route, { ...call, from });
        expect(status, `${route.method} ${route.path}`).toBeLessThan(500);
        requests++;
        versions.add(await expectUnwritten(before, `${route.method} ${route.path} ${body}`));
      }
    }
  }
  expect(requests).toBeGreaterThan(500);
  // The upkeep's own steps, which are few; never one for each request.
  expect(versions.size).toBeLessThan(20);
}, 120_000);

async function ask(route: Route, call: Parameters<typeof send>[3]): Promise<Reply> {
  return send(world.server.url, route.method, pathOf(route), call);
}

test("nothing of the door's cases is written", async () => {
  const before = { version: await watcher.version(), contents: await contentsOf(world) };
  for (const doorCase of readDoorCases().filter(({ section }) => !section.startsWith("slow"))) {
    await play(world.server.port, doorCase);
    await expectUnwritten(before, doorCase.name);
  }
}, 60_000);

async function begin(from: string): Promise<Reply> {
  const json = { device_name: "Laptop", agent_version: "0.1.0" };
  return send(world.server.url, "POST", "/api/v1/pairings", { from, json });
}

test("the beginning of a pairing is a device's sign-in, the one thing that is written: 40 for an address, 100 for all", async () => {
  for (let i = 0; i < 40; i++) expect((await begin("127.0.7.1")).status).toBe(201);
  const refused = await begin("127.0.7.1");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(1);
  const others: number[] = [];
  for (let i = 0; i < 120; i++) others.push((await begin(`127.0.7.${String(2 + (i % 4))}`)).status);
  expect(others.filter((status) => status === 201).length).toBe(60);
  expect(others.filter((status) => status === 429).length).toBe(60);
  expect(await world.sql("SELECT count(*) FROM pairings")).toBe("100\n");
});
