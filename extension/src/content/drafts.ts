// What left the composer of one thread. A message counts as sent from this tab only if its text stood in this tab's
// composer: an own row that comes from a phone, from a colleague with the same account or from a second tab does not.

/** A draft that left is remembered to be recognised; so many at most. */
const departedMax = 32;

/** How long a row may differ from what was typed (the site may reformat it) and still count as that draft. */
const inexactAgeMsMax = 30_000;

interface Departed {
  readonly text: string;
  readonly at: number;
}

export class Drafts {
  #current = "";
  #currentIsClaimed = false;
  #departed: Departed[] = [];
  #hasComposer = false;

  /** Whether this thread ever had a composer. Without one nothing can be told about what was sent from here. */
  get hasComposer(): boolean {
    return this.#hasComposer;
  }

  /** Takes note of what stands in the composer now; null where there is none. */
  see(draft: string | null, now: number): void {
    if (draft === null) return;
    this.#hasComposer = true;
    if (draft.trim() !== "") {
      if (draft !== this.#current) this.#currentIsClaimed = false;
      this.#current = draft;
      return;
    }
    if (this.#current !== "" && !this.#currentIsClaimed) this.#departed.push({ text: this.#current, at: now });
    if (this.#departed.length > departedMax) this.#departed.shift();
    this.#current = "";
    this.#currentIsClaimed = false;
  }

  /** The thread is left: what stands in the composer was not sent. */
  leave(): void {
    this.#current = "";
    this.#currentIsClaimed = false;
  }

  /**
   * The one of a row's texts that was sent from here, or null; each draft is claimed once.
   * With `exactly`, only the very text that was typed and has left counts.
   */
  claim(texts: readonly string[], now: number, exactly: boolean): string | null {
    for (const text of texts) {
      const essence = essenceOf(text);
      const index = this.#departed.findIndex((departed) => essenceOf(departed.text) === essence);
      if (index >= 0) {
        this.#departed.splice(index, 1);
        return text;
      }
      // The row may be rendered before the composer empties.
      if (!exactly && this.#isCurrent(essence)) {
        this.#currentIsClaimed = true;
        return text;
      }
    }
    const only = texts.length === 1 ? texts[0] : undefined;
    if (exactly || only === undefined || !this.hasRecent(now)) return null;
    this.#departed.pop();
    return only;
  }

  /** Whether one of the texts stands in the composer now. */
  has(texts: readonly string[]): boolean {
    return texts.some((text) => this.#isCurrent(essenceOf(text)));
  }

  #isCurrent(essence: string): boolean {
    return this.#current !== "" && !this.#currentIsClaimed && essenceOf(this.#current) === essence;
  }

  /** Whether a draft left a moment ago whose row was not seen yet. */
  hasRecent(now: number): boolean {
    const last = this.#departed.at(-1);
    return last !== undefined && now - last.at <= inexactAgeMsMax;
  }
}

/** A text without what a site may change between composer and row: white space and marks that cannot be seen. */
function essenceOf(text: string): string {
  return text.normalize("NFC").replace(/\s|\p{Default_Ignorable_Code_Point}/gu, "");
}
