// The words and the sign of the status, from what is known. Pure: one place decides what is said, and in which order.

import type { LinkState } from "../messages/link-state";

export type Sign = "good" | "waiting" | "offline" | "warning" | "refused" | "blind";

export interface StatusLine {
  readonly sign: Sign;
  readonly words: string;
}

export interface Situation {
  /** The extension was updated or removed under this tab. */
  readonly isOrphaned: boolean;
  /** The thread's facts suffice to tell what is sent. */
  readonly isReadable: boolean;
  /** Messages that are longer than can be logged. */
  readonly tooLong: number;
  /** Messages that the browser's storage would not take; tried again while the tab stays. */
  readonly unsaved: number;
  /** Operations in the browser's storage. */
  readonly stored: number;
  /** Whether this tab has captured something. */
  readonly hasCaptured: boolean;
  /** Null until the worker has said something. */
  readonly link: LinkState | null;
}

export function statusLine(situation: Situation): StatusLine {
  const { link, stored } = situation;
  const status = link?.link === "linked" ? link.status : null;
  const waiting = stored + (status?.pending ?? 0);
  const refused = (link?.refused ?? 0) + (status?.rejected ?? 0);
  const andWaiting = waiting > 0 ? `, ${String(waiting)} waiting` : "";

  if (situation.isOrphaned) return { sign: "blind", words: "Reload this tab" };
  if (situation.unsaved > 0)
    return { sign: "refused", words: `Storage is full, ${String(situation.unsaved)} not saved` };
  if (situation.tooLong > 0) return { sign: "refused", words: `${String(situation.tooLong)} too long, not logged` };
  if (!situation.isReadable) return { sign: "blind", words: "Cannot read this thread" };
  if (link?.link === "missing") return { sign: "warning", words: `Agent not installed${andWaiting}` };
  if (refused > 0) return { sign: "refused", words: `${String(refused)} refused` };
  if (link?.refusal != null) return { sign: "refused", words: `Agent refused: ${link.refusal}${andWaiting}` };
  if (status !== null && !status.paired) {
    return { sign: "warning", words: `Not paired: run instacrm-agent pair${andWaiting}` };
  }
  if (status !== null && !status.online) return { sign: "offline", words: `Offline${andWaiting}` };
  if (link?.link === "broken") return { sign: "offline", words: `Agent not answering${andWaiting}` };
  if (waiting > 0) return { sign: "waiting", words: `${String(waiting)} waiting` };
  if (status === null) return { sign: "waiting", words: "Connecting" };
  return { sign: "good", words: situation.hasCaptured ? "Saved on this desktop" : "Ready" };
}
