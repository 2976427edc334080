// A colleague of whose desktop only the pushes are played. Has contacted many before the others come, goes on with
// that, and excludes handles and lifts that again. Each push is sent until it is answered, and is the same every time. It
// keeps nothing but what was answered: if the server loses that, nobody sends it again, as an agent would.

import { makeOpId, type Paired, type Schemas, send } from "../integration/client.ts";
import { until } from "../integration/server.ts";
import { contactedHandles, type Message } from "./browser.ts";
import type { Draw } from "./draw.ts";

const batchSize = 200;
const strangers = 50;
const burstMax = 8;
const pauseMsMax = 40;
const answerDeadlineMs = 60_000;
/** A hybrid time counts so many within a millisecond. */
const counterEnd = 1024;

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
  #written = 0;
  #hybridTime = 0;

  constructor(url: string, { token }: Paired, draw: Draw) {
    this.#url = url;
    this.#token = token;
    this.#draw = draw;
  }

  /** Contacts so many, batch by batch. */
  async contact(count: number): Promise<void> {
    for (let left = count; left > 0; left -= batchSize) {
      await this.#push(Array.from({ length: Math.min(left, batchSize) }, () => this.#compose()));
    }
  }

  /** Writes, excludes and lifts until it is over. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const messages = Array.from({ length: this.#draw.between(1, burstMax) }, () => this.#compose());
      const isStranger = this.#draw.isOnceIn(4);
      const number = this.#draw.below(isStranger ? strangers : contactedHandles);
      const handle = `${isStranger ? "stranger" : "target"}.${String(number)}`;
      const isExcluded = this.excluded.has(handle);
      await this.#push(messages, this.#toggle(handle, isExcluded ? "lift" : "exclude"));
      if (isExcluded) this.excluded.delete(handle);
      else this.excluded.add(handle);
      await new Promise((wake) => setTimeout(wake, this.#draw.between(0, pauseMsMax)));
    }
  }

  /** A message to somebody who is new to the team. */
  #compose(): Message {
    const number = String(this.#written++);
    return {
      op_id: makeOpId(),
      kind: "outreach",
      act_username: "colleague",
      tar_username: `known.${number}`,
      thread_id: `colleague-${number}`,
      message_text: "We have met.",
      sent_at: Date.now(),
    };
  }

  #toggle(handle: string, kind: "exclude" | "lift"): object {
    this.#hybridTime = Math.max(this.#hybridTime + 1, Date.now() * counterEnd);
    return { op_id: makeOpId(), kind, tar_username: handle, sent_at: Date.now(), hybrid_time: this.#hybridTime };
  }

  /** Sends them until they are answered; fails when one is refused. */
  async #push(messages: readonly Message[], ...others: readonly object[]): Promise<void> {
    const call = {
      json: { protocol: 1, operations: [...messages, ...others] },
      headers: { Authorization: `Bearer ${this.#token}` },
    };
    const answer = await until(
      "a colleague's push is answered",
      async () => {
        const reply = await send(this.#url, "POST", "/api/v1/sync/push", call).catch(() => undefined);
        return reply !== undefined && reply.status < 500 ? reply : undefined;
      },
      answerDeadlineMs,
    );
    if (answer.status !== 200) throw new Error(`A colleague's push is refused: ${answer.text}`);
    const { results } = answer.json as Schemas["PushResponse"];
    const rejected = results.find(({ outcome }) => outcome === "rejected");
    if (rejected !== undefined) throw new Error(`A colleague's push is rejected: ${JSON.stringify(rejected)}`);
    for (const message of messages) this.acknowledged.set(message.thread_id, message);
  }
}
