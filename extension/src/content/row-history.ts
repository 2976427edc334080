// The rows of one thread in order, as far as this tab has seen them. A list renders only a window of its rows, and rows
// leave and return as new elements; the history tells which rendered row is which, and which came after all others.

import type { Row, Sender } from "../page-model/facts";

/** So many rows are remembered; the oldest are forgotten first. */
const rowsMax = 2000;

export interface KnownRow {
  texts: readonly string[];
  hasMedia: boolean;
  sender: Sender | null;
  index: number;
}

/**
 * How a rendered row came: it was known; it came after all known rows; it came before or between them; or it stands
 * in a view that has nothing in common with the history, as when a thread opens.
 */
export type Arrival = "known" | "appended" | "interposed" | "filled";

export interface Placed {
  readonly known: KnownRow;
  readonly row: Row;
  readonly arrival: Arrival;
  /** A known row whose text changed. */
  readonly isEdited: boolean;
}

export interface Placement {
  readonly rows: readonly Placed[];
  /** Whether an element of the view was there before, so that the view is the next moment and not a return. */
  readonly isContinuous: boolean;
}

export class RowHistory {
  #rows: KnownRow[] = [];
  readonly #ofElement = new WeakMap<object, KnownRow>();

  /** Places the rendered rows, oldest first, into the history. The window that they show has no gaps. */
  place(view: readonly Row[]): Placement {
    if (view.length === 0) return { rows: [], isContinuous: false };
    const matches = this.#matchElements(view);
    const isContinuous = matches.some((match) => match !== null);
    if (isContinuous) this.#matchNeighbours(view, matches);
    else this.#matchWindow(view, matches);
    return { rows: this.#merge(view, matches), isContinuous };
  }

  /** Rows whose element stayed. An element that jumped over another now shows another row. */
  #matchElements(view: readonly Row[]): (KnownRow | null)[] {
    let last = -1;
    return view.map((row) => {
      const known = this.#ofElement.get(row.element);
      if (known === undefined || this.#rows[known.index] !== known || known.index <= last) return null;
      last = known.index;
      return known;
    });
  }

  /** Fills the runs between, after and before the rows whose elements stayed, walking away from those. */
  #matchNeighbours(view: readonly Row[], matches: (KnownRow | null)[]): void {
    const first = matches.findIndex((match) => match !== null);
    let next = matches[first]?.index ?? 0;
    for (let i = first; i < view.length; i++) {
      const match = matches[i];
      const row = view[i];
      if (row === undefined) continue;
      if (match == null) {
        const end = matches.slice(i).find((later) => later !== null)?.index ?? this.#rows.length;
        const found = this.#rows.slice(next, end).find((known) => isSame(known, row)) ?? null;
        matches[i] = found;
        if (found !== null) next = found.index + 1;
      } else {
        next = match.index + 1;
      }
    }
    let before = matches[first]?.index ?? 0;
    for (let i = first - 1; i >= 0; i--) {
      const row = view[i];
      const found = row === undefined ? undefined : this.#rows.slice(0, before).findLast((known) => isSame(known, row));
      matches[i] = found ?? null;
      if (found !== undefined) before = found.index;
    }
  }

  /**
   * All elements are new: lays the view over the history where most rows coincide and none differs. Of equal places the
   * latest one wins, and the one that makes the fewest rows new.
   */
  #matchWindow(view: readonly Row[], matches: (KnownRow | null)[]): void {
    let bestOffset: number | null = null;
    let bestOverlap = 0;
    let bestAppended = 0;
    for (let offset = 1 - view.length; offset < this.#rows.length; offset++) {
      const start = Math.max(0, -offset);
      const end = Math.min(view.length, this.#rows.length - offset);
      const appended = view.length - end;
      if (end - start < bestOverlap || (end - start === bestOverlap && appended > bestAppended)) continue;
      if (!this.#coincides(view, offset, start, end)) continue;
      bestOffset = offset;
      bestOverlap = end - start;
      bestAppended = appended;
    }
    if (bestOffset === null) return;
    for (let i = 0; i < view.length; i++) matches[i] = this.#rows[bestOffset + i] ?? null;
  }

  #coincides(view: readonly Row[], offset: number, start: number, end: number): boolean {
    for (let i = start; i < end; i++) {
      const known = this.#rows[offset + i];
      const row = view[i];
      if (known === undefined || row === undefined || !isSame(known, row)) return false;
    }
    return true;
  }

  #merge(view: readonly Row[], matches: readonly (KnownRow | null)[]): Placed[] {
    const firstMatch = matches.find((match) => match !== null) ?? null;
    const lastMatch = matches.findLast((match) => match !== null) ?? null;
    const lastMatchAt = matches.lastIndexOf(lastMatch);
    const placed = view.map((row, i): Placed => {
      const match = matches[i] ?? null;
      if (match === null) {
        const arrival = lastMatch === null ? "filled" : i > lastMatchAt ? "appended" : "interposed";
        const known: KnownRow = { texts: [], hasMedia: false, sender: null, index: 0 };
        this.#learn(row, known);
        return { known, row, arrival, isEdited: false };
      }
      const isEdited = match.texts.length > 0 && !isSameText(match.texts, row.texts);
      this.#learn(row, match);
      return { known: match, row, arrival: "known", isEdited };
    });
    const window = placed.map(({ known }) => known);
    if (firstMatch === null || lastMatch === null) {
      this.#rows = window;
    } else {
      // Known rows inside the window that are not rendered are gone; those below it have only left the window, unless
      // something new stands in their place.
      const hasNewTail = lastMatchAt < view.length - 1;
      const below = hasNewTail ? [] : this.#rows.slice(lastMatch.index + 1);
      this.#rows = [...this.#rows.slice(0, firstMatch.index), ...window, ...below];
    }
    if (this.#rows.length > rowsMax) this.#rows = this.#rows.slice(-rowsMax);
    this.#rows.forEach((known, index) => (known.index = index));
    return placed;
  }

  #learn(row: Row, known: KnownRow): void {
    known.texts = row.texts;
    known.hasMedia = row.hasMedia;
    known.sender = row.sender.known ? row.sender.value : known.sender;
    this.#ofElement.set(row.element, known);
  }
}

function isSame(known: KnownRow, row: Row): boolean {
  const sender = row.sender.known ? row.sender.value : null;
  const isSameSender = known.sender === null || sender === null || known.sender === sender;
  return isSameSender && known.hasMedia === row.hasMedia && isSameText(known.texts, row.texts);
}

function isSameText(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
