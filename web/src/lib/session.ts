// Who is signed in, and where somebody wanted to go before they had to sign in.

import { queryOptions, useQueryClient } from "@tanstack/react-query";

import { call } from "./api";
import type { Session } from "./wire";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }): Promise<Session> => call("get", "/api/v1/session", { signal }),
  staleTime: Infinity,
});

/** What follows when somebody has come in: nothing of whoever was here before is kept. */
export function useEnter(): (session: Session) => void {
  const client = useQueryClient();
  return (session) => {
    client.removeQueries();
    client.setQueryData(sessionQuery.queryKey, session);
  };
}

/** Where one is signed in, and whether one has a password. */
export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => call("get", "/api/v1/sessions", { signal }),
});

const KEY = "instacrm.return";
const KEPT_MS = 3_600_000;

/** Only a place of this app: another origin's address must not come back from storage or a query. */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])/u.test(path) && !/^\/(?:sign-in|join|reset)(?![\w-])/u.test(path);
}

/** Kept beyond this tab, because a sign-in link opens in another one. */
export function rememberReturn(path: string): void {
  try {
    if (isOwnPath(path)) localStorage.setItem(KEY, JSON.stringify({ path, at: Date.now() }));
  } catch {
    // Storage may be forbidden; then the home page it is.
  }
}

/** The place to return to, told once. */
export function takeReturn(): string {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as { path: string; at: number } | null;
    localStorage.removeItem(KEY);
    if (kept && isOwnPath(kept.path) && Date.now() - kept.at < KEPT_MS) return kept.path;
  } catch {
    // Forbidden or damaged storage is none.
  }
  return "/";
}
