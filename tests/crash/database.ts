// A look into a database by the engine's own program: no code under test has a part in it.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const outputSizeMax = 256 * 1024 * 1024;
const execute = promisify(execFile);

/** The rows of a query. */
export async function query<Row>(database: string, sql: string): Promise<Row[]> {
  const args = ["-readonly", "-json", "-cmd", ".timeout 5000", database, sql];
  const { stdout } = await execute("sqlite3", args, { maxBuffer: outputSizeMax });
  return stdout === "" ? [] : (JSON.parse(stdout) as Row[]);
}

/** What PRAGMA integrity_check and foreign_key_check find; "ok" if nothing. */
export async function checkIntegrity(database: string): Promise<string> {
  const found = await query<{ integrity_check: string }>(database, "PRAGMA integrity_check");
  const orphans = await query<unknown>(database, "PRAGMA foreign_key_check");
  const lines = found.map(({ integrity_check: line }) => line);
  return [...lines, ...orphans.map((orphan) => JSON.stringify(orphan))].join("\n");
}
