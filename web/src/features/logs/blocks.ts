import { dayOf } from "@/lib/time";
import type { LogEntry } from "@/lib/wire";

export interface Block {
  key: string;
  /** Its first entry is the first of its day. */
  beginsDay: boolean;
  entries: readonly LogEntry[];
}

/**
 * Entries, newest first, in runs of one day (in that zone) and one page: what the browser lays out only when it is near.
 * By page, because a new entry then changes the block that it goes into and no other.
 */
export function blocksOf(entries: readonly LogEntry[], pageOf: ReadonlyMap<string, number>, zone: string): Block[] {
  const blocks: { key: string; day: string; beginsDay: boolean; entries: LogEntry[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.created_at, zone);
    const key = `${day} ${pageOf.get(entry.elg_id) ?? 0}`;
    const last = blocks.at(-1);
    if (last?.key === key) last.entries.push(entry);
    else blocks.push({ key, day, beginsDay: last?.day !== day, entries: [entry] });
  }
  return blocks;
}
