// Edits as desktops push them: which value holds, what is told of the one that lost, who is excluded, and when it happened.

import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Client, home, join, makeOperation, makeOpId, pair, push, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

type SetField = Schemas["SetFieldOperation"];
type Operation = Schemas["Operation"];

let server: Server;
let anna: Client;
let desktop: Client;
let other: Client;

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  ({ desktop } = await pair(server, anna));
  ({ desktop: other } = await pair(server, anna, "Another"));
});
afterAll(async () => {
  await server.end();
});

const path = "/api/v1/sync/push";
/** A hybrid time of so many milliseconds from now. */
const at = (ms: number): number => (Date.now() + ms) * 1024;

const shared = (): { op_id: string; sent_at: number } => ({ op_id: makeOpId(), sent_at: Date.now() });

function set(handle: string, field: Schemas["TargetField"], value: string, time: number): SetField {
  return { ...shared(), kind: "set_field", tar_username: handle, field, value, hybrid_time: time };
}

function toggle(kind: "exclude" | "lift", handle: string, time: number, reason?: string): Operation {
  const operation = {
    ...shared(),
    tar_username: handle,
    hybrid_time: time,
    ...(reason === undefined ? {} : { reason }),
  };
  return kind === "exclude" ? { ...operation, kind } : { ...operation, kind };
}

/** Pushes one operation, which must be accepted. */
async function accepted(by: Client, operation: Operation): Promise<Schemas["OperationResult"]> {
  const [result] = await push(by, operation);
  expect(result?.outcome).toBe("accepted");
  if (result === undefined) throw new Error("There is no result.");
  return result;
}

const lead = async (tarId = ""): Promise<Schemas["LeadDetail"]> =>
  anna.expect<Schemas["LeadDetail"]>(200, "GET", `/api/v1/leads/${tarId}`);
const history = async (tarId = ""): Promise<Schemas["HistoryPage"]> =>
  anna.expect<Schemas["HistoryPage"]>(200, "GET", `/api/v1/targets/${tarId}/history`);
const entryOf = async (elgId = ""): Promise<Schemas["LogEntry"]> =>
  (await anna.expect<Schemas["LogDetail"]>(200, "GET", `/api/v1/logs/${elgId}`)).entry;

describe("a field", () => {
  test("holds the later value, and the history tells both", async () => {
    const time = at(-5000);
    const late = await accepted(desktop, set("field.one", "email", "late@b.example", time + 1));
    const early = await accepted(other, set("field.one", "email", "early@b.example", time));
    expect(early.tar_id).toBe(late.tar_id);
    expect(early).not.toHaveProperty("olg_id");
    expect(early).not.toHaveProperty("act_id");
    expect((await lead(late.tar_id)).lead.email).toBe("late@b.example");
    const { items } = await history(late.tar_id);
    const changes = new Map(items.map(({ entry, changes: [change] }) => [entry.elg_id, change]));
    expect(changes.get(late.elg_id ?? "")).toMatchObject({ has_won: true, state_before: "Not Searched" });
    expect(changes.get(early.elg_id ?? "")).toMatchObject({ has_won: false, value_after: "early@b.example" });
  });

  test("of every kind is set in the order of the push", async () => {
    const time = at(-5000);
    const results = await push(
      desktop,
      makeOperation({ tar_username: "field.two" }),
      set("field.two", "tar_status", "Warm", time),
      set("field.two", "notes", "Likes éclairs. 🍰", time + 1),
      {
        ...shared(),
        kind: "set_field",
        tar_username: "field.two",
        field: "phone_num",
        value_state: "Not Found",
        hybrid_time: time + 2,
      },
      set("field.two", "cont_source", "Bio", time + 3),
      set("field.two", "tar_status", "Booked", time + 4),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(Array<string>(6).fill("accepted"));
    const detail = await lead(results[0]?.tar_id);
    expect(detail.notes).toBe("Likes éclairs. 🍰");
    expect(detail.lead).toMatchObject({ tar_status: "Booked", phone_num_state: "Not Found", cont_source: "Bio" });
  });

  test("takes no more from a clock that is a day ahead than from one that is right", async () => {
    const first = await accepted(desktop, set("field.three", "notes", "From tomorrow.", at(86_400_000)));
    await accepted(other, set("field.three", "notes", "Of now.", at(1000)));
    expect((await lead(first.tar_id)).notes).toBe("Of now.");
  });

  test("keeps the order of one desktop whose clock is ahead", async () => {
    const time = at(86_400_000);
    const results = await push(
      desktop,
      set("field.four", "tar_status", "Warm", time),
      set("field.four", "tar_status", "Booked", time + 1),
      toggle("exclude", "field.four", time + 2),
      toggle("lift", "field.four", time + 3),
    );
    expect((await lead(results[0]?.tar_id)).lead.tar_status).toBe("Booked");
  });

  test("again is a duplicate with the same ids; with another value it is rejected", async () => {
    const operation = set("field.five", "notes", "Once.", at(0));
    const first = await accepted(desktop, operation);
    const before = await home(anna);
    expect((await push(desktop, operation))[0]).toEqual({ ...first, outcome: "duplicate" });
    const [rejected] = await push(desktop, { ...operation, value: "Twice." });
    expect(rejected).toMatchObject({ outcome: "rejected", problem: { code: "op_conflict" } });
    expect(await home(anna)).toEqual(before);
  });
});

describe("an exclusion", () => {
  test("stands before the stage until it is lifted", async () => {
    const time = at(-5000);
    const first = await accepted(desktop, makeOperation({ tar_username: "out.one" }));
    const excluded = await accepted(desktop, toggle("exclude", "out.one", time, "Asked us to stop."));
    await accepted(other, set("out.one", "tar_status", "Warm", time + 1));
    expect((await lead(first.tar_id)).lead.tar_status).toBe("Excluded");
    expect((await entryOf(excluded.elg_id)).details).toBe("Cold No Reply -> Excluded: Asked us to stop.");
    await accepted(other, toggle("lift", "out.one", time + 2));
    expect((await lead(first.tar_id)).lead.tar_status).toBe("Warm");
  });

  test("of a handle that nobody wrote to is there when somebody does", async () => {
    const excluded = await accepted(desktop, toggle("exclude", "out.two", at(0)));
    expect(excluded).not.toHaveProperty("tar_id");
    const message = await accepted(other, makeOperation({ tar_username: "out.two" }));
    expect((await lead(message.tar_id)).lead.tar_status).toBe("Excluded");
  });
});

describe("when it happened", () => {
  /** Pushes one message with what is told of its time; gives how long before now it is dated. */
  async function agoOf(
    operation: Schemas["OutreachOperation"],
    more: Partial<Schemas["PushRequest"]>,
  ): Promise<number> {
    const json = { protocol: 1, operations: [operation], ...more };
    const answer = await desktop.expect<Schemas["PushResponse"]>(200, "POST", path, { json });
    return answer.server_time - (await entryOf(answer.results[0]?.elg_id)).created_at;
  }

  test("is told by the age, whatever the desktop's clock says", async () => {
    expect(await agoOf(makeOperation({ sent_at: 5 }), { ages_ms: [3_600_000] })).toBe(3_600_000);
    expect(await agoOf(makeOperation({ sent_at: Date.now() + 1e9 }), { ages_ms: [0] })).toBe(0);
  });

  test("is told by the clock as far as it is known to be wrong, where no age is or one that nobody can believe", async () => {
    const ago = await agoOf(makeOperation({ sent_at: Date.now() - 7_200_000 }), {
      ages_ms: [null],
      clock_ahead_ms: 3_600_000,
    });
    expect(Math.abs(ago - 10_800_000)).toBeLessThan(60_000);
    const old = await agoOf(makeOperation({ sent_at: Date.now() - 7_200_000 }), { ages_ms: [7_776_000_001] });
    expect(Math.abs(old - 7_200_000)).toBeLessThan(60_000);
  });

  test("is never in the future", async () => {
    expect(await agoOf(makeOperation({ sent_at: Date.now() + 30_000 }), {})).toBe(0);
    expect(await agoOf(makeOperation(), { clock_ahead_ms: -86_400_000 })).toBe(0);
  });
});

test("an answer names what the server takes", async () => {
  const json = { protocol: 1, operations: [makeOperation()] };
  const { features } = await desktop.expect<Schemas["PushResponse"]>(200, "POST", path, { json });
  expect(features).toEqual(expect.arrayContaining(["hybrid_time", "ages_ms", "set_field", "exclude", "lift"]));
});

describe("what is refused leaves nothing behind:", () => {
  const edit = (): Record<string, unknown> => ({ ...set("refused", "notes", "x", at(0)) });
  const without = (field: string): Record<string, unknown> =>
    Object.fromEntries(Object.entries(edit()).filter(([key]) => key !== field));

  test.each<[string, Record<string, unknown>, string, string]>([
    ["no hybrid time", without("hybrid_time"), "400 missing_field", "/operations/0/hybrid_time"],
    ["a hybrid time of 54 bits", { ...edit(), hybrid_time: 2 ** 53 }, "400 invalid_field", "/operations/0/hybrid_time"],
    ["a field that is none", { ...edit(), field: "tar_id" }, "400 invalid_field", "/operations/0/field"],
    [
      "Excluded as a stage",
      { ...edit(), field: "tar_status", value: "Excluded" },
      "400 invalid_field",
      "/operations/0/value",
    ],
    [
      "a contact without a value or a state",
      { ...without("value"), field: "email" },
      "400 invalid_field",
      "/operations/0/value",
    ],
    ["notes that are too long", { ...edit(), value: "é".repeat(4001) }, "400 invalid_field", "/operations/0/value"],
    ["a message's thread", { ...edit(), thread_id: "1" }, "400 unknown_field", "/operations/0/thread_id"],
  ])("%s", async (_, operation, problem, field) => {
    const before = await home(anna);
    const reply = await desktop.call("POST", path, { json: { protocol: 1, operations: [operation] } });
    const said = reply.json as Schemas["Problem"];
    expect(`${String(reply.status)} ${said.code} ${said.field ?? ""}`).toBe(`${problem} ${field}`);
    expect(await home(anna)).toEqual(before);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["ages of other operations", { ages_ms: [1, 2] }, "/ages_ms"],
    ["an age that is negative", { ages_ms: [-1] }, "/ages_ms/0"],
    ["an age that is a text", { ages_ms: ["1"] }, "/ages_ms/0"],
    ["a clock that is ahead by a text", { clock_ahead_ms: "1" }, "/clock_ahead_ms"],
  ])("%s", async (_, more, field) => {
    const json = { protocol: 1, operations: [makeOperation()], ...more };
    const reply = await desktop.call("POST", path, { json });
    expect(reply.status).toBe(400);
    expect((reply.json as Schemas["Problem"]).field).toBe(field);
  });

  test("a small body that unpacks to a large one", async () => {
    const bomb = gzipSync(Buffer.alloc(512 * 1024 * 1024, " "));
    expect(bomb.length).toBeLessThan(1_048_576);
    const call = { body: bomb, headers: { "Content-Encoding": "gzip" } };
    expect(await desktop.problem("POST", path, call)).toBe("413 body_too_large");
    expect((await home(anna)).totals.logs).toBeGreaterThan(0);
  });

  test.each<[string, (packed: Buffer) => Buffer, string, string]>([
    ["a packed body that is cut", (packed) => packed.subarray(0, -9), "gzip", "400 malformed_request"],
    ["bytes behind a packed body", (packed) => Buffer.concat([packed, packed]), "gzip", "400 malformed_request"],
    ["a plain body that calls itself packed", () => Buffer.from("{}"), "gzip", "400 malformed_request"],
    ["another packing", (packed) => packed, "br", "415 unsupported_media_type"],
  ])("%s", async (_, harm, encoding, problem) => {
    const packed = gzipSync(JSON.stringify({ protocol: 1, operations: [makeOperation()] }));
    const call = { body: harm(packed), headers: { "Content-Encoding": encoding } };
    expect(await desktop.problem("POST", path, call)).toBe(problem);
  });
});
