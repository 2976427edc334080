// The hand-written checks against the contract's own schema: on good messages, and on thousands of broken ones, both
// must come to the same verdict. What the schema cannot say (bytes, halves of characters) is tested apart.

import { readFileSync } from "node:fs";

import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";

import { limits } from "@contract/contract";

import { checkLinkState } from "../src/messages/link-state";
import { checkToExtension, checkToHost } from "../src/messages/native";
import { checkOperation, fitsMessage, toMessageText } from "../src/messages/operation";
import { checkWake } from "../src/messages/wake";

const schema = JSON.parse(
  readFileSync(new URL("../../contract/native.schema.json", import.meta.url), "utf8"),
) as object;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
ajv.addSchema(schema, "native");
const schemaOf = (name: string): ((value: unknown) => boolean) => {
  const validate = ajv.getSchema(`native#/$defs/${name}`);
  if (validate === undefined) throw new Error(`The schema has no ${name}.`);
  return (value) => validate(value) === true;
};

const opId = "01890a5d-ac96-774b-bcce-b302099a8057";
const operation = {
  op_id: opId,
  kind: "outreach",
  act_username: "studio.north",
  tar_username: "mono_pizza",
  thread_id: "17_a-B",
  message_text: "Hello 🍕",
  sent_at: 1_700_000_000_000,
};
const status = {
  type: "status",
  protocol: 1,
  agent_version: "0.1.0",
  paired: true,
  online: false,
  pending: 0,
  rejected: 2,
};

const toHost: readonly object[] = [
  { type: "hello", protocol: 1, extension_version: "0.1.0" },
  { type: "capture", operation },
  { type: "status_request" },
];
const toExtension: readonly object[] = [
  { type: "ack", op_id: opId, outcome: "stored" },
  { type: "ack", op_id: opId, outcome: "duplicate" },
  { ...status, opr_name: "Jonas" },
  { type: "error", code: "ledger_full", detail: "The disk is full.", op_id: opId },
  { type: "error", code: "malformed_frame", detail: "" },
];

const oddValues: readonly unknown[] = [
  null, true, 0, -1, 1.5, 1, 2, 1e15, 253402300799999, 253402300800000, "", "a", "A", "ä", "a b", "x".repeat(31),
  "x".repeat(32), "x".repeat(33), "😀".repeat(32), "😀".repeat(33), "1".repeat(65), "outreach", "stored", "hello", "ack",
  opId, opId.toUpperCase(), opId.replace("-7", "-4"), opId.replace("-b", "-c"), `${opId}\n`, [], [operation], {}, operation,
]; // prettier-ignore

/** The value with each field, at any depth, left out, replaced by each odd value, or joined by an unknown one. */
function* broken(value: object): Generator<object> {
  yield { ...value, surprise: 1 };
  for (const [name, field] of Object.entries(value) as [string, unknown][]) {
    yield Object.fromEntries(Object.entries(value).filter(([each]) => each !== name));
    for (const odd of oddValues) yield { ...value, [name]: odd };
    if (typeof field === "object" && field !== null) {
      for (const inner of broken(field)) yield { ...value, [name]: inner };
    }
  }
}

describe.each([
  ["toHost", toHost, (value: unknown) => checkToHost(value).ok],
  ["toExtension", toExtension, (value: unknown) => checkToExtension(value).ok],
] as const)("a message of %s", (name, messages, check) => {
  const bySchema = schemaOf(name);

  test("is accepted as the contract writes it", () => {
    for (const message of messages) {
      expect(bySchema(message)).toBe(true);
      expect(check(message)).toBe(true);
    }
  });

  test("is accepted exactly when the contract's schema accepts it, whatever is broken", () => {
    const verdicts = { accepted: 0, refused: 0 };
    for (const each of [...messages.flatMap((message) => [...broken(message)]), ...oddValues]) {
      const verdict = bySchema(each);
      expect(check(each), JSON.stringify(each)).toBe(verdict);
      verdicts[verdict ? "accepted" : "refused"] += 1;
    }
    expect(verdicts.accepted).toBeGreaterThan(20);
    expect(verdicts.refused).toBeGreaterThan(300);
  });

  test("is refused if it is one of the other direction", () => {
    for (const other of name === "toHost" ? toExtension : toHost) expect(check(other)).toBe(false);
  });
});

describe("an operation", () => {
  test("may be without text", () => {
    const withoutText = Object.fromEntries(Object.entries(operation).filter(([name]) => name !== "message_text"));
    expect(checkOperation(withoutText).ok).toBe(true);
  });

  test("holds a text up to the contract's bytes and not one more", () => {
    const most = "é".repeat(limits.messageBytesMax / 2);
    expect(fitsMessage(most)).toBe(true);
    expect(fitsMessage(`${most}x`)).toBe(false);
    expect(checkOperation({ ...operation, message_text: most }).ok).toBe(true);
    expect(checkOperation({ ...operation, message_text: `${most}x` }).ok).toBe(false);
  });

  test("holds no NUL and no half of a character, which a text is freed of", () => {
    for (const text of ["a\0b", "\ud83d", "\udf55 x"]) {
      expect(checkOperation({ ...operation, message_text: text }).ok).toBe(false);
      expect(checkOperation({ ...operation, message_text: toMessageText(text) }).ok).toBe(true);
    }
    expect(toMessageText("Pizza 🍕\n\t<b>")).toBe("Pizza 🍕\n\t<b>");
  });

  test("fits a native frame even when each character needs an escape", () => {
    const worst = "\u0001".repeat(limits.messageBytesMax);
    expect(checkToHost({ type: "capture", operation: { ...operation, message_text: worst } }).ok).toBe(true);
  });

  test("that inherits its fields is refused", () => {
    expect(checkOperation(Object.create(operation)).ok).toBe(false);
    expect(checkOperation(JSON.parse(`{"__proto__": ${JSON.stringify(operation)}}`)).ok).toBe(false);
  });
});

describe("a message within the extension", () => {
  test("is the link's state, checked to its depth", () => {
    const state = { link: "linked", status, refused: 0, refusal: null };
    expect(checkLinkState(state).ok).toBe(true);
    expect(checkLinkState({ ...state, status: null, refusal: "ledger_full", link: "missing" }).ok).toBe(true);
    for (const wrong of [
      { link: "lost" },
      { status: { ...status, pending: -1 } },
      { refused: "1" },
      { refusal: 1 },
      { x: 1 },
    ]) {
      expect(checkLinkState({ ...state, ...wrong }).ok).toBe(false);
    }
    expect(checkLinkState(undefined).ok).toBe(false);
  });

  test("is a wake and nothing else", () => {
    expect(checkWake({ type: "wake" }).ok).toBe(true);
    for (const wrong of [undefined, null, "wake", { type: "sleep" }, { type: "wake", x: 1 }]) {
      expect(checkWake(wrong).ok).toBe(false);
    }
  });
});
