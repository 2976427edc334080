// A proxy before the server that cuts a connection in the middle of every third response: half of it is passed on, then
// both ends are reset, so that the desktop cannot know what the server has done.

import { createServer, connect, type Server as Listener, type Socket } from "node:net";
import { once } from "node:events";

const cutEvery = 3;
const headEnd = "\r\n\r\n";
/** How much of a response without a length, a stream of news, is passed on behind its head. */
const streamedSize = 8;

export class Cutter {
  /** Responses that have begun, and those of them that were cut. */
  responses = 0;
  cuts = 0;
  /** Cut responses to pushes: the server has taken what the desktop does not know to be taken. */
  cutPushes = 0;
  readonly #listener: Listener;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #isCutting = true;

  private constructor(port: number) {
    this.#port = port;
    this.#listener = createServer((desktop) => {
      this.#join(desktop);
    });
  }

  /** Listens at the address, and passes on to the port of this machine. */
  static async start(address: string, port: number): Promise<Cutter> {
    const cutter = new Cutter(port);
    cutter.#listener.listen(0, address);
    await once(cutter.#listener, "listening");
    return cutter;
  }

  get port(): number {
    const address = this.#listener.address();
    if (address === null || typeof address === "string") throw new Error("The proxy does not listen.");
    return address.port;
  }

  /** From now on every response is passed on whole. */
  rest(): void {
    this.#isCutting = false;
  }

  async end(): Promise<void> {
    const closed = once(this.#listener, "close");
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(desktop: Socket): void {
    const server = connect(this.#port, "127.0.0.1");
    const responses = new Responses();
    let lastRequest = "";
    for (const [one, other] of [
      [desktop, server],
      [server, desktop],
    ] as const) {
      this.#sockets.add(one);
      one.setNoDelay(true);
      one.on("error", () => other.destroy()); // A reset at one end is one at the other.
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.on("end", () => other.end());
    }
    desktop.on("data", (bytes: Buffer) => {
      lastRequest = /^[A-Z]+ \S+ HTTP\/1\.1\r$/mu.exec(bytes.toString("latin1"))?.[0] ?? lastRequest;
      server.write(bytes);
    });
    server.on("data", (bytes: Buffer) => {
      const cutAt = responses.take(bytes, () => this.#isCut());
      desktop.write(cutAt === undefined ? bytes : bytes.subarray(0, cutAt));
      if (cutAt === undefined) return;
      this.cuts++;
      if (lastRequest.startsWith("POST /api/v1/sync/push ")) this.cutPushes++;
      server.removeAllListeners("data");
      server.resetAndDestroy();
      desktop.end(() => desktop.resetAndDestroy());
    });
  }

  #isCut(): boolean {
    this.responses++;
    return this.#isCutting && this.responses % cutEvery === 0;
  }
}

/** Follows the responses of one connection. */
class Responses {
  #head = "";
  /** Bytes of the present response's body that are still to come; Infinity for a stream, undefined within a head. */
  #left: number | undefined;
  /** Bytes of it to pass on before the cut. */
  #untilCut: number | undefined;

  /** Where to cut within the bytes; undefined: pass all on. */
  take(bytes: Buffer, isCut: () => boolean): number | undefined {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left === undefined) {
        at += this.#takeHead(bytes.subarray(at), isCut);
        continue;
      }
      const here = Math.min(bytes.length - at, this.#left);
      if (this.#untilCut !== undefined && this.#untilCut <= here) return at + this.#untilCut;
      if (this.#untilCut !== undefined) this.#untilCut -= here;
      at += here;
      this.#left -= here;
      if (this.#left === 0) this.#left = undefined;
    }
    return this.#left !== undefined && this.#untilCut === 0 ? at : undefined;
  }

  /** Takes bytes of a head and gives how many. */
  #takeHead(bytes: Buffer, isCut: () => boolean): number {
    const before = this.#head.length;
    this.#head += bytes.toString("latin1");
    const end = this.#head.indexOf(headEnd);
    if (end < 0) return bytes.length;
    const taken = end + headEnd.length - before;
    const length = /^content-length: *(\d+)\r$/imu.exec(this.#head.slice(0, end + 2))?.[1];
    this.#head = "";
    this.#left = length === undefined ? Infinity : Number(length);
    if (this.#left === 0) this.#left = undefined;
    else if (isCut()) this.#untilCut = length === undefined ? streamedSize : Math.floor(this.#left / 2);
    return taken;
  }
}
