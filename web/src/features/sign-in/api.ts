import { useMutation, useQuery } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { sessionQuery, useEnter } from "@/lib/session";

export function useSignInByLink(link: string) {
  const enter = useEnter();
  return useMutation({
    mutationFn: () => call("post", "/api/v1/session", { body: { link } }),
    onSuccess: enter,
  });
}

export function useSignInByPassword() {
  const enter = useEnter();
  return useMutation({
    mutationFn: (body: { account: string; password: string }) => call("post", "/api/v1/session", { body }),
    onSuccess: enter,
  });
}

/** Whether somebody is signed in by now, perhaps in another tab; asked whenever this one is looked at. */
export function useIsSignedIn(): boolean {
  const session = useQuery({ ...sessionQuery, staleTime: 0, refetchOnWindowFocus: "always", retry: false });
  // What an ended session left in the cache does not count.
  return session.isSuccess && session.isFetchedAfterMount;
}
