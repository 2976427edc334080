// Counts at the end: what was acknowledged against what the server's database holds.

import type { Message } from "./browser.ts";
import { query } from "./database.ts";

/** Somebody whose messages are counted. */
export interface Writer {
  /** What was acknowledged, by thread. */
  readonly acknowledged: ReadonlyMap<string, Message>;
  /** Threads that may have been overtaken. */
  readonly delayed: ReadonlySet<string>;
}

/** A message as the server has it. */
interface Stored {
  readonly thread_id: string;
  readonly op_id: string | null;
  readonly act_username: string;
  readonly tar_username: string;
  readonly message_text: string;
  readonly sent_at: number;
}

export interface Tally {
  readonly acknowledged: number;
  readonly stored: number;
  /** Events beyond the first one of a message. */
  readonly doubled: readonly string[];
  readonly lost: readonly string[];
  /** Messages that are not there as they were written, or that nobody has written. */
  readonly changed: readonly string[];
  /** Messages of one browser to one target that the server has in another order. */
  readonly disordered: readonly string[];
}

export async function countStored(database: string): Promise<number> {
  const [row] = await query<{ count: number }>(database, "SELECT count(*) AS count FROM outreach_logs");
  return row?.count ?? 0;
}

async function listStored(database: string): Promise<Stored[]> {
  return query<Stored>(
    database,
    `SELECT o.thread_id, p.op_id, a.act_username, t.tar_username, o.sent_at,
         COALESCE(o.message_text, o.message_preview) AS message_text
     FROM outreach_logs o
         JOIN event_logs e ON e.elg_id = o.elg_id
         JOIN changes c ON c.elg_id = o.elg_id AND c.opr_id IS NULL -- With one it tells who came or went.
         LEFT JOIN operations p ON p.elg_id = o.elg_id
         LEFT JOIN actors a ON a.act_id = e.act_id
         LEFT JOIN targets t ON t.tar_id = e.tar_id
     ORDER BY c.cursor`,
  );
}

function isSame(message: Message, stored: Stored): boolean {
  return (
    message.op_id === stored.op_id &&
    message.act_username === stored.act_username &&
    message.tar_username === stored.tar_username &&
    message.message_text === stored.message_text &&
    message.sent_at === stored.sent_at
  );
}

/** Threads that come after a later one of the same browser to the same target. */
function listDisordered(stored: readonly Stored[], delayed: ReadonlySet<string>): string[] {
  const latest = new Map<string, number>();
  return stored.flatMap(({ thread_id: thread, tar_username: target }) => {
    if (delayed.has(thread)) return [];
    const dash = thread.lastIndexOf("-");
    const number = Number(thread.slice(dash + 1));
    const line = `${thread.slice(0, dash)} to ${target}`;
    const before = latest.get(line) ?? -1;
    latest.set(line, Math.max(before, number));
    return number < before ? [`${thread} after ${String(before)}`] : [];
  });
}

export async function tally(database: string, writers: readonly Writer[]): Promise<Tally> {
  const written = new Map(writers.flatMap(({ acknowledged }) => [...acknowledged]));
  const delayed = new Set(writers.flatMap((writer) => [...writer.delayed]));
  const stored = await listStored(database);
  const seen = new Set<string>();
  const doubled: string[] = [];
  const changed: string[] = [];
  for (const row of stored) {
    const message = written.get(row.thread_id);
    if (seen.has(row.thread_id)) doubled.push(row.thread_id);
    else if (message === undefined || !isSame(message, row)) changed.push(row.thread_id);
    seen.add(row.thread_id);
  }
  return {
    acknowledged: written.size,
    stored: stored.length,
    doubled,
    lost: [...written.keys()].filter((thread) => !seen.has(thread)),
    changed,
    disordered: listDisordered(stored, delayed),
  };
}
