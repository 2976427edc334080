// A relay between desktops and a server: it counts what is asked, and does to it what a test wants. It can bend questions
// and answers, answer in the server's place, and fall silent without closing anything.

import { createServer, request, type IncomingMessage, type Server as Listener, type ServerResponse } from "node:http";
import { once } from "node:events";

export interface Question {
  readonly method: string;
  /** With the query. */
  path: string;
  readonly headers: Record<string, string>;
  body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Passage {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Of the answer; 0 until it has begun. */
  status: number;
  /** Whether the desktop or the server has ended it. */
  isOver: boolean;
  /** Nothing of the answer is passed on any more. */
  isSilent: boolean;
}

function plainHeaders(message: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(message.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export class Relay {
  readonly passages: Passage[] = [];
  /** Changes a question in place; an answer that it gives is the desktop's, and the server is not asked. */
  bend: (question: Question) => Answer | undefined = () => undefined;
  /** Changes the whole answer to a push or a pull. */
  bendAnswer: ((body: string) => string) | undefined;
  readonly #listener: Listener;
  #port: number;

  private constructor(port: number) {
    this.#port = port;
    this.#listener = createServer((question, answer) => {
      this.#pass(question, answer).catch(() => answer.destroy());
    });
    this.#listener.keepAliveTimeout = 0; // A desktop's connection is not the relay's to close.
  }

  /** Listens on a free port of this machine and passes on to a server. */
  static async start(server: { readonly port: number }): Promise<Relay> {
    const relay = new Relay(server.port);
    relay.#listener.listen(0, "127.0.0.1");
    await once(relay.#listener, "listening");
    return relay;
  }

  get url(): string {
    const address = this.#listener.address();
    if (address === null || typeof address === "string") throw new Error("The relay does not listen.");
    return `http://127.0.0.1:${String(address.port)}`;
  }

  /** From now on what is asked goes to another server; what is open stays with the former one. */
  passTo(server: { readonly port: number }): void {
    this.#port = server.port;
  }

  /** What went to a path, in order. */
  to(path: string): Passage[] {
    return this.passages.filter((passage) => passage.path === path);
  }

  /** Nothing of what is open now is passed on any more, and nothing is closed. */
  fallSilent(): void {
    for (const passage of this.passages) passage.isSilent = true;
  }

  /** Closes every connection; new ones are taken. */
  cut(): void {
    this.#listener.closeAllConnections();
  }

  async end(): Promise<void> {
    const closed = once(this.#listener, "close");
    this.#listener.close();
    this.#listener.closeAllConnections();
    await closed;
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = asked.url ?? "";
    const passage = {
      method: asked.method ?? "",
      path: path.split("?")[0] ?? "",
      status: 0,
      isOver: false,
      isSilent: false,
    };
    this.passages.push(passage);
    const question: Question = {
      method: passage.method,
      path,
      headers: plainHeaders(asked),
      body: await readAll(asked),
    };
    answer.on("close", () => {
      passage.isOver = true;
    });
    const given = this.bend(question);
    if (given !== undefined) {
      answer.writeHead(given.status, given.headers).end(given.body);
      return;
    }
    const headers: Record<string, string> = { ...question.headers, host: `127.0.0.1:${String(this.#port)}` };
    if (question.body.length > 0) headers["content-length"] = String(question.body.length);
    const isBent = this.bendAnswer !== undefined && passage.path !== "/api/v1/sync/live";
    if (isBent) delete headers["accept-encoding"]; // To be bent it has to be read.
    const { method } = question;
    const sent = request({ port: this.#port, method, path: question.path, headers, agent: false }, (came) => {
      this.#answer(passage, came, answer, isBent).catch(() => answer.destroy());
    });
    sent.on("error", () => answer.destroy());
    answer.on("close", () => sent.destroy());
    sent.end(question.body);
  }

  async #answer(passage: Passage, came: IncomingMessage, answer: ServerResponse, isBent: boolean): Promise<void> {
    const headers = plainHeaders(came);
    passage.status = came.statusCode ?? 502;
    delete headers["connection"];
    delete headers["transfer-encoding"];
    if (isBent && this.bendAnswer !== undefined && came.statusCode === 200) {
      const body = this.bendAnswer((await readAll(came)).toString());
      delete headers["content-length"];
      answer.writeHead(200, headers).end(body);
      return;
    }
    answer.writeHead(passage.status, headers);
    answer.flushHeaders();
    came.on("data", (bytes: Buffer) => {
      if (!passage.isSilent) answer.write(bytes);
    });
    came.on("end", () => {
      if (!passage.isSilent) answer.end();
    });
    came.on("error", () => {
      if (!passage.isSilent) answer.destroy();
    });
  }
}
