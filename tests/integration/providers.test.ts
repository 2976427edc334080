// Signing in by a provider that is hostile: every case is refused with its reason in the log, and the browser is told none.

import { createHash } from "node:crypto";
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerResponse } from "node:http";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { checkAnswer } from "./contract.ts";
import {
  clientId,
  clientSecret,
  encode,
  HostileProvider,
  makeKey,
  now,
  signToken,
  signWithSecret,
  type Algorithm,
  type Grant,
  type Json,
} from "./hostile-provider.ts";
import { Server, until } from "./server.ts";

const callbackPath = "/api/v1/providers/oidc/callback";
const algorithms: readonly Algorithm[] = ["RS256", "PS256", "ES256", "EdDSA"];

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

let count = 0;
/** Every browser has an address of its own: the log's lines are told apart by it. */
const newAddress = (): string => {
  count += 1;
  return `127.1.${String(Math.floor(count / 250))}.${String((count % 250) + 1)}`;
};

/** A browser that keeps its cookies by their names. */
class Browser {
  readonly address = newAddress();
  readonly cookies = new Map<string, string>();
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  async send(method: string, path: string, json?: unknown): Promise<Reply> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const headers: OutgoingHttpHeaders = {
      ...(method === "GET" ? {} : { Origin: this.#server.url, "X-InstaCRM": "1", "Content-Length": body?.length ?? 0 }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(this.cookies.size === 0
        ? {}
        : { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
    };
    const options = { method, headers, agent: false, localAddress: this.address };
    const reply = await new Promise<Reply>((resolve, reject) => {
      const sent = request(`${this.#server.url}${path}`, options, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode: status = 0 } = response;
          resolve({ status, headers: response.headers, text: Buffer.concat(parts).toString() });
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
    const contentType = reply.headers["content-type"] ?? "";
    checkAnswer(method, path, { status: reply.status, contentType, body: reply.text });
    for (const set of reply.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/u.exec(set) ?? [];
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return reply;
  }

  /** Sets out; gives the provider's address. */
  async setOut(way = "sign-in", json: unknown = way === "sign-in" ? {} : undefined): Promise<string> {
    const reply = await this.send("POST", `/api/v1/providers/oidc/${way}`, json);
    expect(reply.status, reply.text).toBe(200);
    return (JSON.parse(reply.text) as { address: string }).address;
  }

  async comeBack(query: Readonly<Record<string, string>> | string): Promise<Reply> {
    const text = typeof query === "string" ? query : new URLSearchParams(query).toString();
    return this.send("GET", `${callbackPath}?${text}`);
  }

  get isSignedIn(): boolean {
    return this.cookies.has("__Host-sid");
  }
}

function environmentOf(provider: HostileProvider, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    OIDC_NAME: "Hostile",
    ...more,
  };
}

/** The reason that the log gives for what was refused to the browser. */
async function reasonOf(server: Server, browser: Browser): Promise<string> {
  const line = new RegExp(
    `provider\\.refused reason="([a-z_]+)" code="([a-z_]*)" .*address="${browser.address.replaceAll(".", "\\.")}"`,
    "gu",
  );
  return until("the reason is in the log", () => {
    const [, reason, code] = [...server.stderr.matchAll(line)].at(-1) ?? [];
    return reason === "service" ? code : reason;
  });
}

const refused = "/sign-in?provider=refused";
const later = "/sign-in?provider=later";

async function expectRefused(server: Server, browser: Browser, reply: Reply, reason: string): Promise<void> {
  const told = await reasonOf(server, browser);
  expect(told).toBe(reason);
  expect([reply.status, reply.text, browser.isSignedIn]).toEqual([303, "", false]);
  expect([refused, later]).toContain(reply.headers.location);
}

let provider: HostileProvider;
let server: Server;

async function signIn(grant: Grant = {}, more: Readonly<Record<string, string>> = {}): Promise<[Browser, Reply]> {
  const browser = new Browser(server);
  const came = provider.issue(await browser.setOut(), grant);
  return [browser, await browser.comeBack({ ...came, ...more })];
}

beforeAll(async () => {
  provider = await HostileProvider.start();
  server = await Server.start({ environment: environmentOf(provider) });
  const browser = new Browser(server);
  const address = await browser.setOut("sign-in", { link: server.ownerLink, opr_name: "Anna", time_zone: "UTC" });
  const reply = await browser.comeBack(provider.issue(address));
  expect([reply.status, reply.headers.location, server.stderr]).toEqual([303, "/", ""]);
});
afterAll(async () => {
  await server.end();
  await provider.end();
});

describe("whoever joined by a provider", () => {
  test.each(algorithms)("signs in again by a token signed with %s", async (algorithm) => {
    const [browser, reply] = await signIn({ algorithm });
    expect([reply.status, reply.headers.location]).toEqual([303, "/"]);
    const session = await browser.send("GET", "/api/v1/session");
    expect(JSON.parse(session.text)).toMatchObject({ operator: { opr_name: "Anna", role: "owner" } });
    expect(browser.cookies.has("__Host-provider")).toBe(false);
  });

  const fine: readonly (readonly [string, Grant])[] = [
    ["an audience that is a list of one", { claims: (claims) => ({ ...claims, aud: [clientId] }) }],
    ["an azp that is ours", { claims: (claims) => ({ ...claims, azp: clientId }) }],
    ["a clock that is half a minute fast", { claims: (claims) => ({ ...claims, iat: now() + 30, nbf: now() + 30 }) }],
    [
      "an at_hash that fits",
      {
        claims: (claims) => ({
          ...claims,
          at_hash: createHash("sha256").update("access").digest().subarray(0, 16).toString("base64url"),
        }),
      },
    ],
    ["another e-mail address than before", { claims: (claims) => ({ ...claims, email: "a@example.com" }) }],
    ["no e-mail address", { claims: (claims) => ({ ...claims, email: undefined }) }],
  ];
  test.each(fine)("signs in with %s", async (_, grant) => {
    const [browser] = await signIn(grant);
    expect(browser.isSignedIn).toBe(true);
  });

  test("is sent with a challenge, a state and a nonce that are new each time", async () => {
    const addresses = [await new Browser(server).setOut(), await new Browser(server).setOut()];
    for (const name of ["state", "nonce", "code_challenge"]) {
      const [one, two] = addresses.map((address) => new URL(address).searchParams.get(name));
      expect(one).toMatch(/^[\w-]{43}$/u);
      expect(one).not.toBe(two);
    }
    expect(addresses[0]).toContain("code_challenge_method=S256");
  });

  test("has discovery and keys asked for once", () => {
    expect(provider.asked.get("/.well-known/openid-configuration")).toBe(1);
    expect(provider.asked.get("/keys")).toBe(1);
  });

  test("links and shows who they are only in the session that they left with", async () => {
    const [browser] = await signIn();
    const proof = await browser.comeBack(provider.issue(await browser.setOut("proof")));
    expect([proof.headers.location, browser.isSignedIn]).toEqual(["/account", true]);
    const link = await browser.comeBack(
      provider.issue(await browser.setOut("link"), { claims: (claims) => ({ ...claims, sub: "anna at home" }) }),
    );
    expect(link.headers.location).toBe("/account");
    const list = JSON.parse((await browser.send("GET", "/api/v1/provider-accounts")).text) as { items: Json[] };
    expect(list.items.map(({ subject }) => subject).sort()).toEqual(["anna", "anna at home"]);
    const unlink = { issuer: provider.issuer, subject: "anna at home" };
    expect((await browser.send("POST", "/api/v1/provider-accounts/unlink", unlink)).status).toBe(204);

    const came = provider.issue(await browser.setOut("link"), { claims: (claims) => ({ ...claims, sub: "eve" }) });
    browser.cookies.delete("__Host-sid");
    await expectRefused(server, browser, await browser.comeBack(came), "other_session");
  });

  test("cannot show who they are by somebody else's account", async () => {
    const [browser] = await signIn();
    const came = provider.issue(await browser.setOut("proof"), { claims: (claims) => ({ ...claims, sub: "eve" }) });
    const reply = await browser.comeBack(came);
    expect([reply.headers.location, await reasonOf(server, browser)]).toEqual([refused, "forbidden"]);
  });

  test("cannot show who they are by a sign-in that was long ago", async () => {
    const [browser] = await signIn();
    const grant: Grant = { claims: (claims) => ({ ...claims, auth_time: now() - 3600 }) };
    const reply = await browser.comeBack(provider.issue(await browser.setOut("proof"), grant));
    expect([reply.headers.location, await reasonOf(server, browser)]).toEqual([refused, "auth_time"]);
  });
});

const without =
  (name: string) =>
  (claims: Json): Json =>
    Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
const withClaim = (name: string, value: unknown): Grant => ({ claims: (claims) => ({ ...claims, [name]: value }) });
const duplicated = (claims: Json, name: string, value: string): string =>
  `${JSON.stringify(claims).slice(0, -1)},"${name}":${JSON.stringify(value)}}`;
const strange = makeKey("RS256", "strange");
const small = makeKey("RS256", "small", 1024);

/** A good token with one of its three parts changed. */
const change =
  (index: number, how: (part: string) => string) =>
  (claims: Json): string =>
    signToken("RS256", provider.keys.RS256, claims)
      .split(".")
      .map((part, at) => (at === index ? how(part) : part))
      .join(".");
const good = (claims: Json): string => signToken("RS256", provider.keys.RS256, claims);

const hostile: readonly (readonly [string, string, Grant])[] = [
  ["another issuer", "issuer", withClaim("iss", "https://evil.example")],
  ["an issuer with a slash more", "issuer", { claims: (claims) => ({ ...claims, iss: `${String(claims["iss"])}/` }) }],
  ["no issuer", "issuer", { claims: without("iss") }],
  ["an issuer that is a list", "issuer", { claims: (claims) => ({ ...claims, iss: [claims["iss"]] }) }],
  ["another audience", "audience", withClaim("aud", "another")],
  ["no audience", "audience", { claims: without("aud") }],
  ["an audience in other letters", "audience", withClaim("aud", clientId.toUpperCase())],
  ["an audience that begins like ours", "audience", withClaim("aud", `${clientId}2`)],
  ["an empty list of audiences", "audience", withClaim("aud", [])],
  ["somebody besides us in the audience", "audience", withClaim("aud", [clientId, "another"])],
  [
    "somebody besides us in the audience, and our azp",
    "audience",
    { claims: (claims) => ({ ...claims, aud: [clientId, "another"], azp: clientId }) },
  ],
  ["an audience that is a number", "audience", withClaim("aud", 7)],
  ["an audience in a list in a list", "audience", withClaim("aud", [[clientId]])],
  ["another azp", "authorized_party", withClaim("azp", "another")],
  ["an azp that is null", "authorized_party", withClaim("azp", null)],
  ["an azp that is a list", "authorized_party", withClaim("azp", [clientId])],
  ["an exp that is over", "expired", withClaim("exp", now() - 3600)],
  ["no exp", "expired", { claims: without("exp") }],
  ["an exp that is a text", "expired", withClaim("exp", String(now() + 300))],
  ["an exp that is a fraction", "expired", withClaim("exp", now() + 300.5)],
  [
    "an exp beyond all numbers",
    "expired",
    { claims: (claims) => JSON.stringify({ ...claims, exp: 0 }).replace('"exp":0', '"exp":9223372036854775807') },
  ],
  ["an exp below zero", "expired", withClaim("exp", -1)],
  ["no iat", "issued_at", { claims: without("iat") }],
  ["an iat in the future", "issued_at", withClaim("iat", now() + 7200)],
  ["an iat of yesterday", "issued_at", withClaim("iat", now() - 86400)],
  ["an iat that is a text", "issued_at", withClaim("iat", "now")],
  ["an nbf in the future", "not_before", withClaim("nbf", now() + 7200)],
  ["an nbf that is a text", "not_before", withClaim("nbf", "now")],
  ["another nonce", "nonce", withClaim("nonce", "A".repeat(43))],
  ["no nonce", "nonce", { claims: without("nonce") }],
  ["an empty nonce", "nonce", withClaim("nonce", "")],
  [
    "a nonce that begins like ours",
    "nonce",
    { claims: (claims) => ({ ...claims, nonce: `${String(claims["nonce"])}A` }) },
  ],
  ["a nonce that is a list", "nonce", { claims: (claims) => ({ ...claims, nonce: [claims["nonce"]] }) }],
  ["no subject", "subject", { claims: without("sub") }],
  ["an empty subject", "subject", withClaim("sub", "")],
  ["a subject that is too long", "subject", withClaim("sub", "a".repeat(256))],
  ["a subject that is a number", "subject", withClaim("sub", 7)],
  ["a subject of two lines", "subject", withClaim("sub", "anna\neve")],
  ["an e-mail address that is not verified", "email_unverified", withClaim("email_verified", false)],
  ["an e-mail address verified by a text", "email_unverified", withClaim("email_verified", "true")],
  ["an e-mail address verified by a number", "email_unverified", withClaim("email_verified", 1)],
  ["an e-mail address of which nothing is said", "email_unverified", { claims: without("email_verified") }],
  ["an e-mail address that is a list", "email_unverified", withClaim("email", ["anna@example.com"])],
  ["an e-mail address of two lines", "email_unverified", withClaim("email", "anna@example.com\nBcc: all")],
  ["an at_hash of another access token", "access_token_hash", withClaim("at_hash", "A".repeat(22))],
  [
    "an at_hash without an access token",
    "access_token_hash",
    { ...withClaim("at_hash", "A".repeat(22)), answer: without("access_token") },
  ],
  ["an auth_time that is a text", "auth_time", withClaim("auth_time", "now")],
  ["somebody whom nobody invited", "not_invited", withClaim("sub", "eve")],
  ["somebody with the owner's e-mail address", "not_invited", withClaim("sub", "eve with anna's address")],
  ["a subject in other letters", "not_invited", withClaim("sub", "ANNA")],
  ["claims that are a list", "claims_malformed", { claims: (claims) => [claims] }],
  ["claims that are no JSON", "claims_malformed", { claims: () => "{" }],
  ["claims with a member twice", "claims_malformed", { claims: (claims) => duplicated(claims, "sub", "anna") }],
  ["claims that nest without end", "claims_malformed", { claims: () => `{"a":${"[".repeat(100)}${"]".repeat(100)}}` }],
  [
    "alg none and no signature",
    "signature",
    { token: (claims) => `${encode({ alg: "RS256", kid: "rs" })}.${encode(claims)}.` },
  ],
  ["alg none", "algorithm", { token: (claims) => `${encode({ alg: "none", kid: "rs" })}.${encode(claims)}.` }],
  ["alg None", "algorithm", { token: (claims) => `${encode({ alg: "None", kid: "rs" })}.${encode(claims)}.` }],
  ["no alg", "algorithm", { token: (claims) => `${encode({ kid: "rs" })}.${encode(claims)}.${encode("x")}` }],
  ["an alg that is a list", "algorithm", { header: { alg: ["RS256"] } }],
  [
    "HS256 with the public key",
    "algorithm",
    { token: (claims, key) => signWithSecret(JSON.stringify(key.jwk), claims, "rs") },
  ],
  ["HS256 with the client's secret", "algorithm", { token: (claims) => signWithSecret(clientSecret, claims, "rs") }],
  ["RS512", "algorithm", { header: { alg: "RS512" } }],
  ["RS256 said of an ES256 key", "key_unknown", { algorithm: "ES256", header: { alg: "RS256" } }],
  ["PS256 said of a key for RS256", "key_unknown", { header: { alg: "PS256" } }],
  [
    "a signature of zeros by ES256",
    "signature",
    {
      token: (claims) =>
        `${encode({ alg: "ES256", kid: "es" })}.${encode(claims)}.${Buffer.alloc(64).toString("base64url")}`,
    },
  ],
  [
    "an ES256 signature in DER",
    "signature",
    {
      token: (claims) =>
        `${encode({ alg: "ES256", kid: "es" })}.${encode(claims)}.${Buffer.alloc(70, 0x30).toString("base64url")}`,
    },
  ],
  ["no kid", "key_unknown", { header: { kid: undefined } }],
  ["a kid that is a number", "key_unknown", { header: { kid: 7 } }],
  ["a kid that nobody has", "key_unknown", { header: { kid: "../../dev/null" } }],
  ["a kid of a thousand letters", "key_unknown", { header: { kid: "k".repeat(1000) } }],
  [
    "another's key under a known kid",
    "signature",
    { token: (claims) => signToken("RS256", strange, claims, { kid: "rs" }) },
  ],
  [
    "its own key in the header",
    "token_header",
    { token: (claims) => signToken("RS256", strange, claims, { jwk: strange.jwk, kid: "rs" }) },
  ],
  ["an address of keys in the header", "token_header", { header: { jku: "https://evil.example/keys" } }],
  ["a certificate in the header", "token_header", { header: { x5c: ["MII="] } }],
  ["an address of certificates in the header", "token_header", { header: { x5u: "https://evil.example/c" } }],
  ["a crit", "token_header", { header: { crit: ["exp"] } }],
  ["an empty crit", "token_header", { header: { crit: [] } }],
  ["a payload that is not encoded", "token_header", { header: { b64: false } }],
  [
    "a header with a member twice",
    "token_malformed",
    { token: (claims) => `${encode('{"alg":"RS256","alg":"none","kid":"rs"}')}.${encode(claims)}.${encode("x")}` },
  ],
  [
    "a header that is no JSON",
    "token_malformed",
    { token: (claims) => `${encode("x")}.${encode(claims)}.${encode("x")}` },
  ],
  ["two parts", "token_malformed", { token: (claims) => good(claims).split(".").slice(0, 2).join(".") }],
  ["four parts", "signature", { token: (claims) => `${good(claims)}.x` }],
  ["five parts, as if encrypted", "signature", { token: (claims) => `${good(claims)}.x.y` }],
  ["an empty payload", "token_malformed", { token: change(1, () => "") }],
  ["a changed payload", "signature", { token: (claims) => change(1, () => encode({ ...claims, sub: "eve" }))(claims) }],
  ["a payload with padding", "signature", { token: change(1, (part) => `${part}=`) }],
  ["a signature with padding", "signature", { token: change(2, (part) => `${part}==`) }],
  ["a signature cut short", "signature", { token: change(2, (part) => part.slice(0, -8)) }],
  ["a signature too long", "signature", { token: change(2, (part) => part.repeat(4)) }],
  [
    "a signature with a bit changed",
    "signature",
    { token: change(2, (part) => (part.startsWith("A") ? "B" : "A") + part.slice(1)) },
  ],
  ["a token that is too large", "token_too_large", withClaim("picture", "x".repeat(20_000))],
  ["an answer without a token", "answer_malformed", { answer: without("id_token") }],
  ["an answer whose token is a number", "answer_malformed", { answer: (answer) => ({ ...answer, id_token: 7 }) }],
  [
    "an answer with a token twice",
    "answer_malformed",
    { answer: (answer) => duplicated(answer, "id_token", "x") },
  ],
  ["an answer that is no JSON", "answer_malformed", { answer: () => "<html>" }],
  ["an answer that is a list", "answer_malformed", { answer: (answer) => [answer] }],
  [
    "an answer that is too large",
    "answer_too_large",
    { answer: (answer) => ({ ...(answer), padding: "x".repeat(300_000) }) },
  ],
  [
    "an answer that sends elsewhere",
    "redirect",
    { respond: (response) => response.writeHead(302, { Location: `${provider.issuer}/keys` }).end() },
  ],
  ["an answer 500", "status", { respond: (response) => response.writeHead(500).end("{}") }],
  ["an answer 201", "status", { respond: (response) => response.writeHead(201).end("{}") }],
  ["an answer that breaks off", "unreachable", { respond: (response) => response.socket?.destroy() }],
];

describe("a token endpoint", () => {
  test.each(hostile)("that answers with %s is refused: %s", async (_, reason, grant) => {
    const [browser, reply] = await signIn(grant);
    await expectRefused(server, browser, reply, reason);
  });

  test("that never answers is given up", { timeout: 20_000 }, async () => {
    const [browser, reply] = await signIn({ respond: () => undefined });
    await expectRefused(server, browser, reply, "timeout");
  });
});

describe("a provider that hangs", () => {
  test("has two wait for it, and others go on", { timeout: 20_000 }, async () => {
    const asked = provider.asked.get("/token") ?? 0;
    const waiting = [signIn({ respond: () => undefined }), signIn({ respond: () => undefined })];
    await until("two wait", () => ((provider.asked.get("/token") ?? 0) >= asked + 2 ? true : undefined));
    const third = new Browser(server);
    const departure = await third.send("POST", "/api/v1/providers/oidc/sign-in", {});
    expect([departure.status, departure.headers["retry-after"], await reasonOf(server, third)]).toEqual([
      503,
      "1",
      "busy",
    ]);
    expect((await third.send("GET", "/healthz")).status).toBe(200);
    for (const [browser, reply] of await Promise.all(waiting)) await expectRefused(server, browser, reply, "timeout");
  });

  test("is not waited for by a server that ends", async () => {
    const fresh = await Server.start({ environment: environmentOf(provider) });
    const asked = provider.asked.get("/token") ?? 0;
    const browser = new Browser(fresh);
    const came = provider.issue(await browser.setOut(), { respond: () => undefined });
    const reply = browser.comeBack(came).catch((error: unknown) => error);
    await until("it waits", () => ((provider.asked.get("/token") ?? 0) > asked ? true : undefined));
    await fresh.end();
    expect(fresh.stderr).toContain('reason="stopped"');
    await reply;
  });
});

describe("a callback", () => {
  const queries: readonly (readonly [string, string, (came: { code: string; state: string }) => string])[] = [
    ["another state", "state", ({ code }) => `code=${code}&state=${"A".repeat(43)}`],
    ["an empty state", "state", ({ code }) => `code=${code}&state=`],
    ["half a state", "state", ({ code, state }) => `code=${code}&state=${state.slice(0, 20)}`],
    ["no state", "callback_malformed", ({ code }) => `code=${code}`],
    ["no code", "callback_malformed", ({ state }) => `state=${state}`],
    ["an empty code", "callback_malformed", ({ state }) => `code=&state=${state}`],
    ["two codes", "callback_malformed", ({ code, state }) => `code=${code}&code=x&state=${state}`],
    ["two states", "callback_malformed", ({ code, state }) => `code=${code}&state=${state}&state=${state}`],
    ["a code and an error", "callback_malformed", ({ code, state }) => `code=${code}&state=${state}&error=x`],
    ["an error", "provider_refused", ({ state }) => `error=access_denied&state=${state}`],
    [
      "an error that speaks HTML",
      "provider_refused",
      ({ state }) => `error=%3Cscript%3E&error_description=x&state=${state}`,
    ],
    ["another issuer", "issuer_parameter", ({ code, state }) => `code=${code}&state=${state}&iss=https://evil.example`],
    ["another's code", "status", ({ state }) => `code=another&state=${state}`],
    ["a code that is too long", "status", ({ state }) => `code=${"c".repeat(3000)}&state=${state}`],
  ];
  test.each(queries)("with %s is refused: %s", async (_, reason, query) => {
    const browser = new Browser(server);
    const reply = await browser.comeBack(query(provider.issue(await browser.setOut())));
    await expectRefused(server, browser, reply, reason);
  });

  test("in another browser is refused", async () => {
    const came = provider.issue(await new Browser(server).setOut());
    const other = new Browser(server);
    await expectRefused(server, other, await other.comeBack(came), "journey_missing");
  });

  test("in another browser that set out itself is refused", async () => {
    const came = provider.issue(await new Browser(server).setOut());
    const other = new Browser(server);
    await other.setOut();
    await expectRefused(server, other, await other.comeBack(came), "state");
  });

  test("with another journey's verifier is refused by the provider", async () => {
    const browser = new Browser(server);
    const { code } = provider.issue(await browser.setOut());
    const { state } = provider.issue(await browser.setOut());
    await expectRefused(server, browser, await browser.comeBack({ code, state }), "status");
    expect(provider.faults.at(-1)).toBe("verifier");
  });

  test.each([
    ["changed", (kept: string) => (kept.startsWith("A") ? "B" : "A") + kept.slice(1)],
    ["cut short", (kept: string) => kept.slice(0, -4)],
    ["made up", () => "A".repeat(1000)],
  ])("whose cookie is %s is refused", async (_, how) => {
    const browser = new Browser(server);
    const came = provider.issue(await browser.setOut());
    browser.cookies.set("__Host-provider", how(browser.cookies.get("__Host-provider") ?? ""));
    await expectRefused(server, browser, await browser.comeBack(came), "journey_missing");
  });

  test("that comes twice is refused the second time", async () => {
    const browser = new Browser(server);
    const address = await browser.setOut();
    const kept = browser.cookies.get("__Host-provider") ?? "";
    await browser.comeBack(provider.issue(address));
    browser.cookies.clear();
    browser.cookies.set("__Host-provider", kept);
    await expectRefused(server, browser, await browser.comeBack(provider.issue(address)), "journey_spent");
  });

  test("to a provider that is not set up is not found", async () => {
    const reply = await new Browser(server).send("GET", "/api/v1/providers/google/callback?code=x&state=y");
    expect(reply.status).toBe(404);
  });

  test("begins only on a page of this server", async () => {
    const browser = new Browser(server);
    const { status } = await browser.send("GET", "/api/v1/providers/oidc/sign-in");
    expect(status).toBe(405);
  });
});

describe("keys", () => {
  test("that are replaced are fetched once more", { timeout: 30_000 }, async () => {
    const former = provider.keys.RS256;
    provider.keys.RS256 = makeKey("RS256", "rotated");
    await until("the new key is known", async () => ((await signIn())[0].isSignedIn ? true : undefined), 25_000);
    const [browser, reply] = await signIn({ token: (claims) => signToken("RS256", former, claims) });
    await expectRefused(server, browser, reply, "key_unknown");
  });
});

describe("a provider that says of itself", () => {
  const said: readonly (readonly [string, string, (metadata: Json) => unknown])[] = [
    ["another issuer", "metadata_issuer", (metadata) => ({ ...metadata, issuer: "https://evil.example" })],
    ["no issuer", "metadata_issuer", without("issuer")],
    ["no token endpoint", "metadata_endpoint", without("token_endpoint")],
    ["no keys", "metadata_endpoint", without("jwks_uri")],
    [
      "keys by plain HTTP elsewhere",
      "metadata_endpoint",
      (metadata) => ({ ...metadata, jwks_uri: "http://evil.example/keys" }),
    ],
    [
      "an address that only looks like this machine",
      "metadata_endpoint",
      (metadata) => ({ ...metadata, token_endpoint: "http://127.0.0.1@evil.example/" }),
    ],
    ["a file as its keys", "metadata_endpoint", (metadata) => ({ ...metadata, jwks_uri: "file:///etc/passwd" })],
    [
      "a script to go to",
      "metadata_endpoint",
      (metadata) => ({ ...metadata, authorization_endpoint: "javascript:alert(1)" }),
    ],
    [
      "an address without end",
      "metadata_endpoint",
      (metadata) => ({ ...metadata, token_endpoint: `https://e.example/${"x".repeat(2000)}` }),
    ],
    [
      "that it has no S256",
      "metadata_unsupported",
      (metadata) => ({ ...metadata, code_challenge_methods_supported: ["plain"] }),
    ],
    [
      "that it gives no code",
      "metadata_unsupported",
      (metadata) => ({ ...metadata, response_types_supported: ["id_token"] }),
    ],
    [
      "that it signs with secrets",
      "metadata_unsupported",
      (metadata) => ({ ...metadata, id_token_signing_alg_values_supported: ["HS256", "none"] }),
    ],
    [
      "that it takes no secret",
      "metadata_unsupported",
      (metadata) => ({ ...metadata, token_endpoint_auth_methods_supported: ["private_key_jwt"] }),
    ],
    ["something twice", "metadata_malformed", (metadata) => duplicated(metadata, "issuer", "x")],
    ["nothing that is JSON", "metadata_malformed", () => "<html>"],
    ["too much", "answer_too_large", (metadata) => ({ ...metadata, padding: "x".repeat(300_000) })],
  ];
  const responded: readonly (readonly [string, string, (response: ServerResponse) => void])[] = [
    ["to go elsewhere", "redirect", (response) => response.writeHead(302, { Location: "http://evil.example/" }).end()],
    ["404", "status", (response) => response.writeHead(404).end("{}")],
    ["nothing at all", "timeout", () => undefined],
  ];

  async function expectNoDeparture(reason: string): Promise<void> {
    const fresh = await Server.start({ environment: environmentOf(provider) });
    try {
      const browser = new Browser(fresh);
      const reply = await browser.send("POST", "/api/v1/providers/oidc/sign-in", {});
      expect([reply.status, await reasonOf(fresh, browser)]).toEqual([503, reason]);
      expect(JSON.parse(reply.text)).not.toHaveProperty("detail");
      expect(browser.cookies.size).toBe(0);
    } finally {
      await fresh.end();
    }
  }

  test.each(said)("%s is refused: %s", async (_, reason, metadata) => {
    provider.metadata = metadata;
    await expectNoDeparture(reason).finally(() => {
      provider.metadata = (value) => value;
    });
  });

  test.each(responded)("%s is refused: %s", { timeout: 20_000 }, async (_, reason, respond) => {
    provider.respondMetadata = respond;
    await expectNoDeparture(reason).finally(() => {
      provider.respondMetadata = undefined;
    });
  });

  test("nothing at all is asked once, and nobody else waits", { timeout: 20_000 }, async () => {
    const fresh = await Server.start({ environment: environmentOf(provider) });
    const asked = provider.asked.get("/.well-known/openid-configuration") ?? 0;
    provider.respondMetadata = () => undefined;
    try {
      const first = new Browser(fresh).send("POST", "/api/v1/providers/oidc/sign-in", {});
      await until("the first waits", () =>
        (provider.asked.get("/.well-known/openid-configuration") ?? 0) > asked ? true : undefined,
      );
      const other = new Browser(fresh);
      const reply = await other.send("POST", "/api/v1/providers/oidc/sign-in", {});
      expect([reply.status, reply.headers["retry-after"], await reasonOf(fresh, other)]).toEqual([503, "1", "busy"]);
      expect((await other.send("GET", "/healthz")).status).toBe(200);
      expect((await first).status).toBe(503);
      expect(provider.asked.get("/.well-known/openid-configuration")).toBe(asked + 1);
    } finally {
      provider.respondMetadata = undefined;
      await fresh.end();
    }
  });
});

describe("keys that are published", () => {
  const published: readonly (readonly [string, string, (keys: unknown[]) => unknown])[] = [
    ["as no list", "keys_malformed", () => ({ keys: {} })],
    ["as no JSON", "keys_malformed", () => "x"],
    ["by the hundred", "keys_malformed", (keys) => ({ keys: Array.from({ length: 100 }, () => keys[0]) })],
    ["twice under one kid", "key_unknown", (keys) => ({ keys: [...keys, ...keys] })],
    ["for encrypting", "key_unknown", (keys) => ({ keys: keys.map((key) => ({ ...(key as Json), use: "enc" })) })],
    [
      "for another algorithm",
      "key_unknown",
      (keys) => ({ keys: keys.map((key) => ({ ...(key as Json), alg: "RS512" })) }),
    ],
    ["without a kid", "key_unknown", (keys) => ({ keys: keys.map((key) => without("kid")(key as Json)) })],
    [
      "with their private half",
      "key_unknown",
      (keys) => ({ keys: keys.map((key) => ({ ...(key as Json), d: "AQAB" })) }),
    ],
    ["too small", "key_unknown", () => ({ keys: [{ ...small.jwk, kid: provider.keys.RS256.kid }] })],
    ["as a secret", "key_unknown", () => ({ keys: [{ kty: "oct", k: "AAAA", kid: provider.keys.RS256.kid }] })],
  ];
  test.each(published)("%s are refused: %s", async (_, reason, how) => {
    provider.published = how;
    const fresh = await Server.start({ environment: environmentOf(provider) });
    try {
      const browser = new Browser(fresh);
      const reply = await browser.comeBack(provider.issue(await browser.setOut()));
      await expectRefused(fresh, browser, reply, reason);
    } finally {
      provider.published = (keys) => ({ keys });
      await fresh.end();
    }
  });
});

describe("a provider for one domain", () => {
  let ours: Server;
  beforeAll(async () => {
    provider.takesPost = true;
    ours = await Server.start({ environment: environmentOf(provider, { OIDC_HOSTED_DOMAIN: "example.com" }) });
  });
  afterAll(async () => {
    await ours.end();
    provider.takesPost = false;
  });

  test("lets in who is of it, with the secret in the form", async () => {
    const browser = new Browser(ours);
    const address = await browser.setOut("sign-in", { link: ours.ownerLink });
    expect(new URL(address).searchParams.get("hd")).toBe("example.com");
    await browser.comeBack(provider.issue(address, withClaim("hd", "Example.com")));
    expect(browser.isSignedIn).toBe(true);
  });

  const domains: readonly (readonly [string, Grant])[] = [
    ["no domain", {}],
    ["another domain", withClaim("hd", "evil.example")],
    ["a domain that ends like it", withClaim("hd", "evil-example.com")],
    ["a list with the domain", withClaim("hd", ["example.com"])],
  ];
  test.each(domains)("refuses a token with %s", async (_, grant) => {
    const browser = new Browser(ours);
    const reply = await browser.comeBack(provider.issue(await browser.setOut(), grant));
    await expectRefused(ours, browser, reply, "hosted_domain");
  });
});
