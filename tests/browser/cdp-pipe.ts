// Chromium over its debugging pipe, without Playwright between: every target is attached before its first line runs, so
// that no request of a worker or a page escapes.

import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

import { chromiumPath } from "./launch.ts";

export interface CdpEvent {
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly sessionId?: string;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: Error) => void;
}

type Incoming = { id: number; result?: unknown; error?: { message: string } } | CdpEvent;

export class CdpPipe {
  readonly #process: ChildProcess;
  readonly #input: Writable;
  readonly #ended: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  readonly #onEvent: (event: CdpEvent) => void;
  #lastId = 0;

  constructor(args: readonly string[], onEvent: (event: CdpEvent) => void) {
    this.#onEvent = onEvent;
    this.#process = spawn(chromiumPath, ["--headless=new", "--remote-debugging-pipe", ...args, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    this.#input = this.#process.stdio[3] as Writable;
    this.#input.on("error", () => undefined);
    const output = this.#process.stdio[4] as Readable;
    let text = "";
    output.setEncoding("utf8");
    output.on("data", (data: string) => {
      text += data;
      const messages = text.split("\0");
      text = messages.pop() ?? "";
      for (const message of messages) this.#receive(JSON.parse(message) as Incoming);
    });
    this.#ended = new Promise((resolve) => {
      this.#process.on("exit", () => {
        for (const { reject } of this.#pending.values()) reject(new Error("Chromium has ended."));
        this.#pending.clear();
        resolve();
      });
    });
  }

  send<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    const id = ++this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, {
        resolve: (result) => {
          resolve(result as T);
        },
        reject,
      });
      this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** Ends the browser in order, so that it writes its logs to the end. */
  async close(): Promise<void> {
    this.send("Browser.close").catch(() => undefined);
    await this.#ended;
  }

  #receive(message: Incoming): void {
    if (!("id" in message)) {
      this.#onEvent(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.error === undefined) pending?.resolve(message.result);
    else pending?.reject(new Error(message.error.message));
  }
}
