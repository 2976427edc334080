// Lists of log entries, newest first by (created_at, elg_id), the order of the server's pages. Pure.

import type { LogEntry } from "./wire";

/** Negative where `one` stands above `other`. */
function compare(one: LogEntry, other: LogEntry): number {
  if (one.created_at !== other.created_at) return other.created_at - one.created_at;
  if (one.elg_id === other.elg_id) return 0;
  return one.elg_id > other.elg_id ? -1 : 1;
}

/** Puts an entry where it belongs; the same list, where it is known already. */
export function insertEntry(list: readonly LogEntry[], entry: LogEntry): readonly LogEntry[] {
  if (list.some((one) => one.elg_id === entry.elg_id)) return list;
  const index = list.findIndex((one) => compare(entry, one) < 0);
  return list.toSpliced(index < 0 ? list.length : index, 0, entry);
}

/** Whether an entry belongs into a list that continues elsewhere: below its last entry, a later page will bring it. */
export function isWithin(list: readonly LogEntry[], entry: LogEntry): boolean {
  const last = list.at(-1);
  return last !== undefined && compare(entry, last) < 0;
}

/** One list out of pages that may overlap, each entry once. */
export function joinPages(pages: readonly { items: readonly LogEntry[] }[]): LogEntry[] {
  const seen = new Set<string>();
  return pages.flatMap((page) =>
    page.items.filter((entry) => {
      if (seen.has(entry.elg_id)) return false;
      seen.add(entry.elg_id);
      return true;
    }),
  );
}

/**
 * What a list shows while somebody points at it: what it showed, and older entries that were loaded below. How many
 * entries wait above is told, so that nothing moves under the pointer.
 */
export function holdBack(
  shown: readonly LogEntry[],
  latest: readonly LogEntry[],
): { visible: readonly LogEntry[]; waiting: number } {
  const last = shown.at(-1);
  if (last === undefined) return { visible: latest, waiting: 0 };
  const known = new Set(shown.map((entry) => entry.elg_id));
  const unknown = latest.filter((entry) => !known.has(entry.elg_id));
  const below = unknown.filter((entry) => compare(entry, last) > 0);
  return { visible: below.length > 0 ? [...shown, ...below] : shown, waiting: unknown.length - below.length };
}
