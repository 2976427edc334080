// What the database of a team holds, to see whether a request has written anything.

import type { World } from "./route-world.ts";

/** Columns that say when somebody was here last, and tables that keep that something was refused. */
const volatile = ["last_seen_at", "last_synced_at", "last_used_at", "last_activity", "opr_status", "agent_version"];
const isKept = (table: string): boolean => !/^(sqlite_|audit|changes$|.*_search)/u.test(table);

/** Everything that is kept, but for that. */
export async function contentsOf(world: World): Promise<string> {
  const found = await world.sql(
    `SELECT m.name || ' ' || group_concat(c.name, ',') FROM sqlite_master m JOIN pragma_table_info(m.name) c
     WHERE m.type = 'table' AND c.name NOT IN (${volatile.map((name) => `'${name}'`).join(",")}) GROUP BY m.name`,
  );
  const tables = found.split("\n").filter((line) => line !== "" && isKept(line));
  const selects = tables.map((line) => {
    const [table = "", columns = ""] = line.split(" ");
    return `SELECT '${table}', ${columns} FROM ${table} ORDER BY 2, 3`;
  });
  return world.sql(selects.join(";"));
}
