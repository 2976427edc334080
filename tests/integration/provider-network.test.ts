// What a provider publishes and answers, and what becomes of a server whose provider does so wrongly, slowly or not at all: nobody
// is let in, for the reason that the log tells, nobody else waits, and the visitor is told nothing.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { join, send } from "./client.ts";
import {
  type Answer,
  breaksOff,
  drips,
  encode,
  hangs,
  hangsInItsBody,
  isEndless,
  isHuge,
  json,
  type Json,
  Key,
  type Misdeeds,
  ProviderDouble,
  redirect,
  speaksNonsense,
  text,
} from "./provider-double.ts";
import { Server, until } from "./server.ts";
import { later, reasonOf, Traveller } from "./traveller.ts";

/** One for all that need no other: an RSA pair takes a while to make. */
const key = Key.rsa("first");

/** A provider and a server that trusts it, each of its own. */
class World {
  readonly provider: ProviderDouble;
  readonly server: Server;

  private constructor(provider: ProviderDouble, server: Server) {
    this.provider = provider;
    this.server = server;
  }

  static async start(misdeeds: Misdeeds = {}, environment: Readonly<Record<string, string>> = {}): Promise<World> {
    const provider = await ProviderDouble.start(misdeeds, key);
    const server = await Server.start({ environment: provider.environment(environment) });
    return new World(provider, server);
  }

  async end(): Promise<void> {
    await this.server.end();
    await this.provider.end();
  }

  /** Somebody goes there and comes back with a code. */
  async travel(claims: Json = {}, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const traveller = new Traveller(this.server);
    await traveller.depart("sign-in", more);
    const code = this.provider.agree(traveller.authorization, claims);
    const reply = await traveller.comeBackWith(code);
    return traveller.isSignedIn ? "signed in" : reasonOf(traveller, reply);
  }

  /** Somebody wants to set out and cannot: the reason in the log. */
  async reasonToStay(): Promise<string> {
    const traveller = new Traveller(this.server);
    const reply = await traveller.ask();
    const reason = await traveller.refusal();
    expect(reply.json).toMatchObject({ status: 503, code: reason === "busy" ? "busy" : "unavailable" });
    expect(Object.keys(reply.json as Json).sort()).toEqual(["code", "request_id", "status", "title", "type"]);
    expect(traveller.cookies.size).toBe(0);
    return reason;
  }
}

const without = (document: Json, name: string): Json =>
  Object.fromEntries(Object.entries(document).filter(([key]) => key !== name));
const evil = "http://evil.example/";
const duplicated = (document: Json, name: string): string =>
  `${JSON.stringify(document).slice(0, -1)},"${name}":"twice"}`;

type Document = readonly [name: string, reason: string, metadata: (honest: Json) => unknown];
type Answered = readonly [name: string, reason: string, answer: Answer];

/** What any of its addresses may answer. */
const wrongAnswers: readonly Answered[] = [
  ["sends elsewhere", "redirect", redirect(evil)],
  ["sends elsewhere for good", "redirect", text("", 308, { Location: evil })],
  ["sends to a file", "redirect", redirect("file:///etc/passwd")],
  ["sends to itself", "redirect", redirect("/.well-known/openid-configuration")],
  ["is 404", "status", json({}, 404)],
  ["is 500", "status", json({}, 500)],
  ["is 201", "status", json({}, 201)],
  ["is 204", "status", text("", 204)],
  ["is ten megabytes", "answer_too_large", isHuge],
  ["has no end", "answer_too_large", isEndless],
  ["breaks off", "unreachable", breaksOff],
  ["is no HTTP", "unreachable", speaksNonsense],
];

/** What takes as long as the server is patient. */
const slowAnswers: readonly Answered[] = [
  ["never comes", "timeout", hangs],
  ["never ends", "timeout", hangsInItsBody],
  ["comes by drops", "timeout", drips],
];

describe("what a provider says of itself", () => {
  const documents: readonly Document[] = [
    ["is of another issuer", "metadata_issuer", (honest) => ({ ...honest, issuer: "https://evil.example" })],
    [
      "is of the issuer with a slash",
      "metadata_issuer",
      (honest) => ({ ...honest, issuer: `${String(honest["issuer"])}/` }),
    ],
    ["is of no issuer", "metadata_issuer", (honest) => without(honest, "issuer")],
    ["is of two issuers", "metadata_issuer", (honest) => ({ ...honest, issuer: [honest["issuer"], evil] })],
    ["has no address to go to", "metadata_endpoint", (honest) => without(honest, "authorization_endpoint")],
    ["has no token endpoint", "metadata_endpoint", (honest) => without(honest, "token_endpoint")],
    ["has no keys", "metadata_endpoint", (honest) => without(honest, "jwks_uri")],
    ["has keys by plain HTTP elsewhere", "metadata_endpoint", (honest) => ({ ...honest, jwks_uri: `${evil}keys` })],
    [
      "has an address that only looks like this machine",
      "metadata_endpoint",
      (honest) => ({ ...honest, token_endpoint: "http://127.0.0.1@evil.example/" }),
    ],
    [
      "has an address that begins like this machine",
      "metadata_endpoint",
      (honest) => ({ ...honest, token_endpoint: "http://127.0.0.1.evil.example/" }),
    ],
    ["has a file for keys", "metadata_endpoint", (honest) => ({ ...honest, jwks_uri: "file:///etc/passwd" })],
    [
      "has a script to go to",
      "metadata_endpoint",
      (honest) => ({ ...honest, authorization_endpoint: "javascript:alert(1)" }),
    ],
    [
      "has gopher for a token endpoint",
      "metadata_endpoint",
      (honest) => ({ ...honest, token_endpoint: "gopher://localhost:25/" }),
    ],
    [
      "has an address without end",
      "metadata_endpoint",
      (honest) => ({ ...honest, token_endpoint: `https://e.example/${"x".repeat(2000)}` }),
    ],
    [
      "has an address of two lines",
      "metadata_endpoint",
      (honest) => ({ ...honest, authorization_endpoint: "https://e.example/\r\nSet-Cookie: a=b" }),
    ],
    ["has a number for an address", "metadata_endpoint", (honest) => ({ ...honest, token_endpoint: 7 })],
    ["has no S256", "metadata_unsupported", (honest) => ({ ...honest, code_challenge_methods_supported: ["plain"] })],
    ["gives no code", "metadata_unsupported", (honest) => ({ ...honest, response_types_supported: ["id_token"] })],
    [
      "signs with secrets and with nothing",
      "metadata_unsupported",
      (honest) => ({ ...honest, id_token_signing_alg_values_supported: ["HS256", "none"] }),
    ],
    [
      "takes no secret",
      "metadata_unsupported",
      (honest) => ({ ...honest, token_endpoint_auth_methods_supported: ["private_key_jwt"] }),
    ],
    ["says something twice", "metadata_malformed", (honest) => duplicated(honest, "issuer")],
    ["is a page", "metadata_malformed", () => "<!doctype html>"],
    ["is a list", "metadata_malformed", (honest) => [honest]],
    ["is empty", "metadata_malformed", () => ""],
    ["nests without end", "metadata_malformed", () => `{"a":${"[".repeat(1000)}${"]".repeat(1000)}}`],
  ];

  test.each(documents)("and %s is refused: %s", async (_name, reason, metadata) => {
    const world = await World.start({ metadata });
    expect(await world.reasonToStay()).toBe(reason);
    await world.end();
  });

  test.each(wrongAnswers)("and %s is refused: %s", async (_name, reason, discovery) => {
    const world = await World.start({ discovery });
    expect(await world.reasonToStay()).toBe(reason);
    await world.end();
  });

  describe.concurrent("and", () => {
    test.each(slowAnswers)("%s is given up: %s", { timeout: 30_000 }, async (_name, reason, discovery) => {
      const world = await World.start({ discovery });
      expect(await world.reasonToStay()).toBe(reason);
      await world.end();
    });
  });

  test("is asked for by one at a time; others are told to come again, and pages are served", async () => {
    const world = await World.start({ discovery: hangs });
    const { provider, server } = world;
    const first = new Traveller(server).ask();
    await until("the first waits", () => (provider.asked.discovery > 0 ? true : undefined));
    const other = new Traveller(server);
    const reply = await other.ask();
    expect([reply.status, reply.headers["retry-after"], await other.refusal()]).toEqual([503, "1", "busy"]);
    expect((await send(server.url, "GET", "/healthz")).status).toBe(200);
    expect((await first).status).toBe(503);
    expect(provider.asked.discovery).toBe(1);
    await world.end();
  });

  test("and failed is not asked for again at once", async () => {
    const world = await World.start({ discovery: json({}, 500) });
    for (let tries = 0; tries < 5; tries++) expect(await world.reasonToStay()).toBe("status");
    expect(world.provider.asked.discovery).toBeLessThanOrEqual(2);
    await world.end();
  });
});

describe("keys", () => {
  const published: readonly (readonly [string, string, (honest: readonly Json[]) => unknown])[] = [
    ["as no list", "keys_malformed", () => ({ keys: {} })],
    ["as nothing", "keys_malformed", () => ({})],
    ["as a page", "keys_malformed", () => "<!doctype html>"],
    ["by the hundred", "keys_malformed", (honest) => ({ keys: Array.from({ length: 100 }, () => honest[0]) })],
    ["as an empty list", "key_unknown", () => ({ keys: [] })],
    ["as texts", "key_unknown", () => ({ keys: ["first"] })],
    ["each twice", "key_unknown", (honest) => ({ keys: [...honest, ...honest] })],
    ["for encryption", "key_unknown", (honest) => ({ keys: honest.map((key) => ({ ...key, use: "enc" })) })],
    ["for another algorithm", "key_unknown", (honest) => ({ keys: honest.map((key) => ({ ...key, alg: "RS512" })) })],
    ["without a kid", "key_unknown", (honest) => ({ keys: honest.map((key) => without(key, "kid")) })],
    ["with a private part", "key_unknown", (honest) => ({ keys: honest.map((key) => ({ ...key, d: "AQAB" })) })],
    ["with an exponent of one", "key_unknown", (honest) => ({ keys: honest.map((key) => ({ ...key, e: "AQ" })) })],
    ["with an even exponent", "key_unknown", (honest) => ({ keys: honest.map((key) => ({ ...key, e: "AQAA" })) })],
    ["as a shared secret", "key_unknown", () => ({ keys: [{ kty: "oct", k: encode("secret"), kid: "first" }] })],
  ];

  test.each(published)("that are published %s are refused: %s", async (_name, reason, keys) => {
    const world = await World.start({ keys });
    expect(await world.travel()).toBe(reason);
    await world.end();
  });

  test.each(wrongAnswers)("whose answer %s are refused: %s", async (_name, reason, keysAnswer) => {
    const world = await World.start({ keysAnswer });
    expect(await world.travel()).toBe(reason);
    await world.end();
  });

  describe.concurrent("whose answer", () => {
    test.each(slowAnswers)("%s are given up: %s", { timeout: 30_000 }, async (_name, reason, keysAnswer) => {
      const world = await World.start({ keysAnswer });
      expect(await world.travel()).toBe(reason);
      await world.end();
    });
  });

  test("that are replaced are fetched once more; the old one opens nothing then", { timeout: 60_000 }, async () => {
    const world = await World.start();
    const { provider } = world;
    expect(await world.travel({}, { link: world.server.ownerLink })).toBe("signed in");
    const former = provider.key;
    provider.key = Key.rsa("second");
    provider.keys = [provider.key.jwk()];
    await until(
      "the new key is known",
      async () => ((await world.travel()) === "signed in" ? true : undefined),
      25_000,
    );
    expect(provider.asked.keys).toBe(2);
    provider.key = former;
    expect(await world.travel()).toBe("key_unknown");
    await world.end();
  });

  test("and what it says of itself are asked for once, however many come and whatever their tokens name", async () => {
    const world = await World.start();
    const { provider } = world;
    expect(await world.travel({}, { link: world.server.ownerLink })).toBe("signed in");
    const known = provider.key;
    provider.key = Key.rsa("never published");
    for (let tries = 0; tries < 5; tries++) expect(await world.travel()).toBe("key_unknown");
    provider.key = known;
    for (let tries = 0; tries < 5; tries++) expect(await world.travel()).toBe("signed in");
    expect([provider.asked.discovery, provider.asked.keys]).toEqual([1, 1]);
    await world.end();
  });
});

describe("the token endpoint's answer", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
    await join(world.server);
  });
  afterAll(async () => {
    await world.end();
  });

  const documents: readonly Document[] = [
    ["is without a token", "answer_malformed", (honest) => without(honest, "id_token")],
    ["has an empty token", "answer_malformed", (honest) => ({ ...honest, id_token: "" })],
    ["has a number for a token", "answer_malformed", (honest) => ({ ...honest, id_token: 7 })],
    ["has a list of tokens", "answer_malformed", (honest) => ({ ...honest, id_token: [honest["id_token"]] })],
    ["has a token twice", "answer_malformed", (honest) => duplicated(honest, "id_token")],
    ["is a page", "answer_malformed", () => "<!doctype html>"],
    ["is a list", "answer_malformed", (honest) => [honest]],
    ["is empty", "answer_malformed", () => ""],
    ["is a form", "answer_malformed", (honest) => `id_token=${String(honest["id_token"])}`],
    ["is larger than any", "answer_too_large", (honest) => ({ ...honest, more: "x".repeat(300_000) })],
  ];

  test.each(documents)("that %s is refused: %s", async (_name, reason, tokenDocument) => {
    world.provider.misdeeds = { tokenDocument };
    expect(await world.travel()).toBe(reason);
  });

  test.each(wrongAnswers)("that %s is refused: %s", async (_name, reason, tokenAnswer) => {
    world.provider.misdeeds = { tokenAnswer };
    expect(await world.travel()).toBe(reason);
  });

  describe.concurrent("that", () => {
    test.each(slowAnswers)("%s is given up: %s", { timeout: 30_000 }, async (_name, reason, tokenAnswer) => {
      const other = await World.start({ tokenAnswer });
      expect(await other.travel()).toBe(reason);
      await other.end();
    });
  });

  test("is waited for by two; a third is told to come again, and pages are served", { timeout: 30_000 }, async () => {
    const { provider, server } = world;
    provider.misdeeds = { tokenAnswer: hangs };
    const asked = provider.asked.token;
    const waiting = [world.travel(), world.travel()];
    await until("two wait", () => (provider.asked.token === asked + 2 ? true : undefined));
    const third = new Traveller(server);
    const reply = await third.ask();
    expect([reply.status, reply.headers["retry-after"], await third.refusal()]).toEqual([503, "1", "busy"]);
    expect((await send(server.url, "GET", "/healthz")).status).toBe(200);
    expect(await Promise.all(waiting)).toEqual(["timeout", "timeout"]);
  });

  test("is not waited for by a server that ends", async () => {
    const other = await World.start({ tokenAnswer: hangs });
    const traveller = new Traveller(other.server);
    await traveller.depart();
    const reply = traveller.comeBackWith(other.provider.agree(traveller.authorization)).catch(() => undefined);
    await until("it waits", () => (other.provider.asked.token > 0 ? true : undefined));
    await other.end();
    expect(await traveller.refusal()).toBe("stopped");
    await reply;
  });

  test("that did not come in time leads to a page that says to come again", { timeout: 30_000 }, async () => {
    world.provider.misdeeds = { tokenAnswer: breaksOff };
    const traveller = new Traveller(world.server);
    await traveller.depart();
    const reply = await traveller.comeBackWith(world.provider.agree(traveller.authorization));
    expect([reply.headers.location, await traveller.refusal()]).toEqual([later, "unreachable"]);
  });
});

describe("a provider that announces its name with every callback (RFC 9207)", () => {
  let world: World;
  beforeAll(async () => {
    const metadata = (honest: Json): Json => ({ ...honest, authorization_response_iss_parameter_supported: true });
    world = await World.start({ metadata });
    await join(world.server);
  });
  afterAll(async () => {
    await world.end();
  });

  async function comeBack(more: Readonly<Record<string, string>>): Promise<string> {
    const traveller = new Traveller(world.server);
    await traveller.depart();
    const code = world.provider.agree(traveller.authorization);
    return reasonOf(traveller, await traveller.comeBackWith(code, more));
  }

  test("is not believed without it, nor with another's", async () => {
    expect(await comeBack({})).toBe("issuer_parameter");
    expect(await comeBack({ iss: "https://accounts.google.com" })).toBe("issuer_parameter");
  });

  test("is believed with it, as far as that goes", async () => {
    expect(await comeBack({ iss: world.provider.issuer })).toBe("not_invited");
  });
});

describe("a provider for one domain that takes the secret in the form", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({}, { OIDC_HOSTED_DOMAIN: "example.com" });
    world.provider.takesPost = true;
  });
  afterAll(async () => {
    await world.end();
  });

  test("is told the domain, and lets its people in: the first owner, by the one-time link", async () => {
    const traveller = new Traveller(world.server);
    const asked = await traveller.depart("sign-in", { link: world.server.ownerLink, opr_name: "Anna" });
    expect(asked.get("hd")).toBe("example.com");
    await traveller.comeBackWith(world.provider.agree(traveller.authorization, { hd: "Example.com" }));
    const session = (await traveller.call("GET", "/api/v1/session")).json;
    expect(session).toMatchObject({ operator: { opr_name: "Anna", role: "owner" } });
  });

  test.each([
    ["none", undefined],
    ["another", "evil.example"],
    ["one that ends like it", "evil-example.com"],
    ["one with a dot behind it", "example.com."],
    ["an empty one", ""],
    ["a list of it", ["example.com"]],
  ])("refuses people of %s", async (_name, hd) => {
    expect(await world.travel({ hd })).toBe("hosted_domain");
  });
});
