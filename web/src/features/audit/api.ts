import { infiniteQueryOptions } from "@tanstack/react-query";

import { call } from "@/lib/api";
import type { AuditFilter } from "@/lib/audit-filter";
import type { AuditPage } from "@/lib/wire";

export function auditQuery({ opr_id, action, object_id }: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ["audit", { opr_id, action, object_id }],
    queryFn: ({ pageParam, signal }): Promise<AuditPage> =>
      call("get", "/api/v1/audit", { query: { opr_id, action, object_id, after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    // Who opens the page wants to see what has happened by now.
    staleTime: 0,
  });
}
