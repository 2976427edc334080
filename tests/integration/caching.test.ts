// The cache of pages: an unchanged page is a 304, a change is seen at once, also through another server, and nobody is
// given what is another's.

import { gunzipSync } from "node:zlib";
import { request } from "node:http";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { becomeOnline, Client, join, makeOperation, pair, push, type Reply, type Schemas } from "./client.ts";
import { Postgres } from "./postgres.ts";
import { World } from "./route-world.ts";
import { Server } from "./server.ts";

const lists = [
  ...["home", "logs", "leads", "actors", "operators", "goals"],
  ...["analytics", "analytics/funnel", "analytics/openers", "analytics/coverage", "analytics/rows"],
] as const;

async function ask(page: Client, path: string, etag?: string): Promise<Reply> {
  return page.call("GET", `/api/v1/${path}`, { headers: etag === undefined ? {} : { "If-None-Match": etag } });
}

/** The ETag, of an answer that is whole. */
async function etagOf(page: Client, path: string): Promise<string> {
  const reply = await ask(page, path);
  expect(reply.status).toBe(200);
  expect(reply.headers.etag).toMatch(/^W\/"[0-9a-f]{32}"$/u);
  return reply.headers.etag ?? "";
}

/** Where the answer ends with the minute, what is asked around its end is asked again. */
async function sameMinute<T>(run: () => Promise<T>): Promise<T> {
  for (;;) {
    const minute = Math.floor(Date.now() / 60_000);
    const result = await run();
    if (Math.floor(Date.now() / 60_000) === minute) return result;
  }
}

describe("on one server", () => {
  let server: Server;
  let anna: Client;
  let desktop: Client;
  let goal: string;

  beforeAll(async () => {
    server = await Server.start();
    anna = await join(server);
    await anna.expect(201, "POST", "/api/v1/demo");
    desktop = (await pair(server, anna)).desktop;
    await becomeOnline(anna, desktop);
    const goals = await anna.expect<{ items: readonly { goal: { goal_id: string } }[] }>(200, "GET", "/api/v1/goals");
    goal = `goals/${goals.items[0]?.goal.goal_id ?? ""}`;
  }, 60_000);
  afterAll(async () => {
    await server.end();
  });

  test.each([...lists, "a goal"])(
    "%s is a 304 for whoever has it, and a whole answer after a message",
    async (name) => {
      const path = name === "a goal" ? goal : name;
      const [again, head] = await sameMinute(async () => {
        const etag = await etagOf(anna, path);
        const headers = { "If-None-Match": `"other", ${etag}` };
        return [await ask(anna, path, etag), await anna.call("HEAD", `/api/v1/${path}`, { headers })];
      });
      expect([again.status, again.text]).toEqual([304, ""]);
      expect(head.status).toBe(304);
      const etag = await etagOf(anna, path);
      await push(desktop, makeOperation({ tar_username: `after.${path.length.toString()}.${Date.now().toString()}` }));
      expect((await ask(anna, path, etag)).status).toBe(200);
    },
  );

  test("every acknowledged message is in the next answer", async () => {
    for (let i = 0; i < 30; i++) {
      const handle = `seen.at.once.${i.toString()}`;
      await push(desktop, makeOperation({ tar_username: handle }));
      const [logs, leads] = await Promise.all([
        anna.expect<Schemas["LogPage"]>(200, "GET", "/api/v1/logs?limit=1"),
        anna.expect<{ items: readonly Schemas["Lead"][] }>(200, "GET", "/api/v1/leads?limit=1"),
      ]);
      expect(logs.items[0]?.tar_username).toBe(handle);
      expect(leads.items[0]?.tar_username).toBe(handle);
    }
  });

  test("parameters make another answer, their order does not", async () => {
    const one = await etagOf(anna, "leads?limit=5&order=handle_ascending");
    expect(await etagOf(anna, "leads?order=handle_ascending&limit=5")).toBe(one);
    expect(await etagOf(anna, "leads?order=handle_ascending&limit=6")).not.toBe(one);
  });

  test("a refusal is not kept and has no ETag", async () => {
    const reply = await ask(anna, "leads?limit=5&nonsense=1");
    expect([reply.status, reply.headers.etag]).toEqual([400, undefined]);
    expect((await ask(anna, "leads?limit=5&nonsense=1")).status).toBe(400);
    expect((await ask(anna, "goals/GOL-00000000")).status).toBe(404);
  });

  test("whoever takes it packed is given the same page packed, twice", async () => {
    const plain = await ask(anna, "logs");
    for (let i = 0; i < 2; i++) {
      const packed = await new Promise<Buffer>((resolve, reject) => {
        const headers = { ...anna.pageHeaders(), "Accept-Encoding": "gzip" };
        const sent = request(`${server.url}/api/v1/logs`, { headers, agent: false }, (response) => {
          const parts: Buffer[] = [];
          expect(response.headers["content-encoding"]).toBe("gzip");
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () => {
            resolve(Buffer.concat(parts));
          });
        });
        sent.on("error", reject);
        sent.end();
      });
      expect(gunzipSync(packed).toString()).toBe(plain.text);
    }
  });
});

describe("between people", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create();
  }, 60_000);
  afterAll(async () => {
    await world.end();
  });

  test("nobody is given another's answer for its ETag", async () => {
    await sameMinute(async () => {
      const etag = await etagOf(world.people.operator.page, "home");
      for (const name of ["spare", "owner"] as const) {
        expect((await ask(world.people[name].page, "home", etag)).status).toBe(200);
        expect(await etagOf(world.people[name].page, "home")).not.toBe(etag);
      }
    });
  });

  test("who has signed out is refused what they could have for nothing a moment ago", async () => {
    const page = await world.signIn("operator");
    const etag = await etagOf(page, "leads");
    const { cookie } = page;
    expect((await ask(page, "leads", etag)).status).toBe(304);
    await page.expect(204, "DELETE", "/api/v1/session");
    page.cookie = cookie;
    expect((await ask(page, "leads", etag)).status).toBe(401);
    expect((await ask(page, "leads")).status).toBe(401);
    await world.signIn("operator");
  });

  test("another role is another answer, and tells of itself", async () => {
    const etag = await etagOf(world.people.operator.page, "operators");
    await world.setRole("operator", "viewer");
    const reply = await ask(world.people.operator.page, "operators", etag);
    expect(reply.status).toBe(200);
    const { items } = reply.json as Schemas["OperatorPage"];
    expect(items.find(({ opr_id }) => opr_id === world.people.operator.oprId)?.role).toBe("viewer");
    await world.setRole("operator", "operator");
  });
});

const postgres = await Postgres.start();

describe.skipIf(postgres === undefined)("on two servers on one database", () => {
  let first: Server;
  let second: Server;
  let anna: Client;
  let atSecond: Client;

  beforeAll(async () => {
    first = await Server.start({ database: postgres?.url ?? "" });
    anna = await join(first);
    second = await Server.start({ database: postgres?.url ?? "" });
    atSecond = Client.desktop(second, (await pair(first, anna, "Other")).token);
  }, 60_000);
  afterAll(async () => {
    await first.end();
    await second.end();
    await postgres?.end();
  });

  test.each(lists)("%s of one shows what was acknowledged by the other", async (path) => {
    for (let i = 0; i < 10; i++) {
      const etag = await etagOf(anna, path);
      await push(atSecond, makeOperation({ tar_username: `${path.replace("/", ".")}.${i.toString()}` }));
      const reply = await ask(anna, path, etag);
      expect(reply.status).toBe(200);
      if (path === "logs" || path === "leads" || path === "home")
        expect(reply.text).toContain(`"${path}.${i.toString()}"`);
    }
  });
});
