// A push is kept whole or not at all, each operation once; whatever is wrong with it leaves nothing behind.

import { request } from "node:http";
import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Client, home, join, makeOperation, makeOpId, pair, push, type Schemas, send } from "./client.ts";
import { Server } from "./server.ts";

let server: Server;
let anna: Client;
let desktop: Client;
let token: string;

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  ({ desktop, token } = await pair(server, anna));
});
afterAll(async () => {
  await server.end();
});

async function textOf(elgId: string | undefined): Promise<string | undefined> {
  return (await anna.expect<Schemas["LogDetail"]>(200, "GET", `/api/v1/logs/${elgId ?? ""}`)).message_text;
}

describe("what is kept", () => {
  test.each([
    ["a plain message", "Hello there."],
    ["every kind of quote and bracket", `"double" 'single' \`tick\` <b>&amp;</b> </script> \\ \\n {} [] ;--`],
    ["emoji of several code points", "👩‍👩‍👧‍👦 🏳️‍🌈 👋🏽 🇩🇪 1️⃣"],
    ["many scripts", "Grüße, Ελληνικά, русский, العربية, עברית, हिन्दी, 日本語, 한국어, ไทย"],
    ["combining marks that are not composed", "é ≠ é"],
    ["lines, tabs and spaces at the ends", "  \n\tfirst\r\n\n second \n "],
    ["direction marks and invisible characters", "a\u200Bb\u202Ec\u2066d\uFEFF"],
    ["control characters", "\u0001\u001b[31m\u007f\u0085"],
    ["10,000 characters", "Ünïcödé 🚀".repeat(1000)],
    ["a character outside the basic plane at the preview's end", "x".repeat(279) + "🚀🚀"],
  ])("%s comes back exactly", async (_, message) => {
    const [result] = await push(desktop, makeOperation({ message_text: message }));
    expect(result?.outcome).toBe("accepted");
    expect(await textOf(result?.elg_id)).toBe(message);
    const { activity } = await home(anna);
    const entry = activity.find(({ elg_id }) => elg_id === result?.elg_id);
    const characters = Array.from(message);
    expect(entry?.message_characters).toBe(characters.length);
    expect(entry?.message_preview).toBe(characters.slice(0, 280).join(""));
  });

  test("a message without text is an event without text", async () => {
    const operation = makeOperation();
    delete operation.message_text;
    const [result] = await push(desktop, operation);
    const detail = await anna.expect<Schemas["LogDetail"]>(200, "GET", `/api/v1/logs/${result?.elg_id ?? ""}`);
    expect(detail).not.toHaveProperty("message_text");
    expect(detail.entry.message_characters).toBe(0);
  });

  test("a text as long as the limit is kept, a byte more is refused", async () => {
    const longest = "é".repeat(65536 / 2);
    const [result] = await push(desktop, makeOperation({ message_text: longest }));
    expect(await textOf(result?.elg_id)).toBe(longest);
    const json = { protocol: 1, operations: [makeOperation({ message_text: `${longest}x` })] };
    expect(await desktop.problem("POST", "/api/v1/sync/push", { json })).toBe("400 invalid_field");
  });

  test("200 operations at once are answered one by one, in order", async () => {
    const operations = Array.from({ length: 200 }, (_, i) => makeOperation({ message_text: `Number ${String(i)}` }));
    const results = await push(desktop, ...operations);
    expect(results.map(({ op_id }) => op_id)).toEqual(operations.map(({ op_id }) => op_id));
    expect(new Set(results.map(({ elg_id }) => elg_id)).size).toBe(200);
  });

  test("one actor and one target are made per handle", async () => {
    const before = (await home(anna)).totals;
    const first = makeOperation({ tar_username: "new.lead_1", act_username: "studio.south" });
    const second = makeOperation({ tar_username: "new.lead_1", act_username: "studio.south" });
    const results = await push(desktop, first, second);
    expect(results[0]?.tar_id).toBe(results[1]?.tar_id);
    expect(results[0]?.act_id).toBe(results[1]?.act_id);
    const after = (await home(anna)).totals;
    expect(after).toEqual({ ...before, actors: before.actors + 1, targets: before.targets + 1, logs: before.logs + 2 });
  });

  test("a desktop's clock that runs ahead does not date an event into the future, one that is behind is believed", async () => {
    const ahead = makeOperation({ sent_at: Date.now() + 3_600_000 });
    const behind = makeOperation({ sent_at: Date.now() - 30 * 86_400_000 });
    const results = await push(desktop, ahead, behind);
    const entries = await Promise.all(
      results.map(
        async ({ elg_id }) =>
          (await anna.expect<Schemas["LogDetail"]>(200, "GET", `/api/v1/logs/${elg_id ?? ""}`)).entry,
      ),
    );
    expect(entries[0]?.created_at).toBeLessThanOrEqual(Date.now());
    expect(entries[0]?.sent_at).toBe(ahead.sent_at);
    expect(entries[1]?.created_at).toBe(behind.sent_at);
  });
});

describe("a packed body", () => {
  const packed = { "Content-Encoding": "gzip" };

  test("is taken as a plain one, and is known again unpacked", async () => {
    const operation = makeOperation({ message_text: "Packed and sent. ".repeat(100) });
    const body = gzipSync(JSON.stringify({ protocol: 1, operations: [operation] }));
    expect(body.includes(0)).toBe(true);
    const first = await desktop.expect<Schemas["PushResponse"]>(200, "POST", "/api/v1/sync/push", {
      body,
      headers: packed,
    });
    expect(first.results[0]?.outcome).toBe("accepted");
    expect((await push(desktop, operation))[0]?.outcome).toBe("duplicate");
  });

  test("with a NUL in its text is refused as a plain one is", async () => {
    const text = JSON.stringify({ protocol: 1, operations: [makeOperation()] }).replace("Hello", "He\0llo");
    const call = { body: gzipSync(text), headers: packed };
    expect(await desktop.problem("POST", "/api/v1/sync/push", call)).toBe("400 malformed_json");
  });
});

describe("what is repeated", () => {
  test("the same operation again is a duplicate with the same ids", async () => {
    const operation = makeOperation();
    const [first] = await push(desktop, operation);
    const before = await home(anna);
    const [second] = await push(desktop, operation);
    expect(second).toEqual({ ...first, outcome: "duplicate" });
    expect(await home(anna)).toEqual(before);
  });

  test("the same keys in another order are the same operation", async () => {
    const operation = makeOperation();
    await push(desktop, operation);
    const turned = Object.fromEntries(Object.entries(operation).reverse()) as Schemas["OutreachOperation"];
    expect((await push(desktop, turned))[0]?.outcome).toBe("duplicate");
  });

  test("the same op_id with other content is rejected alone, with a reason", async () => {
    const operation = makeOperation();
    const [first] = await push(desktop, operation);
    const logs = (await home(anna)).totals.logs;
    const results = await push(desktop, { ...operation, message_text: "Something else." }, makeOperation());
    expect(results[0]).toMatchObject({ outcome: "rejected", problem: { status: 409, code: "op_conflict" } });
    expect(results[0]).not.toHaveProperty("elg_id");
    expect(results[1]?.outcome).toBe("accepted");
    expect((await home(anna)).totals.logs).toBe(logs + 1);
    expect(await textOf(first?.elg_id)).toBe(operation.message_text);
  });

  test("twenty pushes of one operation at once make one event", async () => {
    const operation = makeOperation();
    const logs = (await home(anna)).totals.logs;
    const results = await Promise.all(Array.from({ length: 20 }, async () => (await push(desktop, operation))[0]));
    expect(results.filter((result) => result?.outcome === "accepted")).toHaveLength(1);
    expect(new Set(results.map((result) => result?.elg_id)).size).toBe(1);
    expect((await home(anna)).totals.logs).toBe(logs + 1);
  });

  test("what was acknowledged is there after a kill, and is known again", async () => {
    const operation = makeOperation({ message_text: "Acknowledged, then the power went." });
    const [first] = await push(desktop, operation);
    await server.kill();
    await server.startAgain();
    expect(await textOf(first?.elg_id)).toBe(operation.message_text);
    expect((await push(desktop, operation))[0]).toEqual({ ...first, outcome: "duplicate" });
  });
});

describe("what is refused leaves nothing behind:", () => {
  const path = "/api/v1/sync/push";
  const good = JSON.stringify({ protocol: 1, operations: [makeOperation()] });

  /** Whatever happens in `refuse`, totals, log and feed are as they were. */
  async function unchanged(refuse: () => Promise<void>): Promise<void> {
    const before = await home(anna);
    await refuse();
    expect(await home(anna)).toEqual(before);
  }

  function within(more: Record<string, unknown>): string {
    return JSON.stringify({ protocol: 1, operations: [makeOperation(), { ...makeOperation(), ...more }] });
  }

  function without(field: string): string {
    const operation = Object.fromEntries(Object.entries(makeOperation()).filter(([key]) => key !== field));
    return JSON.stringify({ protocol: 1, operations: [operation] });
  }

  test.each<[string, string, string, string | undefined]>([
    ["no JSON", "hello", "400 malformed_json", undefined],
    ["nothing", "", "400 malformed_json", undefined],
    ["half a document", good.slice(0, -2), "400 malformed_json", undefined],
    ["two documents", good + good, "400 malformed_json", undefined],
    ["an array", `[${good}]`, "400 malformed_json", undefined],
    ["a duplicate key", good.replace('"protocol":1', '"protocol":1,"protocol":1'), "400 malformed_json", undefined],
    ["a duplicate key inside", good.replace('"kind"', '"op_id":"x","kind"'), "400 malformed_json", undefined],
    ["a NUL byte", good.replace("Hello", "He\0llo"), "400 malformed_json", undefined],
    ["an escaped NUL", good.replace("Hello", "He\\u0000llo"), "400 malformed_json", undefined],
    ["deep nesting", `{"protocol":${"[".repeat(200)}${"]".repeat(200)}}`, "400 malformed_json", undefined],
    ["half a surrogate pair", good.replace("Hello", "He\\ud83dllo"), "400 malformed_json", undefined],
    ["a comment", good.replace("{", "{/* */"), "400 malformed_json", undefined],
    ["another protocol", good.replace('"protocol":1', '"protocol":2'), "400 unsupported_protocol", "/protocol"],
    ["a protocol in quotes", good.replace('"protocol":1', '"protocol":"1"'), "400 invalid_field", "/protocol"],
    ["no operations", JSON.stringify({ protocol: 1, operations: [] }), "400 invalid_field", "/operations"],
    ["no such field", JSON.stringify({ protocol: 1 }), "400 missing_field", "/operations"],
    ["an unknown field", good.replace("{", '{"opr_id":"x",'), "400 unknown_field", "/opr_id"],
    ["an unknown field inside", within({ opr_id: "OPR-00000000" }), "400 unknown_field", "/operations/1/opr_id"],
    ["an operation that is none", '{"protocol":1,"operations":[7]}', "400 invalid_field", "/operations/0"],
    ["a handle in capitals", within({ tar_username: "Mono.Pizza" }), "400 invalid_field", "/operations/1/tar_username"],
    ["a handle with spaces", within({ act_username: "a b" }), "400 invalid_field", "/operations/1/act_username"],
    ["a long handle", within({ tar_username: "x".repeat(31) }), "400 invalid_field", "/operations/1/tar_username"],
    ["a UUID of version 4", within({ op_id: crypto.randomUUID() }), "400 invalid_field", "/operations/1/op_id"],
    ["an op_id in capitals", within({ op_id: makeOpId().toUpperCase() }), "400 invalid_field", "/operations/1/op_id"],
    ["an unknown kind", within({ kind: "delete" }), "400 invalid_field", "/operations/1/kind"],
    ["a thread with a slash", within({ thread_id: "a/b" }), "400 invalid_field", "/operations/1/thread_id"],
    ["an empty text", within({ message_text: "" }), "400 invalid_field", "/operations/1/message_text"],
    ["a text that is null", within({ message_text: null }), "400 invalid_field", "/operations/1/message_text"],
    ["a time with a fraction", within({ sent_at: 1.5 }), "400 invalid_field", "/operations/1/sent_at"],
    ["a negative time", within({ sent_at: -1 }), "400 invalid_field", "/operations/1/sent_at"],
    ["a time beyond every calendar", within({ sent_at: 1e15 }), "400 invalid_field", "/operations/1/sent_at"],
    ["no op_id", without("op_id"), "400 missing_field", "/operations/0/op_id"],
    ["no handle", without("tar_username"), "400 missing_field", "/operations/0/tar_username"],
  ])("%s", async (_, body, problem, field) => {
    await unchanged(async () => {
      const reply = await desktop.call("POST", path, { body });
      const said = reply.json as Schemas["Problem"];
      expect(`${String(reply.status)} ${said.code}`).toBe(problem);
      expect(said.field).toBe(field);
    });
  });

  test("more operations than a push may have", async () => {
    await unchanged(async () => {
      const json = { protocol: 1, operations: Array.from({ length: 201 }, () => makeOperation()) };
      expect(await desktop.problem("POST", path, { json })).toBe("400 invalid_field");
    });
  });

  test("bytes that are no UTF-8", async () => {
    await unchanged(async () => {
      const body = Buffer.from(good.replace("Hello", "H\u00ffllo"), "latin1");
      expect(await desktop.problem("POST", path, { body })).toBe("400 malformed_json");
    });
  });

  test("a body over the limit, as soon as it is announced", async () => {
    await unchanged(async () => {
      expect(await announce(1_048_577)).toBe(413);
      expect(await announce(2 ** 40)).toBe(413);
    });
  });

  /** Announces a body and sends nothing of it; gives the status. */
  async function announce(size: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Content-Length": size };
      const sent = request(`${server.url}${path}`, { method: "POST", headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
        sent.destroy();
      });
      sent.on("error", reject);
      sent.flushHeaders();
    });
  }

  test.each<[string, Record<string, string>, string]>([
    ["no token", { Authorization: "" }, "401 unauthenticated"],
    ["another scheme", { Authorization: "Basic YTpi" }, "401 unauthenticated"],
    ["a token that nobody has", { Authorization: `Bearer ${"A".repeat(43)}` }, "401 invalid_token"],
    ["a token of another form", { Authorization: "Bearer x" }, "401 invalid_token"],
    ["a form", { "Content-Type": "application/x-www-form-urlencoded" }, "415 unsupported_media_type"],
    ["plain text", { "Content-Type": "text/plain" }, "415 unsupported_media_type"],
    ["JSON with a tail", { "Content-Type": "application/jsonp" }, "415 unsupported_media_type"],
  ])("%s", async (_, headers, problem) => {
    await unchanged(async () => {
      expect(await desktop.problem("POST", path, { body: good, headers })).toBe(problem);
    });
  });

  test("the token with a character changed", async () => {
    await unchanged(async () => {
      const last = token.endsWith("A") ? "B" : "A";
      const stranger = Client.desktop(server, token.slice(0, -1) + last);
      expect(await stranger.problem("POST", path, { body: good })).toBe("401 invalid_token");
    });
  });

  test("a person's cookie instead of a desktop's token", async () => {
    await unchanged(async () => {
      expect(await anna.problem("POST", path, { body: good })).toBe("401 unauthenticated");
    });
  });

  test.each(["GET", "PUT", "PATCH", "DELETE"])("the method %s", async (method) => {
    await unchanged(async () => {
      const reply = await desktop.call(method, path);
      expect(reply.status).toBe(405);
      expect(reply.headers.allow).toBe("POST");
    });
  });

  test("another host's name", async () => {
    await unchanged(async () => {
      expect(await desktop.problem("POST", path, { body: good, headers: { Host: "evil.example" } })).toBe(
        "403 wrong_host",
      );
    });
  });

  test("an unknown path", async () => {
    await unchanged(async () => {
      expect(await desktop.problem("POST", "/api/v1/sync/none", { body: good })).toBe("404 not_found");
      expect((await send(server.url, "GET", "/api/v2/home")).status).toBe(404);
    });
  });
});
