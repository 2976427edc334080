// Requests to the server, as a browser, a desktop or an attacker would send them. Every answer is held against the contract.

import { randomBytes } from "node:crypto";
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";

import type { components } from "../../build/contract/openapi.d.ts";
import { checkAnswer } from "./contract.ts";
import { type Server, until } from "./server.ts";

export type Schemas = components["schemas"];

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined when there is none. */
  readonly json: unknown;
}

export interface Call {
  readonly headers?: OutgoingHttpHeaders;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, as application/json unless the headers say otherwise. */
  readonly body?: string | Buffer;
  /** The address of this machine that it is sent from: any of 127.0.0.0/8. */
  readonly from?: string;
}

function bodyOf(call: Call): string | Buffer | undefined {
  return call.json === undefined ? call.body : JSON.stringify(call.json);
}

/** Sends one request on a connection of its own. */
export async function send(url: string, method: string, path: string, call: Call = {}): Promise<Reply> {
  const body = bodyOf(call);
  const headers: OutgoingHttpHeaders = {
    ...(body === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }),
    ...(body === undefined && method !== "GET" && method !== "HEAD" ? { "Content-Length": 0 } : {}),
    ...call.headers,
  };
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false as const, localAddress: call.from };
    const sent = request(`${url}${path}`, options, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString();
        const isJson = (response.headers["content-type"] ?? "").includes("json") && text !== "";
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: isJson ? (JSON.parse(text) as unknown) : undefined,
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Somebody who talks to the server: keeps a cookie or a token and sends what a page or a desktop sends. */
export class Client {
  readonly #server: Server;
  readonly #headers: OutgoingHttpHeaders;
  readonly #isPage: boolean;
  cookie = "";

  private constructor(server: Server, isPage: boolean, headers: OutgoingHttpHeaders) {
    this.#server = server;
    this.#isPage = isPage;
    this.#headers = headers;
  }

  /** A page of the Command Center's. */
  static page(server: Server): Client {
    return new Client(server, true, {});
  }

  /** A desktop; without a token, one that is not paired yet. */
  static desktop(server: Server, token?: string): Client {
    return new Client(server, false, token === undefined ? {} : { Authorization: `Bearer ${token}` });
  }

  /** What a page's request carries besides its body. */
  pageHeaders(): OutgoingHttpHeaders {
    return {
      Origin: this.#server.url,
      "X-InstaCRM": "1",
      "Sec-Fetch-Site": "same-origin",
      ...(this.cookie === "" ? {} : { Cookie: this.cookie }),
    };
  }

  async call(method: string, path: string, call: Call = {}): Promise<Reply> {
    const own = this.#isPage ? this.pageHeaders() : this.#headers;
    const reply = await send(this.#server.url, method, path, { ...call, headers: { ...own, ...call.headers } });
    const contentType = reply.headers["content-type"] ?? "";
    checkAnswer(method, path, { status: reply.status, contentType, body: reply.text });
    const set = reply.headers["set-cookie"]?.[0];
    if (set !== undefined) this.cookie = set.split(";")[0] ?? "";
    return reply;
  }

  /** Calls and fails unless the status is the expected one; gives the body. */
  async expect<T>(status: number, method: string, path: string, call: Call = {}): Promise<T> {
    const reply = await this.call(method, path, call);
    if (reply.status !== status) {
      throw new Error(`${method} ${path}: ${String(reply.status)} instead of ${String(status)}: ${reply.text}`);
    }
    return reply.json as T;
  }

  /** Calls and gives the problem's status and code, as "401 unauthenticated". */
  async problem(method: string, path: string, call: Call = {}): Promise<string> {
    const reply = await this.call(method, path, call);
    return `${String(reply.status)} ${(reply.json as Schemas["Problem"] | undefined)?.code ?? "no problem"}`;
  }
}

/** The first owner joins. */
export async function join(server: Server, more: Partial<Schemas["JoinRequest"]> = {}): Promise<Client> {
  const page = Client.page(server);
  await page.expect(201, "POST", "/api/v1/join", {
    json: {
      link: server.ownerLink,
      opr_name: "Anna Becker",
      opr_email: "anna@example.com",
      time_zone: "Europe/Berlin",
      ...more,
    },
  });
  return page;
}

/** A one-time sign-in link's secret, from the command line. */
export async function askForLink(server: Server, operator?: string): Promise<string> {
  const ended = await server.command("link", ...(operator === undefined ? [] : ["--operator", operator]));
  const found = /\/sign-in#([A-Za-z0-9_-]{43})$/mu.exec(ended.stdout);
  if (ended.code !== 0 || found?.[1] === undefined) throw new Error(`No link: ${ended.stdout}${ended.stderr}`);
  return found[1];
}

export interface Paired {
  readonly desktop: Client;
  readonly deviceId: string;
  readonly token: string;
}

/** Pairs a desktop with whoever is signed in on the page. */
export async function pair(server: Server, page: Client, deviceName = "Laptop"): Promise<Paired> {
  const waiting = Client.desktop(server);
  const started = await waiting.expect<Schemas["PairingStarted"]>(201, "POST", "/api/v1/pairings", {
    json: { device_name: deviceName, agent_version: "0.1.0" },
  });
  await page.expect(201, "POST", `/api/v1/pairings/${started.pairing_code}/approval`);
  const claimed = await waiting.expect<Schemas["PairingClaimed"]>(200, "POST", "/api/v1/pairings/claim", {
    json: { pairing_secret: started.pairing_secret },
  });
  return {
    desktop: Client.desktop(server, claimed.device_token),
    deviceId: claimed.device_id,
    token: claimed.device_token,
  };
}

/** Lets a desktop be heard of, until its operator is online: that is told once, and not among what a test does next. */
export async function becomeOnline(page: Client, desktop: Client): Promise<void> {
  await desktop.expect(200, "GET", "/api/v1/sync/pull");
  await until("the operator is online", async () => {
    const { items } = await page.expect<Schemas["OperatorPage"]>(200, "GET", "/api/v1/operators?opr_status=online");
    return items.length > 0 ? true : undefined;
  });
}

/** A UUIDv7 of now. */
export function makeOpId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** A message as a desktop would send it. */
export function makeOperation(more: Partial<Schemas["OutreachOperation"]> = {}): Schemas["OutreachOperation"] {
  return {
    op_id: makeOpId(),
    kind: "outreach",
    act_username: "studio.north",
    tar_username: "mono.pizza",
    thread_id: "1001",
    message_text: "Hello there.",
    sent_at: Date.now(),
    ...more,
  };
}

/** Pushes operations and gives the results. */
export async function push(
  desktop: Client,
  ...operations: readonly Schemas["Operation"][]
): Promise<Schemas["OperationResult"][]> {
  const json = { protocol: 1, operations };
  return (await desktop.expect<Schemas["PushResponse"]>(200, "POST", "/api/v1/sync/push", { json })).results;
}

export async function home(page: Client): Promise<Schemas["Home"]> {
  return page.expect<Schemas["Home"]>(200, "GET", "/api/v1/home");
}
