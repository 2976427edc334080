// A provider of OpenID Connect that can be made to misbehave at every step. Left alone it is a correct one: it checks the
// client, the code and the verifier, and signs with RS256.

import { constants, createHash, createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export type Json = Record<string, unknown>;

/** Answers a request instead of the provider; what it leaves open hangs until the provider ends. */
export type Answer = (response: ServerResponse) => void;

const clientId = "instacrm";
export const clientSecret = "secret of the client: 100% + more";

export function encode(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString("base64url");
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

/** A key pair and how it is told among the provider's keys. */
export class Key {
  readonly kid: string;
  readonly alg: string;
  readonly #private: KeyObject;
  readonly public: KeyObject;

  private constructor(
    kid: string,
    alg: string,
    pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  ) {
    this.kid = kid;
    this.alg = alg;
    this.#private = pair.privateKey;
    this.public = pair.publicKey;
  }

  static rsa(kid: string, alg = "RS256", modulusLength = 2048): Key {
    return new Key(kid, alg, generateKeyPairSync("rsa", { modulusLength }));
  }

  static ec(kid: string, alg = "ES256", namedCurve = "P-256"): Key {
    return new Key(kid, alg, generateKeyPairSync("ec", { namedCurve }));
  }

  static ed25519(kid: string): Key {
    return new Key(kid, "EdDSA", generateKeyPairSync("ed25519"));
  }

  jwk(more: Json = {}): Json {
    return { ...this.public.export({ format: "jwk" }), kid: this.kid, alg: this.alg, use: "sig", ...more };
  }

  /** With its private part, as nobody should publish it. */
  privateJwk(): Json {
    return { ...this.#private.export({ format: "jwk" }), kid: this.kid, alg: this.alg, use: "sig" };
  }

  signature(text: string, alg = this.alg, dsaEncoding: "ieee-p1363" | "der" = "ieee-p1363"): Buffer {
    const bytes = Buffer.from(text);
    const digest = `sha${alg.slice(2)}`;
    if (alg === "EdDSA") return sign(null, bytes, this.#private);
    if (alg.startsWith("PS")) {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return sign(digest, bytes, { key: this.#private, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
    }
    if (alg.startsWith("ES")) return sign(digest, bytes, { key: this.#private, dsaEncoding });
    return sign(digest, bytes, this.#private);
  }

  /** A signed token; the header's and the payload's text as given, be it JSON or not. */
  token(claims: unknown, header: unknown = { alg: this.alg, typ: "JWT", kid: this.kid }, alg = this.alg): string {
    const text = `${encode(header)}.${encode(claims)}`;
    return `${text}.${this.signature(text, alg).toString("base64url")}`;
  }
}

/** A token with a shared secret's signature. */
export function hmacToken(claims: unknown, header: Json, secret: string | Buffer): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

export function atHash(accessToken: string): string {
  return createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
}

/** What is asked of the token endpoint for one code. */
export interface Issue {
  /** What an honest provider would claim. */
  readonly claims: Json;
  readonly accessToken: string;
}

/** Where it departs from an honest one. */
export interface Misdeeds {
  metadata?: (honest: Json) => unknown;
  /** Instead of its discovery document. */
  discovery?: Answer;
  keys?: (honest: readonly Json[]) => unknown;
  keysAnswer?: Answer;
  tokenAnswer?: Answer;
  /** The token endpoint's document, from an honest one. */
  tokenDocument?: (honest: Json, issue: Issue) => unknown;
}

interface Pending {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirect: string;
  readonly idToken: ((issue: Issue) => string) | undefined;
  readonly claims: Json;
}

function pairOf(authorization: string): string[] {
  return Buffer.from(authorization.replace(/^Basic /u, ""), "base64")
    .toString()
    .split(":")
    .map(decodeURIComponent);
}

export class ProviderDouble {
  readonly #server: Server;
  readonly #pending = new Map<string, Pending>();
  /** What it signs with. */
  key: Key;
  /** All that it publishes. */
  keys: Json[];
  misdeeds: Misdeeds = {};
  /** It takes the client's secret in the form, not in the header. */
  takesPost = false;
  /** How often each was asked for. */
  readonly asked = { discovery: 0, keys: 0, token: 0 };

  private constructor(server: Server, key: Key) {
    this.#server = server;
    this.key = key;
    this.keys = [key.jwk()];
    server.on("request", (request, response) => {
      void this.#answer(request, response);
    });
  }

  static async start(misdeeds: Misdeeds = {}, key = Key.rsa("first")): Promise<ProviderDouble> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const provider = new ProviderDouble(server, key);
    provider.misdeeds = misdeeds;
    return provider;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("It does not listen.");
    return address.port;
  }

  get issuer(): string {
    return `http://localhost:${String(this.port)}`;
  }

  /** What a server that trusts it is started with. */
  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { OIDC_ISSUER: this.issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, ...more };
  }

  /** What is claimed of somebody by default. */
  claims(more: Json = {}): Json {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: this.issuer,
      sub: "subject-1",
      aud: clientId,
      exp: now + 300,
      iat: now,
      email: "bruno@example.com",
      email_verified: true,
      name: "Bruno Costa",
      hd: "example.com",
      ...more,
    };
  }

  /** Somebody agreed at the authorization address: a code for them. `idToken` makes the token, if not the honest one. */
  agree(authorization: string, claims: Json = {}, idToken?: (issue: Issue) => string): string {
    const query = new URL(authorization).searchParams;
    const code = randomBytes(16).toString("hex");
    this.#pending.set(code, {
      nonce: query.get("nonce") ?? "",
      challenge: query.get("code_challenge") ?? "",
      redirect: query.get("redirect_uri") ?? "",
      idToken,
      claims,
    });
    return code;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  get metadata(): Json {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256", "ES256", "PS256", "EdDSA"],
      token_endpoint_auth_methods_supported: [this.takesPost ? "client_secret_post" : "client_secret_basic"],
      code_challenge_methods_supported: ["S256"],
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { misdeeds } = this;
    if (request.url === "/.well-known/openid-configuration") {
      this.asked.discovery++;
      const document = misdeeds.metadata === undefined ? this.metadata : misdeeds.metadata(this.metadata);
      (misdeeds.discovery ?? json(document))(response);
    } else if (request.url === "/keys") {
      this.asked.keys++;
      const document = misdeeds.keys === undefined ? { keys: this.keys } : misdeeds.keys(this.keys);
      (misdeeds.keysAnswer ?? json(document))(response);
    } else if (request.url === "/token" && request.method === "POST") {
      this.asked.token++;
      const form = new URLSearchParams(Buffer.concat(parts).toString());
      (misdeeds.tokenAnswer ?? this.#exchange(form, request.headers.authorization ?? ""))(response);
    } else {
      json({ error: "not_found" }, 404)(response);
    }
  }

  #exchange(form: URLSearchParams, authorization: string): Answer {
    const pending = this.#pending.get(form.get("code") ?? "");
    this.#pending.delete(form.get("code") ?? "");
    const [id, secret] = this.takesPost ? [form.get("client_id"), form.get("client_secret")] : pairOf(authorization);
    if (id !== clientId || secret !== clientSecret) return json({ error: "invalid_client" }, 401);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (
      pending === undefined ||
      form.get("grant_type") !== "authorization_code" ||
      form.get("redirect_uri") !== pending.redirect ||
      challenge !== pending.challenge
    ) {
      return json({ error: "invalid_grant" }, 400);
    }
    const accessToken = randomBytes(16).toString("hex");
    const issue = { claims: this.claims({ nonce: pending.nonce, ...pending.claims }), accessToken };
    const idToken = pending.idToken === undefined ? this.key.token(issue.claims) : pending.idToken(issue);
    const honest = { access_token: accessToken, token_type: "Bearer", expires_in: 300, id_token: idToken };
    const { tokenDocument } = this.misdeeds;
    return json(tokenDocument === undefined ? honest : tokenDocument(honest, issue));
  }
}

// ---- Answers. ----

export function json(document: unknown, status = 200): Answer {
  return text(typeof document === "string" ? document : JSON.stringify(document), status);
}

export function text(body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(body);
  };
}

export function redirect(address: string): Answer {
  return text("", 302, { Location: address });
}

/** Takes the request and says nothing. */
export const hangs: Answer = () => undefined;

/** A head, and then nothing. */
export const hangsInItsBody: Answer = (response) => {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.write("{");
};

/** A byte now and then, so that no timeout of silence ends it. */
export const drips: Answer = (response) => {
  response.writeHead(200, { "Content-Type": "application/json" });
  const drip = setInterval(() => response.write(" "), 200);
  response.on("close", () => {
    clearInterval(drip);
  });
};

/** Ten megabytes that are announced. */
export const isHuge: Answer = (response) => {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 10_000_000 });
  response.write("{");
};

/** A document without an end. */
export const isEndless: Answer = (response) => {
  const piece = Buffer.alloc(65_536, " ");
  response.writeHead(200, { "Content-Type": "application/json" });
  const pour = (): void => {
    while (!response.destroyed && response.write(piece)) continue;
  };
  response.on("drain", pour);
  pour();
};

/** Breaks off in the middle. */
export const breaksOff: Answer = (response) => {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 1000 });
  response.write("{", () => response.socket?.destroy());
};

/** Speaks another protocol. */
export const speaksNonsense: Answer = (response) => {
  response.socket?.end("SSH-2.0-OpenSSH_9.2\r\n");
};
