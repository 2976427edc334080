// Native messaging as a browser speaks it: JSON behind its length, four bytes in the machine's order.

import { endianness } from "node:os";

const headSize = 4;
const isLittle = endianness() === "LE";

export function encodeFrame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const frame = Buffer.alloc(headSize + body.length);
  if (isLittle) frame.writeUInt32LE(body.length);
  else frame.writeUInt32BE(body.length);
  body.copy(frame, headSize);
  return frame;
}

/** Makes messages of what arrives piece by piece; a frame that a kill has cut off is never one. */
export class FrameReader {
  #rest = Buffer.alloc(0);

  read(bytes: Buffer): unknown[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const messages: unknown[] = [];
    while (this.#rest.length >= headSize) {
      const size = isLittle ? this.#rest.readUInt32LE() : this.#rest.readUInt32BE();
      if (this.#rest.length < headSize + size) break;
      messages.push(JSON.parse(this.#rest.toString("utf8", headSize, headSize + size)));
      this.#rest = this.#rest.subarray(headSize + size);
    }
    return messages;
  }
}
