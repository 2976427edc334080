// A desktop and a server of different versions either work together or say which of the two is to be updated, and
// nothing is lost meanwhile. Both are real; a relay between them makes the one look older or newer to the other.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { Client, join, makeOpId, type Schemas } from "./client.ts";
import { Desk, type Host, makeCapture } from "./desk.ts";
import { type Answer, type Question, Relay } from "./relay.ts";
import { Server, until } from "./server.ts";

const pushPath = "/api/v1/sync/push";
const pullPath = "/api/v1/sync/pull";
const livePath = "/api/v1/sync/live";

let server: Server;
let anna: Client;
let relay: Relay;
const desks: Desk[] = [];

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  relay = await Relay.start(server);
});
afterEach(straighten);
afterAll(async () => {
  for (const desk of desks) await desk.end();
  await relay.end();
  await server.end();
});

async function newDesk(name: string): Promise<Desk> {
  const desk = await Desk.pair(server, anna, name, { url: relay.url });
  desks.push(desk);
  return desk;
}

async function hasStatus(desk: Desk, what: string, wanted: Record<string, unknown>): Promise<Record<string, unknown>> {
  return until(`${desk.data}: ${what}`, async () => {
    const status = await desk.json("status", "--json");
    return Object.entries(wanted).every(([key, value]) => status[key] === value) ? status : undefined;
  });
}

/** What the team's log has of a handle. */
async function countOutreach(handle: string): Promise<number> {
  const { items } = await anna.expect<Schemas["LogPage"]>(200, "GET", "/api/v1/logs?event_type=Outreach");
  return items.filter(({ tar_username }) => tar_username === handle).length;
}

/** Both sides are what they are. */
function straighten(): void {
  relay.bend = () => undefined;
  relay.bendAnswer = undefined;
}

/* ---- Protocols. ---- */

/** Makes every request say that the desktop speaks another protocol. */
function speak(protocol: number): void {
  relay.bend = (question) => {
    question.path = question.path.replace(/\bprotocol=\d+/u, `protocol=${String(protocol)}`);
    if (question.body.length > 0 && question.headers["content-encoding"] === undefined) {
      const body = JSON.parse(question.body.toString()) as object;
      question.body = Buffer.from(JSON.stringify({ ...body, protocol }));
    }
    return undefined;
  };
}

test.each([
  ["far older than the server", 0, "update instacrm-agent."],
  ["one version newer than the server", 2, "update the server."],
  ["far newer than the server", 1000, "update the server."],
])(
  "an agent that is %s says so, keeps what was captured, and sends it after the upgrade",
  async (_, protocol, side) => {
    const handle = `protocol.${String(protocol)}`;
    const desk = await newDesk(`Protocol ${String(protocol)}`);
    speak(protocol);
    let host = await desk.start();
    expect((await host.capture(makeCapture(handle)))["outcome"]).toBe("stored");
    const refused = await hasStatus(desk, "it is refused", { link_code: "unsupported_protocol" });
    expect(refused).toMatchObject({ pending: 1, rejected: 0, online: false, paired: true });
    expect(refused["link_detail"]).toContain(side);
    expect((await desk.command("status")).stdout).toContain(side);
    expect((await desk.command("sync")).stderr).toContain(side);
    await until("the extension is told", () => {
      const told = host.messages.findLast(({ type }) => type === "status");
      return told?.["online"] === false && told["pending"] === 1 ? true : undefined;
    });
    expect(await countOutreach(handle)).toBe(0);
    expect(await host.end()).toBe(0);
    straighten();
    host = await desk.start();
    await hasStatus(desk, "all is sent", { pending: 0, online: true, is_complete: true });
    expect(await countOutreach(handle)).toBe(1);
    expect(await host.end()).toBe(0);
  },
);

test("a refused protocol is not asked for again and again", async () => {
  const desk = await newDesk("Patient");
  speak(2);
  const before = relay.passages.length;
  const host = await desk.start();
  await hasStatus(desk, "it is refused", { link_code: "unsupported_protocol" });
  for (let i = 0; i < 5; i++) await host.capture(makeCapture(`patient.${String(i)}`));
  expect(await host.end()).toBe(0);
  /* Once, and once more for the pairing that the host has met when it began. */
  expect(relay.passages.length - before).toBeLessThanOrEqual(2);
});

/* ---- An agent of the first release. ---- */

/** A push as the first release's agent writes it. */
function firstReleasePush(opId: string, handle: string): string {
  return (
    `{"protocol":1,"agent_version":"0.1.0","operations":[{"op_id":"${opId}","kind":"outreach",` +
    `"act_username":"studio.north","tar_username":"${handle}","thread_id":"340282366841710300949128",` +
    `"message_text":"Hello there.","sent_at":${String(Date.now())}}]}`
  );
}

test("a push of the first release's agent is taken, once, and answered in words that it reads", async () => {
  const desk = await newDesk("First release");
  const desktop = Client.desktop(server, desk.token);
  const body = firstReleasePush(makeOpId(), "first.release");
  for (const outcome of ["accepted", "duplicate"]) {
    const pushed = await desktop.expect<Schemas["PushResponse"]>(200, "POST", pushPath, { body });
    expect(pushed.results).toMatchObject([{ outcome }]);
    /* It reads these, and passes over what it does not know. */
    const [result] = pushed.results;
    expect([result?.elg_id, result?.olg_id, result?.act_id, result?.tar_id].join(" ")).toMatch(
      /^ELG-\w{10} OLG-\w{10} ACT-\w{8} TAR-\w{8}$/u,
    );
    expect(pushed.server_time).toBeGreaterThan(0);
  }
  expect(await countOutreach("first.release")).toBe(1);
});

/* ---- A server of the first release. ---- */

function refuse(status: number, code: string, field?: string): Answer {
  const problem = { type: "about:blank", title: code, status, code, detail: "An older server.", request_id: "0" };
  return {
    status,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify(field === undefined ? problem : { ...problem, field }),
  };
}

const firstPushKeys = new Set(["protocol", "agent_version", "operations"]);
const firstOperationKeys = new Set([
  ...["op_id", "kind", "act_username", "tar_username", "thread_id", "message_text", "sent_at"],
]);

/** What the first release does not know: pulls, streams, packed bodies and every field that came later. */
function answerAsFirstRelease(question: Question): Answer | undefined {
  const path = question.path.split("?")[0];
  if (path === pullPath || path === livePath) return refuse(404, "not_found");
  if (path !== pushPath) return undefined;
  if (question.headers["content-encoding"] !== undefined) return refuse(415, "unsupported_media_type");
  const body = JSON.parse(question.body.toString()) as { operations: object[] };
  const later = Object.keys(body).find((key) => !firstPushKeys.has(key));
  if (later !== undefined) return refuse(400, "unknown_field", `/${later}`);
  for (const [i, operation] of body.operations.entries()) {
    const unknown = Object.keys(operation).find((key) => !firstOperationKeys.has(key));
    if (unknown !== undefined) return refuse(400, "unknown_field", `/operations/${String(i)}/${unknown}`);
  }
  return undefined;
}

function becomeFirstRelease(): void {
  relay.bend = answerAsFirstRelease;
  relay.bendAnswer = (text) => {
    const { results, server_time } = JSON.parse(text) as Schemas["PushResponse"];
    return JSON.stringify({ results, server_time });
  };
}

describe("a server of the first release", () => {
  test("takes what an agent of today captures, and the agent finds the rest when it is updated", async () => {
    const desk = await newDesk("Ahead");
    becomeFirstRelease();
    const streams = relay.to(livePath).length;
    let host: Host = await desk.start();
    for (let i = 0; i < 3; i++) await host.capture(makeCapture(`ahead.${String(i)}`));
    expect(await hasStatus(desk, "all is sent", { pending: 0 })).toMatchObject({ rejected: 0, online: true });
    /* It has been answered, and knows now that the server names nothing that came later. */
    await host.capture(makeCapture("ahead.3"));
    expect(await hasStatus(desk, "all is sent", { pending: 0 })).toMatchObject({ rejected: 0, online: true });
    expect(relay.to(livePath).length).toBe(streams);
    expect(await desk.command("sync")).toMatchObject({ code: 0, stderr: "" });
    expect(await host.end()).toBe(0);
    expect(await desk.command("sync")).toMatchObject({ code: 0, stderr: "" });
    straighten();
    host = await desk.start();
    await hasStatus(desk, "it has the replica", { is_complete: true, pending: 0 });
    await until("it listens", () => (relay.to(livePath).at(streams)?.status === 200 ? true : undefined));
    expect(await countOutreach("ahead.3")).toBe(1);
    expect((await desk.lookUp("ahead.0"))["contacts"]).toMatchObject([{ is_pending: false }]);
    expect(await host.end()).toBe(0);
  });

  test("that takes the place of a newer one refuses clearly, and nothing is lost until that one is back", async () => {
    const desk = await newDesk("Put back");
    let host = await desk.start();
    await host.capture(makeCapture("put.back.before"));
    await hasStatus(desk, "it has the replica", { is_complete: true, pending: 0 });
    expect(await host.end()).toBe(0);
    becomeFirstRelease();
    host = await desk.start();
    await host.capture(makeCapture("put.back.meanwhile"));
    await until("its push was answered", () => {
      const last = relay.to(pushPath).at(-1);
      return last?.isOver === true ? true : undefined;
    });
    const meanwhile = await desk.json("status", "--json");
    expect(meanwhile["rejected"]).toBe(0);
    expect((await desk.lookUp("put.back.before"))["state"]).toBe("contacted");
    expect((await desk.lookUp("put.back.meanwhile"))["state"]).toBe("contacted");
    straighten();
    await hasStatus(desk, "all is sent", { pending: 0, rejected: 0 });
    expect(await countOutreach("put.back.meanwhile")).toBe(1);
    expect(await host.end()).toBe(0);
  });
});

/* ---- A server of the next release. ---- */

test("what a newer server says besides is passed over", async () => {
  const desk = await newDesk("Behind");
  const addTo = (object: unknown): object => ({ ...(object as object), said_since: { version: 3, words: ["new"] } });
  relay.bendAnswer = (text) => {
    const answer = JSON.parse(text) as Record<string, unknown>;
    const features = [...(answer["features"] as string[]), "of_the_next_release"];
    const bent = Object.entries({ ...answer, features, said_since: [1] }).map(([key, value]) =>
      Array.isArray(value) && value.every((item) => typeof item === "object") ? [key, value.map(addTo)] : [key, value],
    );
    return JSON.stringify(Object.fromEntries(bent));
  };
  const host = await desk.start();
  await host.capture(makeCapture("behind.one"));
  await hasStatus(desk, "all is sent", { pending: 0, is_complete: true, online: true });
  const other = await newDesk("Another behind");
  await other.command("sync");
  expect((await other.lookUp("behind.one"))["state"]).toBe("contacted");
  expect(await host.end()).toBe(0);
});
