// A browser on its way to a provider and back, from an address of its own, so that neither its requests nor what the log says
// of it is taken for another's.

import type { OutgoingHttpHeaders } from "node:http";

import { type Reply, type Schemas, send } from "./client.ts";
import { type Server, until } from "./server.ts";

export const journeyCookie = "__Host-provider";
export const sessionCookie = "__Host-sid";
export const later = "/sign-in?provider=later";

let last = 0;

/** One of the 127.0.0.0/8 that nobody had before. */
function nextAddress(): string {
  last++;
  return `127.77.${String(Math.floor(last / 250))}.${String((last % 250) + 1)}`;
}

/** What the log says of somebody who was refused. */
export interface Refusal {
  readonly reason: string;
  readonly code: string;
}

export class Traveller {
  readonly #server: Server;
  readonly address = nextAddress();
  readonly cookies = new Map<string, string>();
  /** Where the provider is asked for it. */
  authorization = "";

  constructor(server: Server) {
    this.#server = server;
  }

  async call(method: string, path: string, json?: unknown): Promise<Reply> {
    const headers: OutgoingHttpHeaders = {
      // A provider's page sends the browser back by a link: what comes then is cross-site.
      ...(method === "GET"
        ? { "Sec-Fetch-Site": "cross-site" }
        : { Origin: this.#server.url, "X-InstaCRM": "1", "Sec-Fetch-Site": "same-origin" }),
      ...(this.cookies.size === 0 ? {} : { Cookie: [...this.cookies].map((pair) => pair.join("=")).join("; ") }),
    };
    const reply = await send(this.#server.url, method, path, {
      headers,
      from: this.address,
      ...(json === undefined ? {} : { json }),
    });
    for (const cookie of reply.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/u.exec(cookie) ?? [];
      if (name === undefined) continue;
      if (value === undefined || value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return reply;
  }

  /** Sets out; what is answered. */
  async ask(
    purpose: "sign-in" | "link" | "proof" = "sign-in",
    json?: Schemas["ProviderSignInRequest"],
  ): Promise<Reply> {
    return this.call("POST", `/api/v1/providers/oidc/${purpose}`, purpose === "sign-in" ? (json ?? {}) : undefined);
  }

  /** Sets out, which has to work; gives the parameters that the provider is sent. */
  async depart(
    purpose: "sign-in" | "link" | "proof" = "sign-in",
    json?: Schemas["ProviderSignInRequest"],
  ): Promise<URLSearchParams> {
    const reply = await this.ask(purpose, json);
    if (reply.status !== 200) throw new Error(`Nobody set out: ${String(reply.status)} ${reply.text}`);
    this.authorization = (reply.json as Schemas["ProviderDeparture"]).address;
    return this.parameters;
  }

  /** What the provider was sent. */
  get parameters(): URLSearchParams {
    return new URL(this.authorization).searchParams;
  }

  get state(): string {
    return this.parameters.get("state") ?? "";
  }

  /** Comes back with that query. */
  async comeBack(query: string | Readonly<Record<string, string>>, provider = "oidc"): Promise<Reply> {
    const text = typeof query === "string" ? query : new URLSearchParams(query).toString();
    return this.call("GET", `/api/v1/providers/${provider}/callback?${text}`);
  }

  /** Comes back as one does who was let in there. */
  async comeBackWith(code: string, more: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.comeBack({ code, state: this.state, ...more });
  }

  get isSignedIn(): boolean {
    return this.cookies.has(sessionCookie);
  }

  /** All that was refused to it so far, as the log says. */
  refusals(): Refusal[] {
    return this.#server.stderr
      .split("\n")
      .filter((line) => line.includes(" provider.refused ") && line.includes(` address="${this.address}"`))
      .map((line) => ({
        reason: / reason="([^"]*)"/u.exec(line)?.[1] ?? "",
        code: / code="([^"]*)"/u.exec(line)?.[1] ?? "",
      }));
  }

  /** Waits for the log's line of it. */
  async refusal(): Promise<string> {
    const { reason, code } = await until(`${this.address} is refused in the log`, () => this.refusals()[0]);
    return code === "" ? reason : code;
  }
}

/** Why the log says somebody was refused, after it was seen that they were told nothing of it and got nothing. */
export async function reasonOf(traveller: Traveller, reply: Reply): Promise<string> {
  const reason = await traveller.refusal();
  const said = `${String(reply.status)} ${reply.headers.location ?? ""} ${reply.text}`;
  if (
    reply.status !== 303 ||
    !/^\/sign-in\?provider=(refused|later)$/u.test(reply.headers.location ?? "") ||
    reply.text !== ""
  ) {
    throw new Error(`A refusal is not a redirection without a word: ${said}`);
  }
  if (traveller.isSignedIn) throw new Error("It was refused, and signed in.");
  if (traveller.cookies.has(journeyCookie)) throw new Error("It was refused, and may come back again.");
  if (JSON.stringify(reply.headers).includes(reason)) throw new Error(`The reason is told: ${said}`);
  return reason;
}
