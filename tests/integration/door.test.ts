// The door of the server, attacked byte by byte: each case of door-cases.txt is answered as RFC 9112 and 9110 ask, never with a
// fault of the server's, never by silence, and others are answered after every one.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { send } from "./client.ts";
import { type DoorCase, play, readDoorCases, Wire } from "./door.ts";
import { Server } from "./server.ts";

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

test("a client that sends requests and never reads an answer delays nobody", async () => {
  const wire = await Wire.open(server.port);
  wire.socket.pause();
  const requests = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${String(server.port)}\r\n\r\n`.repeat(2000);
  wire.socket.write(requests, "latin1");
  for (let i = 0; i < 20; i++) await expectOthersAnswered(server);
  wire.close();
});
