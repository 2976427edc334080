import { dayOf } from "@/lib/time";
import type { LogEntry } from "@/lib/wire";

export interface Day {
  key: string;
  entries: readonly LogEntry[];
}

/** Entries, newest first, by the day on which they happened in that zone. */
export function groupByDay(entries: readonly LogEntry[], zone: string): Day[] {
  const days: { key: string; entries: LogEntry[] }[] = [];
  for (const entry of entries) {
    const key = dayOf(entry.created_at, zone);
    const last = days.at(-1);
    if (last?.key === key) last.entries.push(entry);
    else days.push({ key, entries: [entry] });
  }
  return days;
}
