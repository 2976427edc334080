import { useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { sessionQuery } from "@/lib/session";

import type { JoinForm } from "./schema";

/** The first owner takes the team. */
export function useJoin(link: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (form: JoinForm) => call("post", "/api/v1/join", { body: { link, ...form } }),
    onSuccess: (session) => {
      client.removeQueries();
      client.setQueryData(sessionQuery.queryKey, session);
    },
  });
}
