// What every route refuses, as cases made from contract/openapi.yaml: members and parameters that it does not know, those
// that come twice, wrong types, texts that are too long, ids that are guessed. Nothing of it is written.

import type { OutgoingHttpHeaders } from "node:http";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { recipes } from "./route-recipes.ts";
import { routes, schemaOf, type Parameter, type Route, type Schema } from "./routes.ts";
import { World, type Asked } from "./route-world.ts";
import { contentsOf } from "./world-contents.ts";

type Members = Readonly<Record<string, unknown>>;

/** A request that is to be refused, and the answers that it may get. */
interface Case {
  readonly what: string;
  readonly asked: Partial<Asked>;
  readonly answers: readonly string[];
  readonly headers?: OutgoingHttpHeaders;
}

let world: World;
let desktop: string;

beforeAll(async () => {
  world = await World.create();
  desktop = (await world.pair("operator")).token;
}, 120_000);
afterAll(async () => {
  await world.end();
});

/** Somebody who may. */
const headersOf = (route: Route): OutgoingHttpHeaders =>
  route.isDesktops ? { Authorization: `Bearer ${desktop}` } : world.owner.pageHeaders();

// ---- Bodies. ----

const invalid = ["400 invalid_field"];
/** A protocol is asked for before anything else. */
const invalidOf = (name: string): string[] =>
  name === "protocol" ? [...invalid, "400 unsupported_protocol"] : invalid;

/** A text in a password's place may be one: then it is a wrong one, or one that is not taken. */
const textAnswers = (name: string): string[] => [
  ...invalid,
  "400 malformed_json",
  ...(["issuer", "subject"].includes(name) ? ["404 not_found"] : []), // A provider's texts: any may be one.
  ...(name.endsWith("password") ? ["400 password_refused", "401 wrong_password", "401 invalid_link"] : []),
];

function typesOf(schema: Schema): readonly string[] {
  const { type } = schemaOf(schema);
  return type === undefined ? [] : typeof type === "string" ? [type] : type;
}

/** Values of every type but the member's own. */
function otherValues(schema: Schema): unknown[] {
  const types = typesOf(schema);
  const values: readonly [string, unknown][] = [
    ["string", "text"],
    ["integer", 7],
    ["number", 1.5],
    ["boolean", true],
    ["array", ["text"]],
    ["object", { name: "text" }],
    ["null", null],
  ];
  return values.filter(([type]) => !types.includes(type)).map(([, value]) => value);
}

function memberCases(name: string, schema: Schema, valid: Members): Case[] {
  const without = Object.fromEntries(Object.entries(valid).filter(([key]) => key !== name));
  const wrong = otherValues(schema).map((value) => ({
    what: `${name} as ${JSON.stringify(value)}`,
    asked: { json: { ...valid, [name]: value } },
    answers: invalidOf(name),
  }));
  const long = "x".repeat((schemaOf(schema).maxLength ?? 300) + 1);
  const texts = typesOf(schema).includes("string")
    ? [
        ["too long", long],
        ["empty", ""],
        ["with a NUL", "a\u0000b"],
        ...(schemaOf(schema)["x-multiline"] === true ? [] : [["with a line's end", "a\nb"]]),
      ]
    : [];
  return [
    ...wrong,
    ...texts.map(([what = "", text]) => ({
      what: `${name} ${what}`,
      asked: { json: { ...valid, [name]: text } },
      answers: textAnswers(name),
    })),
    ...(name in without || !(name in valid)
      ? []
      : [{ what: `no ${name}`, asked: { json: without }, answers: ["400 missing_field"] }]),
  ];
}

/** The same of objects in an array. */
function itemCases(valid: Members): Case[] {
  return Object.entries(valid).flatMap(([name, items]) => {
    const [first] = Array.isArray(items) ? (items as unknown[]) : [];
    if (typeof first !== "object" || first === null) return [];
    return ["opr_id", "device_id", "elg_id"].map((unknown) => ({
      what: `a member ${unknown} of an item of ${name} that it does not know`,
      asked: { json: { ...valid, [name]: [{ ...first, [unknown]: "OPR-00000000" }] } },
      answers: ["400 unknown_field"],
    }));
  });
}

function bodyCases(route: Route, valid: Members): Case[] {
  const members = Object.entries(route.body?.properties ?? {});
  const required = route.body?.required ?? [];
  const text = JSON.stringify(valid);
  const [[first, value] = ["", ""]] = Object.entries(valid);
  const twice = `{${JSON.stringify(first)}:${JSON.stringify(value)},${text.slice(1)}`;
  const whole = (what: string, body: string | Buffer, ...answers: readonly string[]): Case => ({
    what,
    asked: { body },
    answers: answers.length > 0 ? answers : ["400 malformed_json"],
  });
  return [
    ...["opr_id", "role", "is_admin", "__proto__", "created_at"]
      .filter((name) => !members.some(([known]) => known === name))
      .map((name) => ({
        what: `a member ${name} that it does not know`,
        asked: { body: `{${JSON.stringify(name)}:"owner",${text.slice(1)}` },
        answers: ["400 unknown_field"],
      })),
    whole("a member twice", twice),
    whole("no body", ""),
    whole("nothing but a space", " "),
    whole("an array", `[${text}]`),
    whole("null", "null"),
    whole("a text", '"text"'),
    whole("half of it", text.slice(0, -1)),
    whole("more behind it", `${text}{}`),
    whole("a comment in it", `{/**/${text.slice(1)}`),
    whole("what is no UTF-8", Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0x7d])])),
    whole("a hundred arrays in each other", `{"x":${"[".repeat(100)}${"]".repeat(100)},${text.slice(1)}`),
    whole("two million bytes", `{"x":"${"x".repeat(2_000_000)}"}`, "413 body_too_large"),
    {
      what: "another type",
      asked: { body: text },
      answers: ["415 unsupported_media_type"],
      headers: { "Content-Type": "text/plain" },
    },
    ...itemCases(valid),
    ...members
      .flatMap(([name, schema]) => memberCases(name, schema, valid))
      .filter(({ what }) => !what.startsWith("no ") || required.includes(what.slice(3))),
  ];
}

// ---- Parameters of the query. ----

function parameterCases(path: string, { name, schema: given }: Parameter): Case[] {
  const schema = schemaOf(given);
  const isNumber = typesOf(schema).includes("integer");
  const values = isNumber
    ? ["x", "", "-1", "1.5", "1e3", "0x10", " 1", "9".repeat(30)]
    : ["", `${"x".repeat((schema.maxLength ?? 300) + 1)}!`, "a%00b", "%ff"];
  return [
    ...values.map((value) => ({
      what: `${name}=${value.slice(0, 20)}`,
      asked: { path: `${path}?${name}=${value}` },
      answers: ["400 invalid_parameter", "400 malformed_request", "400 unsupported_protocol"],
    })),
    {
      what: `${name} twice`,
      asked: { path: `${path}?${name}=1&${name}=1` },
      answers: ["400 invalid_parameter", "400 malformed_request"],
    },
  ];
}

function queryCases(route: Route, path: string): Case[] {
  // What a provider sends along is its own; what is wrong with it is told to nobody (provider-callbacks.test.ts).
  if (route.operationId === "finishProviderSignIn") return [];
  const known = route.parameters.filter(({ in: where }) => where === "query");
  return [
    {
      what: "a parameter that it does not know",
      asked: { path: `${path}?opr_name=x` },
      answers: ["400 unknown_parameter"],
    },
    ...known.flatMap((parameter) => parameterCases(path, parameter)),
  ];
}

// ---- Ids in the path. ----

/** What somebody who guesses might try; none of it names anything. */
function guesses(name: string): string[] {
  if (name === "pairing_code") return ["22222222", "2222222", "I0O1UUUU", "22222222x"];
  const form: Readonly<Record<string, string | undefined>> = {
    act: "ACT-00000000",
    opr: "OPR-00000000",
    tar: "TAR-00000000",
    elg: "ELG-0000000000",
  };
  const own = form[name.slice(0, 3)] ?? `${name.slice(0, 3).toUpperCase()}-00000000`;
  return [own, own.toLowerCase(), `${own}0`, own.slice(0, -1), "x", "1", "%27%20OR%201=1--", "*", "null", "-1"];
}

function idCases(route: Route, valid: Members | undefined, ids: Readonly<Record<string, string>>): Case[] {
  return Object.keys(ids).flatMap((name) =>
    guesses(name).map((guess) => ({
      what: `${name} ${guess}`,
      asked: { path: route.path.replace(`{${name}}`, guess), json: valid },
      answers: name === "pairing_code" ? ["404 unknown_pairing"] : ["404 not_found"],
    })),
  );
}

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", (_, route) => {
  test("refuses what it does not know, and writes nothing", async () => {
    const { path: ids = {}, json } = (await recipes[route.operationId]?.(world, "owner", "owner")) ?? {};
    const path = route.path.replaceAll(/\{([^}]+)\}/gu, (_whole, name: string) => ids[name] ?? "");
    const valid = json as Members | undefined;
    const cases = [
      ...(valid === undefined ? [] : bodyCases(route, valid)),
      ...queryCases(route, path),
      ...idCases(route, valid, ids),
    ];
    const before = await contentsOf(world);
    const wrong: string[] = [];
    for (const { what, asked, answers, headers } of cases) {
      const request = { method: route.method, path, json: asked.body === undefined ? valid : undefined, ...asked };
      const { status, code } = await world.send(request, { ...headersOf(route), ...headers });
      const answer = `${String(status)} ${code}`;
      if (!answers.includes(answer)) wrong.push(`${what}: ${answer} instead of ${answers.join(" or ")}`);
    }
    expect(wrong).toEqual([]);
    expect(await contentsOf(world)).toBe(before);
  });
});
