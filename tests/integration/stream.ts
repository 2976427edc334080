// A live stream as a browser reads it: Server-Sent Events, one after the other.

import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";

import type { Client } from "./client.ts";
import { until, type Server } from "./server.ts";

export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

export class Stream {
  readonly events: StreamEvent[] = [];
  readonly #sent: ClientRequest;
  readonly response: IncomingMessage;
  comments = 0;
  isEnded = false;
  #rest = "";

  private constructor(sent: ClientRequest, response: IncomingMessage) {
    this.#sent = sent;
    this.response = response;
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      this.#read(text);
    });
    response.on("close", () => {
      this.isEnded = true;
    });
    response.on("error", () => {
      this.isEnded = true;
    });
  }

  /** Opens a page's stream; resolves once the server has answered. */
  static async open(server: Server, page: Client, query = "", headers: Record<string, string> = {}): Promise<Stream> {
    return Stream.#openAt(`${server.url}/api/v1/live${query}`, { ...page.pageHeaders(), ...headers });
  }

  /** Opens a desktop's stream. */
  static async openForDesktop(server: Server, token: string): Promise<Stream> {
    return Stream.#openAt(`${server.url}/api/v1/sync/live`, { Authorization: `Bearer ${token}` });
  }

  static async #openAt(url: string, headers: OutgoingHttpHeaders): Promise<Stream> {
    return new Promise((resolve, reject) => {
      const options = { headers, agent: false as const };
      const sent = request(url, options, (response) => {
        if (response.statusCode === 200) resolve(new Stream(sent, response));
        else reject(new Error(`The stream is refused with ${String(response.statusCode)}.`));
      });
      sent.on("error", reject);
      sent.end();
    });
  }

  /** The next event that has not been taken yet. */
  async next(deadlineMs = 10_000): Promise<StreamEvent> {
    return until("an event of the stream", () => this.events.shift(), deadlineMs);
  }

  close(): void {
    this.#sent.destroy();
  }

  #read(text: string): void {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map<string, string>();
      for (const line of block.split("\n")) {
        const colon = line.indexOf(":");
        if (colon === 0) this.comments++;
        else fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /u, ""));
      }
      const [id, event, data] = [fields.get("id"), fields.get("event"), fields.get("data")];
      if (id !== undefined && event !== undefined && data !== undefined) this.events.push({ id, event, data });
    }
  }
}
