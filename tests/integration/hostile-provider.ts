// A provider of OpenID Connect that does what it is told, also what no honest one does: everything it says can be changed.

import {
  constants,
  createHash,
  createHmac,
  generateKeyPairSync,
  randomBytes,
  sign as signBytes,
  type KeyObject,
} from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Json = Record<string, unknown>;
export type Algorithm = "RS256" | "PS256" | "ES256" | "EdDSA";

export const clientId = "instacrm";
export const clientSecret = "a secret: of + the client's";

export interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: Json;
}

export function makeKey(algorithm: Algorithm, kid: string, bits = 2048): Key {
  const pair =
    algorithm === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : algorithm === "EdDSA"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("rsa", { modulusLength: bits });
  const jwk = { ...pair.publicKey.export({ format: "jwk" }), kid, use: "sig", alg: algorithm };
  return { kid, privateKey: pair.privateKey, jwk };
}

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

function signatureOf(algorithm: Algorithm, key: KeyObject, text: string): Buffer {
  const bytes = Buffer.from(text);
  if (algorithm === "EdDSA") return signBytes(null, bytes, key);
  if (algorithm === "ES256") return signBytes("sha256", bytes, { key, dsaEncoding: "ieee-p1363" });
  if (algorithm === "PS256") {
    return signBytes("sha256", bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  }
  return signBytes("sha256", bytes, key);
}

export function signToken(algorithm: Algorithm, key: Key, claims: unknown, header: Json = {}): string {
  const text = `${encode({ alg: algorithm, kid: key.kid, ...header })}.${encode(claims)}`;
  return `${text}.${signatureOf(algorithm, key.privateKey, text).toString("base64url")}`;
}

/** What HS256 makes of a text: signed with what everybody knows. */
export function signWithSecret(secret: string, claims: unknown, kid: string): string {
  const text = `${encode({ alg: "HS256", kid })}.${encode(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

/** What stands behind a code. */
export interface Grant {
  readonly algorithm?: Algorithm;
  /** Changes the claims. */
  readonly claims?: (claims: Json) => unknown;
  readonly header?: Json;
  /** Makes the whole token, from the good claims. */
  readonly token?: (claims: Json, key: Key) => string;
  /** Changes the token endpoint's answer. */
  readonly answer?: (answer: Json) => unknown;
  /** Answers in its stead. */
  readonly respond?: (response: ServerResponse) => void;
}

interface Waiting {
  readonly grant: Grant;
  readonly asked: URLSearchParams;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

export const now = (): number => Math.floor(Date.now() / 1000);

export class HostileProvider {
  readonly keys: Record<Algorithm, Key> = {
    RS256: makeKey("RS256", "rs"),
    PS256: makeKey("PS256", "ps"),
    ES256: makeKey("ES256", "es"),
    EdDSA: makeKey("EdDSA", "ed"),
  };
  /** Changes what it says of itself. */
  metadata: (metadata: Json) => unknown = (metadata) => metadata;
  /** Answers instead of saying it. */
  respondMetadata: ((response: ServerResponse) => void) | undefined;
  respondKeys: ((response: ServerResponse) => void) | undefined;
  /** Changes the published keys. */
  published: (keys: unknown[]) => unknown = (keys) => ({ keys });
  /** How often each path was asked for. */
  readonly asked = new Map<string, number>();
  /** What was wrong with requests for tokens. */
  readonly faults: string[] = [];
  takesPost = false;
  readonly #waiting = new Map<string, Waiting>();
  readonly #server: HttpServer;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<HostileProvider> {
    const provider = new HostileProvider();
    provider.#server.listen(0, "127.0.0.1");
    await once(provider.#server, "listening");
    return provider;
  }

  get issuer(): string {
    return `http://localhost:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Gives a code for what the address of a browser that set out asks for. */
  issue(address: string, grant: Grant = {}): { code: string; state: string } {
    const asked = new URL(address).searchParams;
    const code = randomBytes(16).toString("base64url");
    this.#waiting.set(code, { grant, asked });
    return { code, state: asked.get("state") ?? "" };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").split("?")[0] ?? "";
    this.asked.set(path, (this.asked.get(path) ?? 0) + 1);
    const say = (value: unknown): void => {
      response.setHeader("Content-Type", "application/json");
      response.end(typeof value === "string" ? value : JSON.stringify(value));
    };
    if (path === "/.well-known/openid-configuration") {
      if (this.respondMetadata === undefined) say(this.metadata(this.#metadata()));
      else this.respondMetadata(response);
    } else if (path === "/keys") {
      if (this.respondKeys === undefined) say(this.published(Object.values(this.keys).map(({ jwk }) => jwk)));
      else this.respondKeys(response);
    } else if (path === "/token") {
      this.#giveToken(request, await bodyOf(request), response, say);
    } else {
      response.statusCode = 404;
      response.end();
    }
  }

  #metadata(): Json {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"],
      id_token_signing_alg_values_supported: ["RS256", "PS256", "ES256", "EdDSA", "HS256", "none"],
      token_endpoint_auth_methods_supported: this.takesPost ? ["client_secret_post"] : ["client_secret_basic"],
    };
  }

  #fault(form: URLSearchParams, asked: URLSearchParams, authorization: string): string | undefined {
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const basic = Buffer.from(
      `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`.replaceAll("'", "%27"),
    );
    if (challenge !== asked.get("code_challenge")) return "verifier";
    if (form.get("redirect_uri") !== asked.get("redirect_uri")) return "redirect_uri";
    if (form.get("grant_type") !== "authorization_code") return "grant_type";
    if (this.takesPost) return form.get("client_secret") === clientSecret ? undefined : "client_secret";
    return authorization === `Basic ${basic.toString("base64")}` ? undefined : `authorization ${authorization}`;
  }

  #giveToken(request: IncomingMessage, body: string, response: ServerResponse, say: (value: unknown) => void): void {
    const form = new URLSearchParams(body);
    const code = form.get("code") ?? "";
    const waiting = this.#waiting.get(code);
    this.#waiting.delete(code);
    const fault =
      waiting === undefined ? "code" : this.#fault(form, waiting.asked, request.headers.authorization ?? "");
    if (waiting === undefined || fault !== undefined) {
      this.faults.push(fault ?? "code");
      response.statusCode = 400;
      say({ error: "invalid_grant" });
      return;
    }
    const { grant } = waiting;
    if (grant.respond !== undefined) {
      grant.respond(response);
      return;
    }
    const algorithm = grant.algorithm ?? "RS256";
    const key = this.keys[algorithm];
    const good: Json = {
      iss: this.issuer,
      aud: clientId,
      sub: "anna",
      iat: now(),
      exp: now() + 300,
      nonce: waiting.asked.get("nonce"),
      email: "anna@example.com",
      email_verified: true,
      name: "Anna Becker",
    };
    const claims = grant.claims === undefined ? good : grant.claims(good);
    const token = grant.token?.(good, key) ?? signToken(algorithm, key, claims, grant.header);
    const answer = { access_token: "access", token_type: "Bearer", expires_in: 300, id_token: token };
    say(grant.answer === undefined ? answer : grant.answer(answer));
  }
}
