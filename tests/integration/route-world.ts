// A team in which every kind of visitor exists, for the tests that walk all routes.

import { createHash, randomBytes } from "node:crypto";
import { request, type OutgoingHttpHeaders } from "node:http";

import { askForLink, Client, join, makeOperation, makeOpId, type Schemas } from "./client.ts";
import { checkAnswer } from "./contract.ts";
import { Server } from "./server.ts";

const roles = ["owner", "admin", "operator", "viewer"] as const;
/** People: one of each role, another operator, one whom things are done to, and one who has left. */
export const names = [...roles, "other", "spare", "gone"] as const;
export type Name = (typeof names)[number];

export const scopes = ["read_leads", "write_leads", "read_logs", "read_team", "transfer_actors"] as const;
export type Scope = Schemas["TokenScope"];

export interface Person {
  readonly name: Name;
  readonly oprId: string;
  page: Client;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly json?: unknown;
  /** Sent as it is, instead of JSON. */
  readonly body?: string | Buffer;
}

export interface Answered {
  readonly status: number;
  /** "" when it is no problem. */
  readonly code: string;
}

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
const hex = (count: number): string => randomBytes(count).toString("hex").toUpperCase();
const yearMs = 365 * 24 * 60 * 60 * 1000;

/** Every request comes from an address of its own, so that no limit on addresses has a say. */
let addresses = 0;
function nextAddress(): string {
  addresses += 1;
  return `127.${String(1 + ((addresses >> 16) & 63))}.${String((addresses >> 8) & 255)}.${String(addresses & 255)}`;
}

export class World {
  readonly server: Server;
  readonly people: Readonly<Record<Name, Person>>;

  private constructor(server: Server, people: Readonly<Record<Name, Person>>) {
    this.server = server;
    this.people = people;
  }

  static async create(): Promise<World> {
    const server = await Server.start();
    const owner = await join(server, { opr_name: "owner" });
    const people = {} as Record<Name, Person>;
    for (const name of names) {
      const session =
        name === "owner"
          ? await owner.expect<Schemas["Session"]>(200, "GET", "/api/v1/session")
          : { operator: { opr_id: `OPR-${hex(4)}` } };
      people[name] = { name, oprId: session.operator.opr_id, page: owner };
    }
    const world = new World(server, people);
    for (const { name, oprId } of Object.values(people)) {
      if (name !== "owner") await world.#add(name, oprId);
    }
    for (const { name } of Object.values(people)) await world.signIn(name);
    return world;
  }

  async end(): Promise<void> {
    await this.server.end();
  }

  /** As Server.sql. */
  async sql(text: string): Promise<string> {
    return this.server.sql(text);
  }

  async #add(name: Name, oprId: string): Promise<void> {
    const role = roles.find((known) => known === name) ?? "operator";
    const now = String(Date.now());
    await this.sql(`
      INSERT INTO operators (opr_id, opr_email, opr_email_folded, opr_name, opr_name_folded, opr_status, role,
        time_zone, created_at, last_activity)
      VALUES ('${oprId}', '${name}@example.com', '${name}@example.com', '${name}', '${name}', 'offline', '${role}',
        'UTC', ${now}, ${now});
      UPDATE totals SET total_value = total_value + 1 WHERE total_name = 'operators'`);
  }

  /** A new session of the person's. */
  async signIn(name: Name): Promise<Client> {
    const page = Client.page(this.server);
    const json = { link: await askForLink(this.server, name) };
    await page.expect(201, "POST", "/api/v1/session", { json });
    this.people[name].page = page;
    return page;
  }

  get owner(): Client {
    return this.people.owner.page;
  }

  // ---- Sessions and tokens that have ended. ----

  async signedOut(name: Name): Promise<string> {
    const kept = this.people[name].page;
    const page = await this.signIn(name);
    const { cookie } = page;
    await page.expect(204, "DELETE", "/api/v1/session");
    this.people[name].page = kept;
    return cookie;
  }

  async expired(name: Name): Promise<string> {
    const kept = this.people[name].page;
    const { cookie } = await this.signIn(name);
    this.people[name].page = kept;
    const hash = hashOf(cookie.replace("__Host-sid=", ""));
    await this.sql(`UPDATE sessions SET expires_at = 1 WHERE secret_hash = '${hash}'`);
    return cookie;
  }

  /** Signed in, and has not shown for long who they are. */
  async stale(name: Name): Promise<string> {
    const kept = this.people[name].page;
    const { cookie } = await this.signIn(name);
    this.people[name].page = kept;
    const hash = hashOf(cookie.replace("__Host-sid=", ""));
    await this.sql(`UPDATE sessions SET proven_at = 1 WHERE secret_hash = '${hash}'`);
    return cookie;
  }

  async token(name: Name, ...opened: readonly Scope[]): Promise<Schemas["TokenCreated"]> {
    const json = { token_name: `Of ${name}`, scopes: opened, expires_at: Date.now() + yearMs / 2 };
    return this.people[name].page.expect<Schemas["TokenCreated"]>(201, "POST", "/api/v1/tokens", { json });
  }

  // ---- Things. ----

  async startPairing(): Promise<Schemas["PairingStarted"]> {
    const json = { device_name: "Laptop", agent_version: "0.1.0" };
    const answer = await this.send({ method: "POST", path: "/api/v1/pairings", json }, {});
    return answer.json as Schemas["PairingStarted"];
  }

  async setRole(name: Name, role: Schemas["Role"]): Promise<void> {
    await this.owner.expect(204, "PUT", `/api/v1/operators/${this.people[name].oprId}/role`, { json: { role } });
  }

  /** A desktop of the person's; a viewer, who pairs none, was an operator when they did. */
  async pair(name: Name): Promise<{ readonly deviceId: string; readonly token: string }> {
    if (name === "viewer") await this.setRole(name, "operator");
    const started = await this.startPairing();
    const approval = `/api/v1/pairings/${started.pairing_code}/approval`;
    const device = await this.people[name].page.expect<Schemas["Device"]>(201, "POST", approval);
    const json = { pairing_secret: started.pairing_secret };
    const claim = await this.send({ method: "POST", path: "/api/v1/pairings/claim", json }, {});
    if (name === "viewer") await this.setRole(name, "viewer");
    return { deviceId: device.device_id, token: (claim.json as Schemas["PairingClaimed"]).device_token };
  }

  /** What a message, sent by an operator's desktop, has made: a target, an actor, an event. */
  async write(more: Partial<Schemas["OutreachOperation"]> = {}): Promise<Required<Schemas["OperationResult"]>> {
    const handle = (): string => `h.${hex(6).toLowerCase()}`;
    const operation = makeOperation({ act_username: handle(), tar_username: handle(), ...more });
    return (await this.#push(operation)) as Required<Schemas["OperationResult"]>;
  }

  /** The event that gave the notes of a new target a value. */
  async note(): Promise<{ readonly tarId: string; readonly elgId: string }> {
    const tarUsername = `h.${hex(6).toLowerCase()}`;
    await this.write({ tar_username: tarUsername });
    const result = await this.#push({
      op_id: makeOpId(),
      kind: "set_field",
      tar_username: tarUsername,
      field: "notes",
      value: "Asked twice.",
      sent_at: Date.now(),
      hybrid_time: Date.now() * 1024,
    });
    return { tarId: result.tar_id ?? "", elgId: result.elg_id ?? "" };
  }

  #desk: string | undefined;

  async #push(operation: Schemas["Operation"]): Promise<Schemas["OperationResult"]> {
    this.#desk ??= (await this.pair("operator")).token;
    const asked = { method: "POST", path: "/api/v1/sync/push", json: { protocol: 1, operations: [operation] } };
    const { json, text } = await this.send(asked, { Authorization: `Bearer ${this.#desk}` });
    const [result] = (json as Schemas["PushResponse"]).results;
    if (result?.outcome !== "accepted") throw new Error(`It was not accepted: ${text}`);
    return result;
  }

  // ---- Requests. ----

  /** Sends one request, from an address of its own; of a stream, only the head of the answer is waited for. */
  async send(
    { method, path, json, body }: Asked,
    headers: OutgoingHttpHeaders,
  ): Promise<Answered & { readonly json: unknown; readonly text: string }> {
    const bytes = json === undefined ? body : JSON.stringify(json);
    const all: OutgoingHttpHeaders = {
      ...(bytes === undefined ? {} : { "Content-Type": "application/json" }),
      ...(bytes === undefined && method === "GET" ? {} : { "Content-Length": Buffer.byteLength(bytes ?? "") }),
      ...headers,
    };
    const options = { method, headers: all, agent: false as const, localAddress: nextAddress() };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.server.url}${path}`, options, (response) => {
        const status = response.statusCode ?? 0;
        const contentType = response.headers["content-type"] ?? "";
        if (contentType === "text/event-stream") {
          sent.destroy();
          resolve({ status, code: "", json: undefined, text: "" });
          return;
        }
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => {
          const text = Buffer.concat(parts).toString();
          try {
            checkAnswer(method, path, { status, contentType, body: text });
            const found: unknown = text === "" ? undefined : JSON.parse(text);
            const code = status < 400 ? "" : (found as Schemas["Problem"]).code;
            resolve({ status, code, json: found, text });
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      });
      sent.on("error", reject);
      sent.end(bytes);
    });
  }
}
