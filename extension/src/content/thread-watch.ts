// Turns successive facts about the page into the messages that were sent from this tab. It promises: a message is
// reported once, when its own row is rendered after all rows that were known, from this tab's composer, with the
// thread, the sender and the counterpart that were on the page with it. What is unknown is never reported; it shows in
// `isReadable`. It knows nothing of the document and nothing of storage.

import type { Thread } from "../page-model/facts";
import { Drafts } from "./drafts";
import type { KnownRow, Placed } from "./row-history";
import { RowHistory } from "./row-history";

/** So many threads are remembered; the one not seen for longest is forgotten first. */
const threadsMax = 50;

/** After an address has changed, how long the rows and the header may still contradict it. */
const transitionMsMax = 1500;

export interface Sent {
  readonly threadId: string;
  readonly own: string;
  readonly counterpart: string;
  /** Null for a message without text. */
  readonly text: string | null;
  /** When its row was first seen. */
  readonly at: number;
}

export interface Moment {
  readonly now: number;
  /** Whether a person is at this tab. */
  readonly isAttended: boolean;
}

/** A row that may be a message just sent, as long as that cannot be said. */
interface Candidate {
  readonly at: number;
  /** Its view has nothing to do with the one before: only the very text that was typed proves it. */
  readonly exactly: boolean;
  /** Its text may stand in the composer still. */
  readonly mayPrecede: boolean;
  readonly isAttended: boolean;
}

interface Watched {
  readonly history: RowHistory;
  readonly drafts: Drafts;
  readonly candidates: Map<KnownRow, Candidate>;
}

interface Shown {
  readonly threadId: string;
  readonly counterpart: string | null;
  readonly elements: ReadonlySet<object>;
}

export class ThreadWatch {
  readonly #watched = new Map<string, Watched>();
  #shown: Shown | null = null;
  #transitionSince: number | null = null;
  #isReadable = true;

  /** Whether the last facts sufficed to tell a message sent now. */
  get isReadable(): boolean {
    return this.#isReadable;
  }

  /** Takes the page as it is now (null: no thread is open) and returns what has been sent since. */
  observe(thread: Thread | null, moment: Moment): Sent[] {
    if (thread === null) {
      this.#leave();
      this.#isReadable = true;
      return [];
    }
    const threadId = this.#threadOnPage(thread, moment.now);
    if (threadId === null) {
      this.#isReadable = false;
      return [];
    }
    if (this.#shown?.threadId !== threadId) this.#leave();
    const watched = this.#watch(threadId);
    watched.drafts.see(thread.draft, moment.now);
    const placement = watched.history.place(thread.rows);
    this.#nominate(watched, placement.rows, placement.isContinuous, moment);
    const sent = this.#elect(watched, placement.rows, threadId, thread, moment);
    this.#shown = {
      threadId,
      counterpart: thread.counterpart.known ? thread.counterpart.value : null,
      elements: new Set(thread.rows.map((row) => row.element)),
    };
    this.#isReadable =
      thread.own.known && thread.counterpart.known && thread.hasList && !this.#awaits(watched, placement.rows);
    return sent;
  }

  /** Takes a change of the composer alone; false where the whole page must be read instead. */
  observeDraft(draft: string | null, threadId: string, now: number): boolean {
    if (this.#shown?.threadId !== threadId) return false;
    const { drafts, candidates } = this.#watch(threadId);
    drafts.see(draft, now);
    return candidates.size === 0;
  }

  /**
   * The thread that rows and header belong to. The address changes before the page does, so that for a while the page
   * still shows the former thread; null while rows and header contradict each other.
   */
  #threadOnPage(thread: Thread, now: number): string | null {
    const former = this.#shown;
    if (former === null || former.threadId === thread.threadId) {
      this.#transitionSince = null;
      return thread.threadId;
    }
    const hasFormerRows = thread.rows.some((row) => former.elements.has(row.element));
    const counterpart = thread.counterpart.known ? thread.counterpart.value : null;
    const hasFormerHeader = counterpart !== null && counterpart === former.counterpart;
    const hasOtherHeader = counterpart !== null && counterpart !== former.counterpart;
    this.#transitionSince ??= now;
    if (!hasFormerRows && !hasFormerHeader) return thread.threadId;
    if (now - this.#transitionSince > transitionMsMax) return thread.threadId;
    return hasFormerRows && !hasOtherHeader ? former.threadId : null;
  }

  #leave(): void {
    if (this.#shown !== null) this.#watched.get(this.#shown.threadId)?.drafts.leave();
    this.#shown = null;
    this.#transitionSince = null;
  }

  #watch(threadId: string): Watched {
    const found = this.#watched.get(threadId);
    const watched = found ?? { history: new RowHistory(), drafts: new Drafts(), candidates: new Map() };
    this.#watched.delete(threadId);
    this.#watched.set(threadId, watched);
    const [oldest] = this.#watched.keys();
    if (this.#watched.size > threadsMax && oldest !== undefined) this.#watched.delete(oldest);
    return watched;
  }

  /** Rows that came after all others may have been sent now; of a view that just opened only the own rows at its end. */
  #nominate(watched: Watched, rows: readonly Placed[], isContinuous: boolean, moment: Moment): void {
    const lastForeign = rows.findLastIndex(({ row }) => !row.sender.known || row.sender.value !== "own");
    rows.forEach(({ known, arrival, isEdited }, i) => {
      if (isEdited && !watched.candidates.has(known)) {
        // An edit leaves the composer as a message does.
        watched.drafts.claim(known.texts, moment.now, true);
      }
      if (arrival === "appended" || (arrival === "filled" && i > lastForeign)) {
        watched.candidates.set(known, {
          at: moment.now,
          exactly: !isContinuous,
          // Of several rows that came together any may be old and read as the draft does by chance.
          mayPrecede: arrival === "appended" || rows.length === 1,
          isAttended: moment.isAttended,
        });
      }
    });
  }

  #elect(watched: Watched, rows: readonly Placed[], threadId: string, thread: Thread, moment: Moment): Sent[] {
    const sent: Sent[] = [];
    for (const { known } of rows) {
      const candidate = watched.candidates.get(known);
      if (candidate === undefined || known.sender === null) continue;
      if (known.sender === "other") {
        watched.candidates.delete(known);
        continue;
      }
      if (!thread.own.known || !thread.counterpart.known) continue;
      const text = this.#textSent(watched, known, candidate, moment.now);
      if (text === "undecided") continue;
      watched.candidates.delete(known);
      if (text === "not from here") continue;
      const own = thread.own.value;
      const counterpart = thread.counterpart.value;
      sent.push({ threadId, own, counterpart, text: text.value, at: candidate.at });
    }
    return sent;
  }

  #textSent(
    { drafts }: Watched,
    known: KnownRow,
    candidate: Candidate,
    now: number,
  ): { value: string | null } | "undecided" | "not from here" {
    if (known.texts.length === 0) {
      if (!known.hasMedia) return "undecided";
      return candidate.isAttended && !candidate.exactly ? { value: null } : "not from here";
    }
    const text = drafts.claim(known.texts, now, candidate.exactly);
    if (text !== null) return { value: text };
    if (candidate.mayPrecede && drafts.has(known.texts)) return "undecided";
    const mayBeFromHere = !drafts.hasComposer || (known.texts.length > 1 && drafts.hasRecent(now));
    return mayBeFromHere && !candidate.exactly ? "undecided" : "not from here";
  }

  #awaits(watched: Watched, rows: readonly Placed[]): boolean {
    return rows.some(({ known }) => watched.candidates.has(known));
  }
}
