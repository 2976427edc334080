import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { sessionQuery } from "@/lib/session";

export function useSignIn(link: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("post", "/api/v1/session", { body: { link } }),
    onSuccess: (session) => {
      client.removeQueries();
      client.setQueryData(sessionQuery.queryKey, session);
    },
  });
}

/** Whether somebody is signed in by now, perhaps in another tab; asked whenever this one is looked at. */
export function useIsSignedIn(): boolean {
  const session = useQuery({ ...sessionQuery, staleTime: 0, refetchOnWindowFocus: "always", retry: false });
  // What an ended session left in the cache does not count.
  return session.isSuccess && session.isFetchedAfterMount;
}
