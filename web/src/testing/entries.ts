import type { LogEntry } from "@/lib/wire";

/** An outreach at that time whose id ends in the given letters. */
export function outreach(created_at: number, name: string): LogEntry {
  return {
    elg_id: `ELG-${name.padStart(10, "0")}`,
    event_type: "Outreach",
    created_at,
    received_at: created_at,
    opr_id: "OPR-00000001",
    opr_name: "Maya Lindqvist",
  };
}

export function namesOf(entries: readonly LogEntry[]): string[] {
  return entries.map((entry) => entry.elg_id.slice(4).replace(/^0+/u, ""));
}
