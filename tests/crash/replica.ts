// A desktop's replica against the server's own tables: row by row, what a desktop that has caught up has to know.

import { query } from "./database.ts";

type Row = Readonly<Record<string, string | number | null>>;

/** The columns that both have, and where the server keeps them. */
const tables = {
  suppressions: {
    columns: "tar_username, reason, opr_id, changed_at",
    server: "suppressions WHERE is_suppressed = 1",
  },
  operators: { columns: "opr_id, opr_name", server: "operators" },
  actors: { columns: "act_id, act_username, opr_id, act_status, last_activity", server: "actors" },
  targets: {
    columns:
      "tar_id, tar_username, tar_status, stage, merged_into, first_contacted, last_updated, notes, email, email_state, " +
      "phone_num, phone_num_state, cont_source, cont_source_state",
    server: "targets",
  },
  aliases: { columns: "alias_username, tar_id", server: "aliases" },
  outreach: {
    columns: "elg_id, opr_id, act_id, tar_id, created_at",
    server: "event_logs WHERE event_type = 'Outreach'",
  },
} as const;

/** Rows as texts; what is absent is NULL on one side, and 0 or nothing on the other. */
async function list(database: string, sql: string): Promise<Set<string>> {
  const rows = await query<Row>(database, sql);
  return new Set(rows.map((row) => JSON.stringify(Object.values(row).map((value) => value ?? 0))));
}

/** The rows that one has and the other has not, in words. */
export async function compareReplica(database: string, ledger: string): Promise<string[]> {
  const differences = Object.entries(tables).map(async ([name, { columns, server }]) => {
    const [there, here] = await Promise.all([
      list(database, `SELECT ${columns} FROM ${server}`),
      list(ledger, `SELECT ${columns} FROM replica_${name} WHERE generation = (SELECT in_use FROM replica)`),
    ]);
    return [
      ...[...there].filter((row) => !here.has(row)).map((row) => `${name} lack ${row}`),
      ...[...here].filter((row) => !there.has(row)).map((row) => `${name} have ${row}`),
    ];
  });
  return (await Promise.all(differences)).flat();
}

export async function listSuppressed(database: string): Promise<string[]> {
  const sql = "SELECT tar_username FROM suppressions WHERE is_suppressed = 1 ORDER BY tar_username";
  return (await query<{ tar_username: string }>(database, sql)).map(({ tar_username: handle }) => handle);
}
