// The team's people.

import { limits } from "@contract/contract";
import { infiniteQueryOptions } from "@tanstack/react-query";

import { call } from "./api";
import type { OperatorPage } from "./wire";

/** `search` is found in the name; empty: everybody. */
export function peopleQuery(search = "") {
  return infiniteQueryOptions({
    queryKey: ["people", search],
    queryFn: ({ pageParam, signal }): Promise<OperatorPage> =>
      call("get", "/api/v1/operators", {
        query: { limit: limits.listPageSizeMax, after: pageParam, search: search === "" ? undefined : search },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}
