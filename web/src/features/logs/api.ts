import { limits } from "@contract/contract";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { call } from "@/lib/api";
import type { Cell } from "@/lib/csv";
import { isAsked, type LogFilter, logQuestionOf } from "@/lib/log-filter";
import type { LogEntry, LogPage } from "@/lib/wire";

/** An event never changes: once told, it is kept. */
export function logQuery(elgId: string) {
  return queryOptions({
    queryKey: ["log", elgId],
    queryFn: ({ signal }) => call("get", "/api/v1/logs/{elg_id}", { path: { elg_id: elgId }, signal }),
    staleTime: Infinity,
  });
}

/** A part of the log. Not merged with what comes live, as the whole log is: the server alone knows what a search finds. */
export function filteredQuery(filter: LogFilter, zone: string) {
  return infiniteQueryOptions({
    queryKey: ["filtered-logs", filter, zone],
    queryFn: ({ pageParam, signal }): Promise<LogPage> =>
      call("get", "/api/v1/logs", { query: { ...logQuestionOf(filter, zone), after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    enabled: isAsked(filter),
  });
}

/** As many rows as one file has at most. */
const SAVED_ROWS_MAX = 10_000;

/** The newest rows of a part of the log, and whether there are more than a file has. */
export async function readRows(filter: LogFilter, zone: string): Promise<{ rows: LogEntry[]; isCut: boolean }> {
  const rows: LogEntry[] = [];
  let after: string | undefined;
  for (;;) {
    const query = { ...logQuestionOf(filter, zone), limit: limits.listPageSizeMax, after };
    const page = await call("get", "/api/v1/logs", { query });
    rows.push(...page.items);
    if (page.next === null) return { rows, isCut: false };
    if (rows.length >= SAVED_ROWS_MAX) return { rows, isCut: true };
    after = page.next;
  }
}

const columns = [
  ["elg_id", ({ elg_id }) => elg_id],
  ["created_at", ({ created_at }) => new Date(created_at).toISOString()],
  ["event_type", ({ event_type }) => event_type],
  ["opr_name", ({ opr_name }) => opr_name],
  ["act_username", ({ act_username }) => act_username ?? null],
  ["tar_username", ({ tar_username }) => tar_username ?? null],
  ["tar_status", ({ tar_status }) => tar_status ?? null],
  ["details", ({ details }) => details ?? null],
  ["message_preview", ({ message_preview }) => message_preview ?? null],
] as const satisfies readonly (readonly [string, (entry: LogEntry) => Cell])[];

export function logTable(rows: readonly LogEntry[]): Cell[][] {
  return [columns.map(([name]) => name), ...rows.map((entry) => columns.map(([, valueOf]) => valueOf(entry)))];
}
