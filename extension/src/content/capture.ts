// Makes an operation of each message sent and keeps it before anything else is done with it.

import { fitsMessage, toMessageText } from "../messages/operation";
import type { Operation } from "../messages/operation";
import { keepOperation } from "../kept/kept-operations";
import type { StatusBoard } from "./status-board";
import type { Sent } from "./thread-watch";

/** How long to wait before the storage is asked again to take what it refused. */
const retryMs = 5000;

export class Capture {
  readonly #board: StatusBoard;
  readonly #makeId: () => string;
  /** Operations that the storage has not taken yet. */
  readonly #unsaved = new Map<string, Operation>();
  #tooLong = 0;
  #isRetrying = false;

  constructor(board: StatusBoard, makeId: () => string) {
    this.#board = board;
    this.#makeId = makeId;
  }

  async take(sent: Sent): Promise<void> {
    const text = sent.text === null ? null : toMessageText(sent.text);
    if (text !== null && !fitsMessage(text)) {
      this.#tooLong += 1;
      this.#board.update({ tooLong: this.#tooLong });
      return;
    }
    const operation: Operation = {
      op_id: this.#makeId(),
      kind: "outreach",
      act_username: sent.own,
      tar_username: sent.counterpart,
      thread_id: sent.threadId,
      ...(text === null ? {} : { message_text: text }),
      sent_at: sent.at,
    };
    await this.#keep(operation);
  }

  async #keep(operation: Operation): Promise<void> {
    try {
      await keepOperation(operation);
      this.#unsaved.delete(operation.op_id);
      this.#board.update({ unsaved: this.#unsaved.size, hasCaptured: true });
    } catch {
      this.#unsaved.set(operation.op_id, operation);
      this.#board.update({ unsaved: this.#unsaved.size });
      this.#retryLater();
    }
  }

  #retryLater(): void {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    setTimeout(() => {
      this.#isRetrying = false;
      for (const unsaved of this.#unsaved.values()) void this.#keep(unsaved);
    }, retryMs);
  }
}
