// ID tokens that a hostile provider, or somebody on the way, might hand over: each is refused, for the reason that the log tells,
// and the visitor is told nothing.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { join } from "./client.ts";
import {
  atHash,
  clientSecret,
  encode,
  hmacToken,
  type Issue,
  type Json,
  Key,
  ProviderDouble,
} from "./provider-double.ts";
import { Server } from "./server.ts";
import { reasonOf, Traveller } from "./traveller.ts";

const provider = await ProviderDouble.start();
const { key } = provider;
const ec = Key.ec("curve");
const ed = Key.ed25519("edwards");
const pss = Key.rsa("pss", "PS256");
const forEncryption = Key.rsa("encryption");
const tooShort = Key.rsa("short", "RS256", 1024);
const twice = [Key.rsa("twice"), Key.rsa("twice")] as const;
const anyAlgorithm = Key.rsa("any");
const stranger = Key.rsa("first");
const leaked = Key.rsa("leaked");
const forSigningOnly = Key.rsa("operations");
const otherCurve = Key.ec("other-curve", "ES384", "P-384");
provider.keys.push(
  ec.jwk(),
  ed.jwk(),
  pss.jwk(),
  forEncryption.jwk({ use: "enc" }),
  tooShort.jwk(),
  key.jwk({ kid: "long", n: encode(Buffer.alloc(1024, 0xff)) }),
  twice[0].jwk(),
  twice[1].jwk(),
  anyAlgorithm.jwk({ alg: undefined, use: undefined }),
  leaked.privateJwk(),
  forSigningOnly.jwk({ key_ops: ["sign"] }),
  otherCurve.jwk({ alg: undefined }),
  { kty: "oct", k: encode("shared"), kid: "shared", alg: "HS256", use: "sig" },
  { ...ec.jwk(), kid: "off-curve", y: encode(Buffer.alloc(32, 1)) },
  { kid: "bare", use: "sig" },
);

let server: Server;
beforeAll(async () => {
  server = await Server.start({ environment: provider.environment({ OIDC_HOSTED_DOMAIN: "example.com" }) });
  const owner = await join(server);
  await owner.expect(204, "POST", "/api/v1/email-domains", { json: { email_domain: "example.com", role: "operator" } });
});
afterAll(async () => {
  await server.end();
  await provider.end();
});

const now = Math.floor(Date.now() / 1000);

/** What becomes of a token. */
async function outcome(idToken: ((issue: Issue) => string) | undefined, claims: Json = {}): Promise<string> {
  const traveller = new Traveller(server);
  await traveller.depart();
  const code = provider.agree(traveller.authorization, claims, idToken);
  const reply = await traveller.comeBackWith(code);
  if (traveller.isSignedIn && reply.headers.location === "/") return "signed in";
  return reasonOf(traveller, reply);
}

const headerOf = (more: Json): Json => ({ alg: "RS256", typ: "JWT", kid: "first", ...more });
const pem = key.public.export({ type: "spki", format: "pem" });
const der = key.public.export({ type: "spki", format: "der" });
const pkcs1 = key.public.export({ type: "pkcs1", format: "pem" });

/** A token by an honest key with another header. */
const withHeader =
  (header: unknown) =>
  ({ claims }: Issue): string =>
    key.token(claims, header);

/** An honest token of which parts are exchanged: header, payload, signature. */
const changed =
  (change: (parts: readonly [string, string, string], issue: Issue) => readonly string[]) =>
  (issue: Issue): string => {
    const [header = "", payload = "", signature = ""] = key.token(issue.claims).split(".");
    return change([header, payload, signature], issue).join(".");
  };

const order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
function turned(signature: string): string {
  const bytes = Buffer.from(signature, "base64url");
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return bytes.toString("base64url");
}
function curveToken(claims: Json, signature: Buffer): string {
  return `${encode({ alg: "ES256", kid: "curve" })}.${encode(claims)}.${signature.toString("base64url")}`;
}
function derToken(claims: Json): string {
  const text = `${encode({ alg: "ES256", kid: "curve" })}.${encode(claims)}`;
  return `${text}.${ec.signature(text, "ES256", "der").toString("base64url")}`;
}

type Case = readonly [name: string, reason: string, idToken: (issue: Issue) => string];

describe("a signature", () => {
  const cases: readonly Case[] = [
    ["of none", "algorithm", ({ claims }) => `${encode(headerOf({ alg: "none" }))}.${encode(claims)}.`],
    ["of none, with something behind the dot", "algorithm", withHeader(headerOf({ alg: "none" }))],
    ["of None", "algorithm", withHeader(headerOf({ alg: "None" }))],
    ["of nothing that is named", "algorithm", withHeader({ typ: "JWT", kid: "first" })],
    ["of a number", "algorithm", withHeader(headerOf({ alg: 256 }))],
    ["of a list of algorithms", "algorithm", withHeader(headerOf({ alg: ["RS256"] }))],
    ["of rs256", "algorithm", withHeader(headerOf({ alg: "rs256" }))],
    ["of a NUL behind RS256", "token_malformed", withHeader('{"alg":"RS256\u0000","kid":"first"}')],
    ["of RS384", "algorithm", ({ claims }) => key.token(claims, headerOf({ alg: "RS384" }), "RS384")],
    ["of RS512", "algorithm", ({ claims }) => key.token(claims, headerOf({ alg: "RS512" }), "RS512")],
    ["of RS1", "algorithm", ({ claims }) => key.token(claims, headerOf({ alg: "RS1" }), "RS1")],
    ["of PS384", "algorithm", ({ claims }) => key.token(claims, headerOf({ alg: "PS384" }), "PS384")],
    ["of ES384", "algorithm", ({ claims }) => otherCurve.token(claims)],
    [
      "of HS256 by the public key in PEM",
      "algorithm",
      ({ claims }) => hmacToken(claims, headerOf({ alg: "HS256" }), pem),
    ],
    [
      "of HS256 by the public key in DER",
      "algorithm",
      ({ claims }) => hmacToken(claims, headerOf({ alg: "HS256" }), der),
    ],
    ["of HS256 by its PKCS #1", "algorithm", ({ claims }) => hmacToken(claims, headerOf({ alg: "HS256" }), pkcs1)],
    [
      "of HS256 by the client's secret",
      "algorithm",
      ({ claims }) => hmacToken(claims, headerOf({ alg: "HS256" }), clientSecret),
    ],
    [
      "of HS256 by a shared secret among the keys",
      "algorithm",
      ({ claims }) => hmacToken(claims, headerOf({ alg: "HS256", kid: "shared" }), "shared"),
    ],
    ["of RS256 that is an HMAC by the public key", "signature", ({ claims }) => hmacToken(claims, headerOf({}), pem)],
    ["by a stranger's key under the provider's kid", "signature", ({ claims }) => stranger.token(claims)],
    [
      "of PS256 by a key for RS256",
      "key_unknown",
      ({ claims }) => key.token(claims, headerOf({ alg: "PS256" }), "PS256"),
    ],
    [
      "of RS256 by a key for PS256",
      "key_unknown",
      ({ claims }) => pss.token(claims, headerOf({ kid: "pss" }), "RS256"),
    ],
    ["of RS256 under the kid of a curve", "key_unknown", ({ claims }) => key.token(claims, headerOf({ kid: "curve" }))],
    ["of ES256 under the kid of RSA", "key_unknown", ({ claims }) => ec.token(claims, headerOf({ alg: "ES256" }))],
    [
      "of EdDSA under the kid of P-256",
      "key_unknown",
      ({ claims }) => ed.token(claims, headerOf({ alg: "EdDSA", kid: "curve" })),
    ],
    [
      "of ES256 by P-384",
      "key_unknown",
      ({ claims }) => ec.token(claims, headerOf({ alg: "ES256", kid: "other-curve" })),
    ],
    ["under a kid that nobody has", "key_unknown", ({ claims }) => key.token(claims, headerOf({ kid: "nobody" }))],
    ["under no kid", "key_unknown", ({ claims }) => key.token(claims, { alg: "RS256" })],
    ["under an empty kid", "key_unknown", ({ claims }) => key.token(claims, headerOf({ kid: "" }))],
    ["under a number", "key_unknown", ({ claims }) => key.token(claims, headerOf({ kid: 1 }))],
    [
      "under a kid with a path",
      "key_unknown",
      ({ claims }) => key.token(claims, headerOf({ kid: "../../../dev/null" })),
    ],
    ["under a kid with SQL", "key_unknown", ({ claims }) => key.token(claims, headerOf({ kid: "' OR 1=1 --" }))],
    [
      "under a kid of 10,000 bytes",
      "key_unknown",
      ({ claims }) => key.token(claims, headerOf({ kid: "k".repeat(10_000) })),
    ],
    ["under a kid that two keys have", "key_unknown", ({ claims }) => twice[0].token(claims)],
    ["by a key for encryption", "key_unknown", ({ claims }) => forEncryption.token(claims)],
    ["by a key that may only sign", "key_unknown", ({ claims }) => forSigningOnly.token(claims)],
    ["by a key of 1,024 bits", "key_unknown", ({ claims }) => tooShort.token(claims)],
    ["by a key of 8,192 bits", "key_unknown", ({ claims }) => key.token(claims, headerOf({ kid: "long" }))],
    ["by a key whose private part is published", "key_unknown", ({ claims }) => leaked.token(claims)],
    [
      "by a key that is off its curve",
      "key_unknown",
      ({ claims }) => ec.token(claims, { alg: "ES256", kid: "off-curve" }),
    ],
    [
      "by a key that has nothing but a name",
      "key_unknown",
      ({ claims }) => key.token(claims, headerOf({ kid: "bare" })),
    ],
    ["that is empty", "signature", changed(([header, payload]) => [header, payload, ""])],
    ["of one byte less", "signature", changed(([header, payload, made]) => [header, payload, made.slice(0, -2)])],
    ["with one byte behind it", "signature", changed(([header, payload, made]) => [header, payload, `${made}AA`])],
    ["of which a bit is turned", "signature", changed(([header, payload, made]) => [header, payload, turned(made)])],
    ["with padding", "signature", changed(([header, payload, made]) => [header, payload, `${made}==`])],
    ["with a line's end behind it", "signature", changed(([header, payload, made]) => [header, payload, `${made}\n`])],
    [
      "of 100,000 characters",
      "token_too_large",
      changed(([header, payload]) => [header, payload, "A".repeat(100_000)]),
    ],
    ["of ES256 in DER", "signature", ({ claims }) => derToken(claims)],
    ["of ES256 of zeros", "signature", ({ claims }) => curveToken(claims, Buffer.alloc(64))],
    [
      "of ES256 as large as the curve's order",
      "signature",
      ({ claims }) => curveToken(claims, Buffer.from(order + order, "hex")),
    ],
    ["of ES256 of 63 bytes", "signature", ({ claims }) => curveToken(claims, Buffer.alloc(63, 1))],
    ["of ES256 of 65 bytes", "signature", ({ claims }) => curveToken(claims, Buffer.alloc(65, 1))],
    [
      "of EdDSA of zeros",
      "signature",
      ({ claims }) => `${encode({ alg: "EdDSA", kid: "edwards" })}.${encode(claims)}.${"A".repeat(86)}`,
    ],
  ];

  test.each(cases)("%s is refused: %s", async (_name, reason, idToken) => {
    expect(await outcome(idToken)).toBe(reason);
  });

  test.each([
    ["RS256", key, undefined],
    ["PS256", pss, undefined],
    ["ES256", ec, undefined],
    ["EdDSA", ed, undefined],
    ["PS256 by a key for any", anyAlgorithm, { alg: "PS256", kid: "any" }],
  ] as const)("of %s is taken", async (_name, signer, header) => {
    const idToken = ({ claims }: Issue): string =>
      header === undefined ? signer.token(claims) : signer.token(claims, header, header.alg);
    expect(await outcome(idToken)).toBe("signed in");
  });
});

describe("a header", () => {
  const cases: readonly Case[] = [
    [
      "with a key of its own",
      "token_header",
      ({ claims }) => stranger.token(claims, headerOf({ jwk: stranger.jwk() })),
    ],
    [
      "with an address of keys",
      "token_header",
      ({ claims }) => stranger.token(claims, headerOf({ jku: `${provider.issuer}/keys` })),
    ],
    ["with a certificate", "token_header", withHeader(headerOf({ x5c: ["MIIB"] }))],
    ["with an address of certificates", "token_header", withHeader(headerOf({ x5u: "https://evil.example/x5u" }))],
    ["with something to be understood", "token_header", withHeader(headerOf({ crit: ["exp"], exp: now }))],
    ["with an empty list of what is to be understood", "token_header", withHeader(headerOf({ crit: [] }))],
    ["of a payload that is not encoded", "token_header", withHeader(headerOf({ b64: false }))],
    ["of a payload that is compressed", "token_header", withHeader(headerOf({ zip: "DEF" }))],
    ["with its algorithm twice", "token_malformed", withHeader('{"alg":"none","alg":"RS256","kid":"first"}')],
    ["with its kid twice", "token_malformed", withHeader('{"alg":"RS256","kid":"first","kid":"curve"}')],
    ["that is a list", "token_malformed", withHeader([headerOf({})])],
    ["that is no JSON", "token_malformed", withHeader("{alg:RS256}")],
    ["that is empty", "token_malformed", changed(([, payload, made]) => ["", payload, made])],
    ["with padding", "token_malformed", changed(([header, payload, made]) => [`${header}=`, payload, made])],
    ["with a space before it", "token_malformed", changed(([header, payload, made]) => [` ${header}`, payload, made])],
    [
      "of another token",
      "signature",
      changed(([, payload, made]) => [encode(headerOf({ typ: "at+jwt" })), payload, made]),
    ],
  ];

  test.each(cases)("%s is refused: %s", async (_name, reason, idToken) => {
    expect(await outcome(idToken)).toBe(reason);
  });
});

describe("a token", () => {
  const deep = "[".repeat(1000) + "]".repeat(1000);
  const cases: readonly Case[] = [
    ["of two parts", "token_malformed", changed(([header, payload]) => [header, payload])],
    ["of four parts", "signature", changed(([header, payload, made]) => [header, payload, made, made])],
    [
      "of five parts, encrypted",
      "token_header",
      () => [encode({ alg: "RSA-OAEP", enc: "A256GCM", kid: "first" }), "AA", "AA", "AA", "AA"].join("."),
    ],
    ["of dots", "token_malformed", () => ".."],
    ["of a word", "token_malformed", () => "token"],
    ["of more than 16 KiB", "token_too_large", ({ claims }) => key.token({ ...claims, more: "x".repeat(16_384) })],
    [
      "whose payload is another's",
      "signature",
      changed(([header, , made], { claims }) => [header, encode({ ...claims, sub: "root" }), made]),
    ],
    ["whose payload is empty", "token_malformed", changed(([header, , made]) => [header, "", made])],
    [
      "whose payload is not written as it is read",
      "signature",
      changed(([header, payload, made]) => [header, `${payload}=`, made]),
    ],
    ["whose payload is no JSON", "claims_malformed", () => key.token("sub=subject-1")],
    ["whose payload is a list", "claims_malformed", ({ claims }) => key.token([claims])],
    ["whose payload is a text", "claims_malformed", () => key.token('"subject-1"')],
    [
      "whose payload has a claim twice",
      "claims_malformed",
      ({ claims }) => key.token(`{"sub":"root",${JSON.stringify(claims).slice(1)}`),
    ],
    [
      "whose payload has something behind it",
      "claims_malformed",
      ({ claims }) => key.token(`${JSON.stringify(claims)}{}`),
    ],
    [
      "whose payload holds a NUL",
      "claims_malformed",
      ({ claims }) => key.token(JSON.stringify({ ...claims, sub: "a\u0000b" })),
    ],
    [
      "whose payload nests without an end",
      "claims_malformed",
      ({ claims }) => key.token(`{"more":${deep},${JSON.stringify(claims).slice(1)}`),
    ],
  ];

  test.each(cases)("%s is refused: %s", async (_name, reason, idToken) => {
    expect(await outcome(idToken)).toBe(reason);
  });
});

describe("a claim", () => {
  const gone = undefined;
  const cases: readonly (readonly [name: string, reason: string, claims: Json])[] = [
    ["of another issuer", "issuer", { iss: "https://accounts.example.org" }],
    ["of the issuer with a slash", "issuer", { iss: `${provider.issuer}/` }],
    ["of the issuer in capitals", "issuer", { iss: provider.issuer.toUpperCase() }],
    ["of the issuer in a list", "issuer", { iss: [provider.issuer] }],
    ["of no issuer", "issuer", { iss: gone }],
    ["for somebody else", "audience", { aud: "another-client" }],
    ["for us in capitals", "audience", { aud: "INSTACRM" }],
    ["for nobody", "audience", { aud: gone }],
    ["for an empty list", "audience", { aud: [] }],
    ["for others", "audience", { aud: ["another-client", "a-third"] }],
    ["for us and somebody else", "audience", { aud: ["instacrm", "another-client"], azp: "instacrm" }],
    ["for a list in a list", "audience", { aud: [["instacrm"]] }],
    ["for an object", "audience", { aud: { instacrm: true } }],
    ["made for somebody else's use", "authorized_party", { azp: "another-client" }],
    ["made for a number's use", "authorized_party", { azp: 1 }],
    ["made for null's use", "authorized_party", { azp: null }],
    ["that is over", "expired", { exp: now - 3600 }],
    ["that never ends", "expired", { exp: gone }],
    ["that ends in a text", "expired", { exp: String(now + 300) }],
    ["that ends in a fraction", "expired", { exp: now + 300.5 }],
    ["that ends before 1970", "expired", { exp: -1 }],
    ["that ends at the end of numbers", "expired", { exp: Number.MAX_SAFE_INTEGER }],
    ["that was never issued", "issued_at", { iat: gone }],
    ["that is issued tomorrow", "issued_at", { iat: now + 86_400, exp: now + 90_000 }],
    ["that was issued yesterday", "issued_at", { iat: now - 86_400 }],
    ["that was issued in a text", "issued_at", { iat: "now" }],
    ["that begins tomorrow", "not_before", { nbf: now + 86_400 }],
    ["that begins in a text", "not_before", { nbf: "now" }],
    ["of an authentication tomorrow", "auth_time", { auth_time: now + 86_400 }],
    ["of an authentication in a text", "auth_time", { auth_time: "now" }],
    ["with no nonce", "nonce", { nonce: gone }],
    ["with an empty nonce", "nonce", { nonce: "" }],
    ["with another nonce", "nonce", { nonce: "A".repeat(43) }],
    ["with a number for a nonce", "nonce", { nonce: 0 }],
    ["of nobody", "subject", { sub: gone }],
    ["of an empty subject", "subject", { sub: "" }],
    ["of a number", "subject", { sub: 1 }],
    ["of a subject of 256 characters", "subject", { sub: "s".repeat(256) }],
    ["of a subject with a line's end", "subject", { sub: "subject\n1" }],
    ["of another access token", "access_token_hash", { at_hash: atHash("another") }],
    ["of a number for an access token", "access_token_hash", { at_hash: 1 }],
    ["of an address that is not verified", "email_unverified", { email_verified: false }],
    ["of an address of which nothing is said", "email_unverified", { email_verified: gone }],
    ["of an address verified by a text", "email_unverified", { email_verified: "true" }],
    ["of an address verified by a number", "email_unverified", { email_verified: 1 }],
    ["of an empty address", "email_unverified", { email: "" }],
    ["of an address with a line's end", "email_unverified", { email: "bruno@example.com\r\nBcc: all" }],
    ["of an address of 400 characters", "email_unverified", { email: `${"a".repeat(388)}@example.com` }],
    ["of a list of addresses", "email_unverified", { email: ["bruno@example.com"] }],
    ["of another domain", "hosted_domain", { hd: "example.org" }],
    ["of a domain below", "hosted_domain", { hd: "sub.example.com" }],
    ["of a domain that begins like it", "hosted_domain", { hd: "example.com.evil.example" }],
    ["of no domain", "hosted_domain", { hd: gone }],
    ["of a domain that is no text", "hosted_domain", { hd: true }],
  ];

  test.each(cases)("%s is refused: %s", async (_name, reason, claims) => {
    expect(await outcome(undefined, claims)).toBe(reason);
  });

  test.each([
    ["of an address that is left out", { email: gone, email_verified: gone, sub: "subject-1" }],
    ["for a list of us alone", { aud: ["instacrm"] }],
    ["for us, made for our use", { azp: "instacrm" }],
    ["of our domain in capitals", { hd: "EXAMPLE.com" }],
    ["of a clock that is half a minute fast", { iat: now + 30, nbf: now + 30 }],
    ["of another address than before", { email: "bruno@home.example" }],
    ["with claims that we do not know", { picture: "https://example.com/p.png", groups: ["a", "b"] }],
  ])("%s is taken", async (_name, claims) => {
    expect(await outcome(undefined)).toBe("signed in"); // Known from here on, with or without an address.
    expect(await outcome(undefined, claims)).toBe("signed in");
  });

  test("of the access token that came with it is taken", async () => {
    const idToken = ({ claims, accessToken }: Issue): string => key.token({ ...claims, at_hash: atHash(accessToken) });
    expect(await outcome(idToken)).toBe("signed in");
  });
});
