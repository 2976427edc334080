// What the live stream keeps fresh: the home page's data and the first pages of the logs. Asked for once; from then on
// every change is merged into the caches, and nothing is asked for again.

import { limits } from "@contract/contract";
import { type InfiniteData, infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";

import { call } from "./api";
import { insertEntry, isWithin } from "./entries";
import type { Home, LiveChange, LogEntry, LogPage } from "./wire";

type LogPages = InfiniteData<LogPage>;

export const homeQuery = queryOptions({
  queryKey: ["home"],
  queryFn: ({ signal }): Promise<Home> => call("get", "/api/v1/home", { signal }),
  staleTime: Infinity,
});

export function logsQuery(client: QueryClient) {
  return infiniteQueryOptions({
    queryKey: ["logs"],
    queryFn: async ({ pageParam, signal }): Promise<LogPage> => {
      const page = await call("get", "/api/v1/logs", { query: { after: pageParam }, signal });
      return pageParam === undefined ? withNewest(page, client.getQueryData(homeQuery.queryKey)) : page;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: Infinity,
  });
}

/** A page that was read a moment before the home page's data lacks what the stream will not tell again. */
function withNewest(page: LogPage, home: Home | undefined): LogPage {
  return (home?.activity ?? []).reduce(intoPage, page);
}

function intoPage(page: LogPage, entry: LogEntry): LogPage {
  if (page.next !== null && !isWithin(page.items, entry)) return page;
  const items = insertEntry(page.items, entry);
  return items === page.items ? page : { ...page, items: [...items] };
}

export function mergeIntoHome(home: Home, change: LiveChange, cursor: number): Home {
  const activity = insertEntry(home.activity, change.entry).slice(0, limits.homeActivityCount);
  return { ...home, cursor: Math.max(home.cursor, cursor), totals: change.totals, activity };
}

export function mergeIntoLogs(logs: LogPages, entry: LogEntry): LogPages {
  if (logs.pages.some((page) => page.items.some((one) => one.elg_id === entry.elg_id))) return logs;
  const index = logs.pages.findIndex((page) => page.next === null || isWithin(page.items, entry));
  const page = logs.pages[index];
  return page ? { ...logs, pages: logs.pages.with(index, intoPage(page, entry)) } : logs;
}

/** What begins with this key is asked for again after a change: it is counted on the server. */
export const countedKey = "counted";
/** Changes that come together are answered by one question. */
const COUNT_AGAIN_MS = 300;
let counting: ReturnType<typeof setTimeout> | undefined;

function countAgain(client: QueryClient): void {
  counting ??= setTimeout(() => {
    counting = undefined;
    void client.invalidateQueries({ queryKey: [countedKey] });
  }, COUNT_AGAIN_MS);
}

/** Merges a change of the live stream into the caches. */
export function applyChange(client: QueryClient, change: LiveChange, cursor: number): void {
  countAgain(client);
  client.setQueryData(homeQuery.queryKey, (home) => home && mergeIntoHome(home, change, cursor));
  client.setQueryData(logsQuery(client).queryKey, (logs) => logs && mergeIntoLogs(logs, change.entry));
}

/** Asks for everything again; of the logs only the first page, however many were loaded. */
export async function reloadFeed(client: QueryClient): Promise<void> {
  client.setQueryData(
    logsQuery(client).queryKey,
    (logs) => logs && { pages: logs.pages.slice(0, 1), pageParams: logs.pageParams.slice(0, 1) },
  );
  await Promise.all([
    client.invalidateQueries({ queryKey: homeQuery.queryKey }),
    client.invalidateQueries({ queryKey: logsQuery(client).queryKey }),
    client.invalidateQueries({ queryKey: [countedKey] }),
  ]);
}
