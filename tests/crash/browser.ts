// A browser with the extension in it, and a person who writes without a pause: it starts the real agent as its native
// host, starts another one when that dies, and sends each message again until one of them has acknowledged it. As the
// extension does, it forgets a message only then.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

import { makeOpId } from "../integration/client.ts";
import { instacrmAgent, plainEnvironment } from "../integration/server.ts";
import type { Draw } from "./draw.ts";
import { encodeFrame, FrameReader } from "./frames.ts";

/** So many captures may await their acknowledgement at once, as in the extension. */
const inFlightMax = 32;
/** A person's burst waits while so many messages are not acknowledged yet. */
const waitingMax = 64;
const restartMsMax = 100;
const retryMs = 100;
const keptLogSize = 16_384;
const longTextTimes = 400;
/** To whom people write: target.0 and so on. */
export const contactedHandles = 500;

const extensionId = readFileSync(new URL("../../contract/extension-id.txt", import.meta.url), "utf8").trim();

/** A message that a person sent: the operation that is captured. */
export interface Message {
  readonly op_id: string;
  readonly kind: "outreach";
  readonly act_username: string;
  readonly tar_username: string;
  /** Names the message: who wrote it as the how manieth. */
  readonly thread_id: string;
  readonly message_text: string;
  readonly sent_at: number;
}

/** What the agent may say; contract/native.schema.json has every field. */
type FromHost =
  | { readonly type: "ack"; readonly op_id: string; readonly outcome: "stored" | "duplicate" }
  | { readonly type: "status"; readonly pending: number; readonly rejected: number }
  | { readonly type: "error"; readonly code: string; readonly detail: string; readonly op_id?: string };

interface Host {
  readonly process: ChildProcessWithoutNullStreams;
  readonly reader: FrameReader;
  /** It has answered the hello. */
  isGreeted: boolean;
  /** Its end is wanted: it was killed, or the browser is being closed. */
  isExpectedToEnd: boolean;
}

export class Browser {
  /** Unique in a run; the threads of its messages begin with it. */
  readonly name: string;
  /** What was acknowledged, by thread. */
  readonly acknowledged = new Map<string, Message>();
  /** Acknowledgements by outcome. */
  readonly acks = { stored: 0, duplicate: 0 };
  /** Refusals by code. */
  readonly refusals = new Map<string, number>();
  /** Whatever should not have happened, in words. */
  readonly troubles: string[] = [];
  /** Messages that an agent refused for the moment, so that later ones may have gone before them. */
  readonly delayed = new Set<string>();
  written = 0;

  readonly #entering: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #draw: Draw;
  readonly #waiting = new Map<string, Message>();
  readonly #inFlight = new Set<string>();
  readonly #refused = new Set<string>();
  #host: Host | null = null;
  #isClosed = false;
  #log = "";

  /** Starts its hosts behind the words given, if any. */
  constructor(name: string, data: string, draw: Draw, entering: readonly string[] = []) {
    this.name = name;
    this.#entering = entering;
    this.#environment = { INSTACRM_AGENT_DATA: data };
    this.#draw = draw;
    this.#open();
  }

  /** The process id of its host; undefined while there is none. */
  get pid(): number | undefined {
    return this.#host?.process.pid;
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** The end of what its hosts wrote to their log. */
  get log(): string {
    return this.#log;
  }

  /** Its person writes some messages, one right after the other. */
  write(count: number): void {
    for (let left = count; left > 0 && this.#waiting.size < waitingMax; left--) {
      const message = this.#compose();
      this.#waiting.set(message.op_id, message);
      this.written++;
    }
    this.#deliver();
  }

  /** Kills its host at once, and gives whom it killed; undefined when none was running. */
  async kill(): Promise<number | undefined> {
    const host = this.#host;
    if (host === null || host.isExpectedToEnd) return undefined;
    host.isExpectedToEnd = true;
    const closed = once(host.process, "close");
    host.process.kill("SIGKILL");
    await closed;
    return host.process.signalCode === "SIGKILL" ? host.process.pid : undefined;
  }

  /** Closes the pipe, as a browser that ends does; twice is once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const host = this.#host;
    if (host === null) return;
    host.isExpectedToEnd = true;
    const closed = once(host.process, "close");
    host.process.stdin.end();
    const [code] = (await closed) as [number | null];
    if (code !== 0) this.#complain(`ended with ${String(code)} when its pipe was closed`);
  }

  #compose(): Message {
    const thread = `${this.name}-${String(this.written)}`;
    const text = `Message ${thread}. `.repeat(this.#draw.isOnceIn(50) ? longTextTimes : 1).trim();
    return {
      op_id: makeOpId(),
      kind: "outreach",
      act_username: `actor.${String(this.#draw.below(4))}`,
      tar_username: `target.${String(this.#draw.below(contactedHandles))}`,
      thread_id: thread,
      message_text: text,
      sent_at: Date.now(),
    };
  }

  #open(): void {
    const [program, ...words] = [...this.#entering, instacrmAgent, `chrome-extension://${extensionId}/`];
    const child = spawn(program, words, { env: plainEnvironment(this.#environment) });
    const host: Host = { process: child, reader: new FrameReader(), isGreeted: false, isExpectedToEnd: false };
    this.#host = host;
    child.stdin.on("error", () => undefined); // Its end is told by `close`.
    child.stderr.on("data", (bytes: Buffer) => {
      this.#log = (this.#log + bytes.toString()).slice(-keptLogSize);
    });
    child.stdout.on("data", (bytes: Buffer) => {
      for (const message of host.reader.read(bytes)) this.#take(host, message as FromHost);
    });
    child.once("close", (code, signal) => {
      if (!host.isExpectedToEnd) this.#complain(`ended by itself with ${String(code ?? signal)}`);
      this.#lose();
    });
    child.stdin.write(encodeFrame({ type: "hello", protocol: 1, extension_version: "0.1.0" }));
  }

  #lose(): void {
    this.#host = null;
    this.#inFlight.clear();
    this.#refused.clear();
    if (this.#isClosed) return;
    setTimeout(
      () => {
        if (!this.#isClosed) this.#open();
      },
      this.#draw.between(0, restartMsMax),
    );
  }

  #deliver(): void {
    const host = this.#host;
    if (host?.isGreeted !== true) return;
    for (const [opId, operation] of this.#waiting) {
      if (this.#inFlight.size >= inFlightMax) return;
      if (this.#inFlight.has(opId) || this.#refused.has(opId)) continue;
      this.#inFlight.add(opId);
      host.process.stdin.write(encodeFrame({ type: "capture", operation }));
    }
  }

  #take(host: Host, message: FromHost): void {
    if (message.type === "status") host.isGreeted = true;
    else if (message.type === "ack") this.#acknowledge(message.op_id, message.outcome);
    else this.#refuse(message.code, message.detail, message.op_id);
    this.#deliver();
  }

  #acknowledge(opId: string, outcome: "stored" | "duplicate"): void {
    const message = this.#waiting.get(opId);
    if (message === undefined) {
      this.#complain(`acknowledged ${opId}, which nobody waits for`);
      return;
    }
    this.acks[outcome]++;
    this.#waiting.delete(opId);
    this.#inFlight.delete(opId);
    this.acknowledged.set(message.thread_id, message);
  }

  #refuse(code: string, detail: string, opId?: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    if (code !== "busy") this.#complain(`refused with ${code}: ${detail}`);
    if (opId === undefined) return;
    this.#inFlight.delete(opId);
    this.#refused.add(opId);
    this.delayed.add(this.#waiting.get(opId)?.thread_id ?? "");
    setTimeout(() => {
      this.#refused.delete(opId);
      this.#deliver();
    }, retryMs);
  }

  #complain(what: string): void {
    this.troubles.push(`The host of ${this.name} ${what}.`);
  }
}
