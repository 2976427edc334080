// A desktop: the real agent as a browser starts it, with a data folder of its own.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { endianness, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Client, makeOperation, pair, type Schemas } from "./client.ts";
import { type Ended, instacrmAgent, plainEnvironment, run, type Server, until } from "./server.ts";

const extensionIdFile = fileURLToPath(new URL("../../contract/extension-id.txt", import.meta.url));

type Message = Readonly<Record<string, unknown>>;

/** A process of the agent's, and the browser's end of its pipes. */
export class Host {
  readonly messages: Message[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  #rest = Buffer.alloc(0);
  stderr = "";

  constructor(origin: string, environment: Readonly<Record<string, string>>) {
    this.#child = spawn(instacrmAgent, [origin], { env: plainEnvironment(environment) });
    this.#child.stdin.on("error", () => undefined); /* It may be killed while it is written to. */
    this.#child.stderr.on("data", (bytes: Buffer) => (this.stderr += bytes.toString()));
    this.#child.stdout.on("data", (bytes: Buffer) => {
      this.#take(bytes);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 4) {
      const size = endianness() === "LE" ? this.#rest.readUInt32LE() : this.#rest.readUInt32BE();
      if (this.#rest.length < 4 + size) return;
      this.messages.push(JSON.parse(this.#rest.subarray(4, 4 + size).toString()) as Message);
      this.#rest = this.#rest.subarray(4 + size);
    }
  }

  send(message: Message): void {
    const body = Buffer.from(JSON.stringify(message));
    const head = Buffer.alloc(4);
    if (endianness() === "LE") head.writeUInt32LE(body.length);
    else head.writeUInt32BE(body.length);
    this.#child.stdin.write(Buffer.concat([head, body]));
  }

  /** Hands over an operation and waits for the answer to it. */
  async capture(operation: Schemas["Operation"]): Promise<Message> {
    this.send({ type: "capture", operation });
    return until("the capture is answered", () =>
      this.messages.find((message) => message["op_id"] === operation.op_id),
    );
  }

  /** Closes its input and waits for its end. */
  async end(): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const closed = once(this.#child, "close");
    this.#child.stdin.end();
    const [code] = (await closed) as [number | null];
    return code;
  }

  async kill(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.kill("SIGKILL");
    await closed;
  }
}

export class Desk {
  readonly data: string;
  readonly token: string;
  readonly #origin: string;
  readonly #hosts: Host[] = [];

  private constructor(data: string, token: string, origin: string) {
    this.data = data;
    this.token = token;
    this.#origin = origin;
  }

  /** A desktop that is paired with whoever is signed in on the page, since then, and asks at `url`. */
  static async pair(
    server: Server,
    page: Client,
    name: string,
    { since = Date.now(), url = server.url }: { since?: number; url?: string } = {},
  ): Promise<Desk> {
    const data = await mkdtemp(join(tmpdir(), "instacrm-desk-"));
    const id = /^[a-p]+$/mu.exec(await readFile(extensionIdFile, "utf8"))?.[0] ?? "";
    const paired = await pair(server, page, name);
    const desk = new Desk(data, paired.token, `chrome-extension://${id}/`);
    const device = {
      server_url: url,
      device_id: paired.deviceId,
      device_token: paired.token,
      opr_name: name,
      token_created_at: since,
    };
    await writeFile(join(data, "device.json"), JSON.stringify(device), { mode: 0o600 });
    return desk;
  }

  get environment(): Record<string, string> {
    return { INSTACRM_AGENT_DATA: this.data };
  }

  /** Starts one more process, which has said hello. */
  async start(): Promise<Host> {
    const host = new Host(this.#origin, this.environment);
    this.#hosts.push(host);
    host.send({ type: "hello", protocol: 1, extension_version: "0.1.0" });
    await until("the agent greets", () => host.messages.find(({ type }) => type === "status"));
    return host;
  }

  /** Runs a command of the agent's. */
  async command(...args: readonly string[]): Promise<Ended> {
    return run(instacrmAgent, args, this.environment);
  }

  async json(...args: readonly string[]): Promise<Record<string, unknown>> {
    const ended = await this.command(...args);
    if (ended.code !== 0) throw new Error(`${args.join(" ")}: ${String(ended.code)} ${ended.stdout}${ended.stderr}`);
    return JSON.parse(ended.stdout) as Record<string, unknown>;
  }

  /** What a person is shown of a handle. */
  async lookUp(handle: string): Promise<Record<string, unknown>> {
    return this.json("look-up", handle, "--json");
  }

  /** Ends every process and removes the data. */
  async end(): Promise<void> {
    for (const host of this.#hosts) {
      await host.end();
      if (/ERROR: |runtime error:/u.test(host.stderr)) throw new Error(`A sanitizer speaks: ${host.stderr}`);
    }
    await rm(this.data, { recursive: true, force: true });
  }
}

/** A message as the extension captures it. */
export function makeCapture(tarUsername: string): Schemas["Operation"] {
  return makeOperation({ tar_username: tarUsername });
}
