import { queryOptions } from "@tanstack/react-query";

import { call } from "@/lib/api";

/** An event never changes: once told, it is kept. */
export function logQuery(elgId: string) {
  return queryOptions({
    queryKey: ["log", elgId],
    queryFn: ({ signal }) => call("get", "/api/v1/logs/{elg_id}", { path: { elg_id: elgId }, signal }),
    staleTime: Infinity,
  });
}
