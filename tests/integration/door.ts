// The door's side that an attacker sees: the cases of door-cases.txt, and a socket that sends bytes and reads answers.

import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";

const answerDeadlineMs = 15_000;
const dripMs = 2;

/** What is done on the connection, one after the other. */
export type Step = { readonly send: Buffer } | { readonly drip: Buffer } | "end" | "reset";

export interface DoorCase {
  readonly section: string;
  readonly name: string;
  /** The RFC and its section. */
  readonly where: string;
  /** The statuses of the answers, and "closed" when the server ends the connection by itself. */
  readonly answers: string;
  readonly bytes: string;
}

/** The table, case by case. */
export function readDoorCases(): DoorCase[] {
  const cases: DoorCase[] = [];
  let section = "";
  for (const line of readFileSync(new URL("door-cases.txt", import.meta.url), "utf8").split("\n")) {
    const heading = /^\[(.*)\]$/u.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    if (heading !== undefined || line === "" || line.startsWith("#")) continue;
    const cells = /^(.+?) \| (.+?) \| (.+?) \| (.+)$/u.exec(line);
    if (!cells) throw new Error(`Not a case: ${line}`);
    const [answers, where, name] = cells.slice(1, 4).map((cell) => cell.trim()) as [string, string, string];
    cases.push({ section, name, where, answers, bytes: cells[4] ?? "" });
  }
  return cases;
}

const single: Readonly<Record<string, string>> = { lf: "\n", cr: "\r", tab: "\t", nul: "\0", nothing: "" };

/** Writes out the table's abbreviations; the result is Latin-1, a character a byte, with the steps' marks left in. */
function writeOut(bytes: string, port: number): string {
  const host = `127.0.0.1:${String(port)}`;
  return bytes
    .replaceAll(/\{(\d+) x ((?:[^{}]|\{[a-z]+\})*)\}/gu, (_, count, text: string) => text.repeat(Number(count)))
    .replaceAll("{get}", "GET /healthz HTTP/1.1¶Host: {host}¶")
    .replaceAll("{post}", "POST /api/v1/session HTTP/1.1¶Host: {host}¶Content-Type: application/json¶")
    .replaceAll("{host}", host)
    .replaceAll("{port}", String(port))
    .replaceAll("¶", "\r\n")
    .replaceAll(/\{(lf|cr|tab|nul|nothing)\}/gu, (_, name: string) => single[name] ?? "")
    .replaceAll(/\{hex ([0-9a-f]{2})\}/gu, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

export function stepsOf(bytes: string, port: number): Step[] {
  const steps: Step[] = [];
  let drips = false;
  for (const part of writeOut(bytes, port).split(/(\{(?:end|reset|drip)\})/u)) {
    if (part === "{end}") steps.push("end");
    else if (part === "{reset}") steps.push("reset");
    else if (part === "{drip}") drips = true;
    else if (part !== "")
      steps.push(drips ? { drip: Buffer.from(part, "latin1") } : { send: Buffer.from(part, "latin1") });
  }
  return steps;
}

/** A connection as bytes: nothing is added to what is sent, nothing is taken from what comes. */
export class Wire {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #isOver = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    const over = (): void => {
      this.#isOver = true;
      this.#wake();
    };
    // A server that refuses may close while more is being sent: that is an end like another.
    socket.on("end", over).on("close", over).on("error", over);
  }

  static async open(port: number, from = "127.0.0.1"): Promise<Wire> {
    const socket = connect({ port, host: "127.0.0.1", localAddress: from, allowHalfOpen: true, noDelay: true });
    const wire = new Wire(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    });
    return wire;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step === "end") this.socket.end();
      else if (step === "reset") this.socket.resetAndDestroy();
      else if ("send" in step) this.socket.write(step.send);
      else await this.#drip(step.drip);
    }
  }

  async #drip(bytes: Buffer): Promise<void> {
    for (const byte of bytes) {
      if (this.#isOver) return;
      this.socket.write(Buffer.of(byte));
      await new Promise((wake) => setTimeout(wake, dripMs));
    }
  }

  /** The next answer's status; "closed" when the connection has ended instead. */
  async answer(isToHead = false): Promise<string> {
    for (;;) {
      const found = this.#take(isToHead);
      if (found !== undefined) return found;
      if (this.#isOver) {
        return this.#received.length === 0 ? "closed" : `half an answer: ${this.#received.toString("latin1")}`;
      }
      await this.#more();
    }
  }

  /** Whether the server has ended its half. */
  get isOver(): boolean {
    return this.#isOver;
  }

  close(): void {
    this.socket.destroy();
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`No answer and no end within ${String(answerDeadlineMs)} ms.`));
      }, answerDeadlineMs);
      this.#wake = (): void => {
        clearTimeout(late);
        resolve();
      };
      if (this.#isOver) this.#wake();
    });
  }

  /** Takes one whole answer off what has come. */
  #take(isToHead: boolean): string | undefined {
    const text = this.#received.toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const head = text.slice(0, end);
    const status = /^HTTP\/1\.[01] (\d{3}) [ -~]*(?:\r\n|$)/u.exec(head)?.[1];
    if (status === undefined) return `no answer of HTTP: ${head}`;
    const length = /\r\ncontent-length: (\d+)(?:\r\n|$)/iu.exec(head)?.[1];
    const hasBody = !isToHead && !["100", "204", "304"].includes(status);
    if (hasBody && length === undefined) return `an answer without a length: ${head}`;
    const size = end + 4 + (hasBody ? Number(length) : 0);
    if (this.#received.length < size) return undefined;
    this.#received = this.#received.subarray(size);
    return status;
  }
}

/** Plays a case and tells what was answered, in the table's words. */
export async function play(port: number, doorCase: DoorCase, from?: string): Promise<string> {
  const wire = await Wire.open(port, from);
  try {
    const expected = doorCase.answers.split(" ");
    const isToHead = doorCase.bytes.startsWith("HEAD ");
    const sending = wire.run(stepsOf(doorCase.bytes, port));
    const seen: string[] = [];
    while (seen.length < expected.length && seen.at(-1) !== "closed") seen.push(await wire.answer(isToHead));
    await sending;
    if (seen.at(-1) !== "closed") {
      // It waits for more, and has nothing more to say; when it hears that no more comes, it goes.
      if (wire.isOver) seen.push("closed");
      wire.socket.end();
      const last = await wire.answer();
      if (last !== "closed") seen.push(last);
    }
    return seen.join(" ");
  } finally {
    wire.close();
  }
}
