// The door of the server, attacked byte by byte: each case of door-cases.txt is answered as RFC 9112 and 9110 ask, never with a
// fault of the server's, never by silence, and others are answered after every one.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Call, Client, join, pair, type Reply, type Schemas, send } from "./client.ts";
import { type DoorCase, play, readDoorCases, stepsOf, Wire } from "./door.ts";
import { Server, until } from "./server.ts";

const cases = readDoorCases();
const isSlow = (doorCase: DoorCase): boolean => doorCase.section.startsWith("slow");
const sections = [...new Set(cases.map((doorCase) => doorCase.section))];
const another = "127.0.0.2";

let server: Server;
/** One that waits shortly only. */
let hurried: Server;

beforeAll(async () => {
  [server, hurried] = await Promise.all([
    Server.start(),
    Server.start({ environment: { INSTACRM_HEAD_MS: "500", INSTACRM_BODY_MS: "500", INSTACRM_IDLE_MS: "500" } }),
  ]);
});
afterAll(async () => {
  await Promise.all([server.end(), hurried.end()]);
});

/** Another client, with a well-formed request. */
async function expectOthersAnswered(at: Server): Promise<void> {
  expect((await send(at.url, "GET", "/healthz", { from: another })).status).toBe(200);
}

test("the table has no case twice, at least two hundred, and none that expects a fault of the server's", () => {
  const names = cases.map((doorCase) => `${doorCase.section}: ${doorCase.name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(cases.length).toBeGreaterThanOrEqual(200);
  expect(cases.filter((doorCase) => /\b50[0-4]\b/u.test(doorCase.answers))).toEqual([]);
});

describe.each(sections)("%s", (section) => {
  test.each(cases.filter((doorCase) => doorCase.section === section))("$name: $answers", async (doorCase) => {
    const at = isSlow(doorCase) ? hurried : server;
    expect(await play(at.port, doorCase)).toBe(doorCase.answers);
    await expectOthersAnswered(at);
  });
});

test("100 is said before a body that is waited for", async () => {
  const wire = await Wire.open(server.port);
  await wire.run(stepsOf("{post}Expect: 100-continue¶Content-Length: 2¶¶", server.port));
  expect(await wire.answer()).toBe("100");
  await wire.run(stepsOf("{}", server.port));
  expect(await wire.answer()).toBe("403");
  wire.close();
});

test("clients that send requests and never read an answer delay nobody", async () => {
  const requests = stepsOf("{2000 x GET / HTTP/1.1¶Host: {host}¶¶}", server.port);
  const wires = await Promise.all(Array.from({ length: 20 }, async () => Wire.open(server.port)));
  for (const wire of wires) {
    wire.socket.pause();
    await wire.run(requests);
  }
  for (let i = 0; i < 20; i++) await expectOthersAnswered(server);
  for (const wire of wires) wire.close();
});

test("2,000 connections, half of which have begun a request: others are answered, and a place is free when they have gone", async () => {
  const wires: Wire[] = [];
  for (let i = 0; i < 2000; i++) {
    const wire = await Wire.open(server.port, `127.0.1.${String(1 + (i % 8))}`);
    if (i % 2 === 0) await wire.run(stepsOf("GET /healthz HTTP/1.1¶Ho", server.port));
    wires.push(wire);
  }
  for (let i = 0; i < 20; i++) await expectOthersAnswered(server);
  expect(wires.filter((wire) => wire.isOver)).toEqual([]);
  for (const wire of wires) wire.close();
  await expectOthersAnswered(server);
});

describe("a server with small limits", () => {
  let small: Server;
  const clients = { INSTACRM_CONNECTIONS: "60", INSTACRM_CONNECTIONS_OF_ADDRESS: "20" };
  const requests = { INSTACRM_REQUESTS_OF_ADDRESS: "6", INSTACRM_REQUESTS_OF_ONE: "2" };

  beforeAll(async () => {
    small = await Server.start({ environment: { ...clients, ...requests, INSTACRM_TRUST_PROXY: "127.0.3.0/24" } });
  });
  afterAll(async () => {
    await small.end();
  });

  const get: DoorCase = { section: "", name: "", where: "", answers: "200", bytes: "{get}¶" };

  test("an address has so many connections, and others have theirs; beyond all of them it is 503", async () => {
    // Several threads accept: which one of those that came together is too many, nobody knows.
    const wires: Wire[] = [];
    const tooMany = async (): Promise<string> => {
      const over = await until("one is refused", () => wires.find((wire) => wire.isOver));
      wires.splice(wires.indexOf(over), 1);
      over.socket.end();
      return `${await over.answer()} ${await over.answer()}`;
    };
    for (let i = 0; i < 21; i++) wires.push(await Wire.open(small.port, "127.0.2.1"));
    expect(await tooMany()).toBe("429 closed");
    for (let i = 0; i < 41; i++) wires.push(await Wire.open(small.port, `127.0.2.${String(2 + (i % 3))}`));
    expect(await tooMany()).toBe("503 closed");
    expect(wires.filter((wire) => wire.isOver)).toEqual([]);
    for (const wire of wires) wire.close();
    await until("a place is free", async () =>
      (await play(small.port, get, "127.0.2.1")) === "200" ? true : undefined,
    );
  });

  async function statuses(
    count: number,
    path: string,
    call: Call,
  ): Promise<{ status: number; wait: string | undefined }[]> {
    const seen: { status: number; wait: string | undefined }[] = [];
    for (let i = 0; i < count; i++) {
      const { status, headers } = await send(small.url, "GET", path, call);
      seen.push({ status, wait: headers["retry-after"] });
    }
    return seen;
  }

  test("an address that asks too fast is told when to go on, on every kind of route; another is answered", async () => {
    const seen = await statuses(400, "/healthz", { from: "127.0.2.5" });
    expect(seen[0]?.status).toBe(200);
    const refused = seen.filter((answer) => answer.status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) expect(answer).toEqual({ status: 429, wait: "1" });
    for (const path of ["/", "/api/v1/session", "/api/v1/nothing"]) {
      const answers = await statuses(30, path, { from: "127.0.2.5" });
      expect(answers.some((answer) => answer.status === 429)).toBe(true);
    }
    expect((await statuses(1, "/healthz", { from: "127.0.2.6" }))[0]?.status).toBe(200);
  });

  test("a person, a desktop and an API token have a pace each, wherever they ask from", async () => {
    const page = await join(small);
    const { desktop } = await pair(small, page);
    const made = await page.expect<Schemas["TokenCreated"]>(201, "POST", "/api/v1/tokens", {
      json: { token_name: "CI", scopes: ["read_leads"], expires_at: Date.now() + 3_600_000 },
    });
    const askers: [Client, string][] = [
      [desktop, "/api/v1/sync/pull"],
      [Client.desktop(small, made.token_text), "/api/v1/leads"],
      [page, "/api/v1/home"],
    ];
    for (const [asker, path] of askers) {
      const seen: Reply[] = [];
      for (let i = 0; i < 60; i++) {
        seen.push(await asker.call("GET", path, { from: `127.0.4.${String(1 + (i % 20))}` }));
      }
      expect(seen[0]?.status).toBe(200);
      const refused = seen.filter((reply) => reply.status === 429);
      expect(refused.length).toBeGreaterThan(0);
      for (const reply of refused) expect(reply.headers["retry-after"]).toBe("1");
    }
  });

  test("X-Forwarded-For is believed from a proxy that was named, and its last address only", async () => {
    const proxy = "127.0.3.1";
    const from = (address: string, forwarded: string): Call => ({
      from: address,
      headers: { "X-Forwarded-For": forwarded },
    });
    // Whom nobody named says of itself what it wants: it is still itself.
    const forged: number[] = [];
    for (let i = 0; i < 100; i++) {
      const call = from("127.0.5.1", `198.51.100.${String(i)}`);
      forged.push((await send(small.url, "GET", "/healthz", call)).status);
    }
    expect(forged).toContain(429);
    // Those behind the proxy are told apart, as often as each asks once.
    const apart: number[] = [];
    for (let i = 0; i < 100; i++) {
      apart.push((await send(small.url, "GET", "/healthz", from(proxy, `198.51.100.${String(i)}`))).status);
    }
    expect(apart.filter((status) => status !== 200)).toEqual([]);
    // What a client wrote before the proxy's own word changes nothing, nor does what is no address.
    const before: number[] = [];
    for (let i = 0; i < 100; i++) {
      const call = from(proxy, `203.0.113.${String(i)}, nonsense, 192.0.2.1`);
      before.push((await send(small.url, "GET", "/healthz", call)).status);
    }
    expect(before).toContain(429);
  });
});
