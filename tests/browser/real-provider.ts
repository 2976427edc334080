// npm's oidc-provider, a certified provider of OpenID Connect, on `localhost` (ours is on 127.0.0.1: cookies ignore ports), with pages
// to sign in and to agree on.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import Provider, { type Account } from "oidc-provider";
import type { Page } from "playwright-core";

const clientId = "instacrm";
const clientSecret = "a secret of the client";

export interface Person {
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function makeKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomBytes(8).toString("hex"), alg: "RS256", use: "sig" };
}

export class RealProvider {
  readonly #server: Server;
  readonly #people: ReadonlyMap<string, Person>;
  readonly #cookieKey = randomBytes(16).toString("hex");
  #redirectAddress = "";
  #handler: Handler | undefined;
  #keep: ((address: string) => void) | undefined;

  private constructor(server: Server, people: Readonly<Record<string, Person>>) {
    this.#server = server;
    this.#people = new Map(Object.entries(people));
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#watch(response);
      this.#handler?.(request, response);
    });
  }

  /** Listens; serves once it knows its client. People are known by the name that they sign in with. */
  static async start(people: Readonly<Record<string, Person>>): Promise<RealProvider> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new RealProvider(server, people);
  }

  get issuer(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("It does not listen.");
    return `http://localhost:${String(address.port)}`;
  }

  get environment(): Record<string, string> {
    return {
      OIDC_ISSUER: this.issuer,
      OIDC_CLIENT_ID: clientId,
      OIDC_CLIENT_SECRET: clientSecret,
      OIDC_NAME: "Example",
    };
  }

  /** Makes the server at that address its client, and serves. */
  serve(url: string): void {
    this.#redirectAddress = `${url}/api/v1/providers/oidc/callback`;
    this.rotateKeys();
  }

  /** Signs with a new key from now on, and knows of the old one no more; whoever is signed in there stays so. */
  rotateKeys(): void {
    const provider = new Provider(this.issuer, {
      clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [this.#redirectAddress] }],
      jwks: { keys: [makeKey()] },
      cookies: { keys: [this.#cookieKey] },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      conformIdTokenClaims: false, // Its claims are in the ID token, as Google's are.
      features: { devInteractions: { enabled: true } },
      pkce: { required: () => true },
      findAccount: (_context: unknown, id: string): Account | undefined => this.#find(id),
    });
    this.#handler = provider.callback();
  }

  /** What somebody does on its pages, from setting out until they are sent back. */
  async walk(page: Page, name: string): Promise<void> {
    await page.waitForURL(`${this.issuer}/interaction/**`);
    await page.locator('input[name="login"]').fill(name);
    await page.locator('input[name="password"]').fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await this.agree(page);
  }

  /** Agrees to what we ask for. */
  async agree(page: Page): Promise<void> {
    await page.getByRole("button", { name: "Continue" }).click();
  }

  /** Whoever does not want to. */
  async decline(page: Page): Promise<void> {
    await page.waitForURL(`${this.issuer}/interaction/**`);
    await page.getByRole("link", { name: "Cancel" }).click();
  }

  /** The next one is not sent back, but stays on an empty page there: the address that they would have been sent to. */
  async holdBack(): Promise<string> {
    return new Promise((resolve) => {
      this.#keep = resolve;
    });
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #watch(response: ServerResponse): void {
    const end = response.end.bind(response) as (body: unknown) => ServerResponse;
    response.end = ((body: unknown) => {
      const location = response.getHeader("location");
      if (this.#keep === undefined || typeof location !== "string" || !location.startsWith(this.#redirectAddress)) {
        return end(body);
      }
      this.#keep(location);
      this.#keep = undefined;
      response.statusCode = 200;
      response.removeHeader("location");
      response.removeHeader("content-length");
      return end("");
    }) as typeof response.end;
  }

  #find(id: string): Account | undefined {
    const person = this.#people.get(id);
    return person === undefined ? undefined : { accountId: id, claims: () => ({ sub: id, ...person }) };
  }
}
