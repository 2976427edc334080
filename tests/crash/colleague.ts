// A colleague of whose desktop only the pushes are played. Has contacted many before the others come, then excludes
// handles and lifts that again; each push is sent until it is answered, and is the same every time.

import { makeOpId, type Paired, type Schemas, send } from "../integration/client.ts";
import { contactedHandles, type Message } from "./browser.ts";
import type { Draw } from "./draw.ts";

const batchSize = 200;
const strangers = 50;
const pauseMsMax = 100;
const retryMs = 20;
const answerDeadlineMs = 60_000;
const counterBits = 1024;

export class Colleague {
  /** What was acknowledged, by thread. */
  readonly acknowledged = new Map<string, Message>();
  /** Nobody has refused a message of theirs, so all are in order. */
  readonly delayed = new Set<string>();
  /** Who is excluded now. */
  readonly excluded = new Set<string>();
  readonly #url: string;
  readonly #token: string;
  readonly #draw: Draw;
  #hybridTime = 0;

  constructor(url: string, { token }: Paired, draw: Draw) {
    this.#url = url;
    this.#token = token;
    this.#draw = draw;
  }

  /** Contacts so many, batch by batch. */
  async contact(count: number): Promise<void> {
    const messages = Array.from({ length: count }, (_, index) => ({
      op_id: makeOpId(),
      kind: "outreach" as const,
      act_username: "colleague",
      tar_username: `known.${String(index)}`,
      thread_id: `colleague-${String(index)}`,
      message_text: "We have met.",
      sent_at: Date.now(),
    }));
    for (let first = 0; first < count; first += batchSize) {
      const batch = messages.slice(first, first + batchSize);
      await this.#push(batch);
      for (const message of batch) this.acknowledged.set(message.thread_id, message);
    }
  }

  /** Excludes and lifts until it is over. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const isStranger = this.#draw.isOnceIn(4);
      const number = this.#draw.below(isStranger ? strangers : contactedHandles);
      const handle = `${isStranger ? "stranger" : "target"}.${String(number)}`;
      const isExcluded = this.excluded.has(handle);
      this.#hybridTime = Math.max(this.#hybridTime + 1, Date.now() * counterBits);
      await this.#push([
        {
          op_id: makeOpId(),
          kind: isExcluded ? "lift" : "exclude",
          tar_username: handle,
          sent_at: Date.now(),
          hybrid_time: this.#hybridTime,
        },
      ]);
      if (isExcluded) this.excluded.delete(handle);
      else this.excluded.add(handle);
      await new Promise((wake) => setTimeout(wake, this.#draw.between(0, pauseMsMax)));
    }
  }

  /** Sends it until it is answered; fails when an operation is refused. */
  async #push(operations: readonly object[]): Promise<void> {
    const headers = { Authorization: `Bearer ${this.#token}` };
    const call = { json: { protocol: 1, operations }, headers };
    const end = Date.now() + answerDeadlineMs;
    for (;;) {
      const reply = await send(this.#url, "POST", "/api/v1/sync/push", call).catch(() => undefined);
      if (reply?.status === 200) {
        const { results } = reply.json as Schemas["PushResponse"];
        const refused = results.find(({ outcome }) => outcome === "rejected");
        if (refused !== undefined) throw new Error(`A colleague's push is rejected: ${JSON.stringify(refused)}`);
        return;
      }
      if (reply !== undefined && reply.status < 500) throw new Error(`A colleague's push is refused: ${reply.text}`);
      if (Date.now() > end) throw new Error("A colleague's push is not answered.");
      await new Promise((wake) => setTimeout(wake, retryMs));
    }
  }
}
