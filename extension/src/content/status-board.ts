// Gathers what the status is made of (the thread, what is kept, the agent) and keeps the pill true to it.

import type { LinkState } from "../messages/link-state";
import { checkLinkState, linkStateKey } from "../messages/link-state";
import { isKeptKey, listOperationIds } from "../kept/kept-operations";
import type { Situation } from "./status-line";
import { statusLine } from "./status-line";
import { StatusPill } from "./status-pill";

/** A page that is still loading cannot be read for a moment; only after this long it is said. */
const unreadableMsMin = 3000;

export class StatusBoard {
  readonly #pill: StatusPill;
  #situation: Situation = {
    isOrphaned: false,
    isReadable: true,
    tooLong: 0,
    unsaved: 0,
    stored: 0,
    hasCaptured: false,
    link: null,
  };
  #isShown = false;
  #unreadable: ReturnType<typeof setTimeout> | null = null;

  constructor(document: Document) {
    this.#pill = new StatusPill(document);
    chrome.storage.onChanged.addListener((changes, area) => {
      if (area !== "local") return;
      if (Object.keys(changes).some((key) => key === linkStateKey || isKeptKey(key))) void this.#refresh();
    });
    void this.#refresh();
  }

  /** Shows the status while a thread is open. */
  setThreadOpen(isOpen: boolean): void {
    if (isOpen === this.#isShown && !isOpen) return;
    this.#isShown = isOpen;
    if (isOpen) this.#draw();
    else this.#pill.hide();
  }

  setReadable(isReadable: boolean): void {
    if (isReadable) {
      if (this.#unreadable !== null) clearTimeout(this.#unreadable);
      this.#unreadable = null;
      if (!this.#situation.isReadable) this.update({ isReadable: true });
    } else {
      this.#unreadable ??= setTimeout(() => {
        this.update({ isReadable: false });
      }, unreadableMsMin);
    }
  }

  update(change: Partial<Situation>): void {
    this.#situation = { ...this.#situation, ...change };
    this.#draw();
  }

  async #refresh(): Promise<void> {
    const [ids, stored] = await Promise.all([listOperationIds(), chrome.storage.local.get(linkStateKey)]);
    const checked = checkLinkState(stored[linkStateKey]);
    const link: LinkState | null = checked.ok ? checked.value : null;
    this.update({ stored: ids.length, link });
  }

  #draw(): void {
    if (this.#isShown) this.#pill.show(statusLine(this.#situation));
  }
}
