import { queryOptions, useMutation } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { Problem } from "@/lib/problem";
import { useEnter } from "@/lib/session";
import type { Invitation } from "@/lib/wire";

import type { JoinForm } from "./schema";

/** The invitation behind a link; null where the link is none, and may be the first owner's. It counts as a guess. */
export function invitationQuery(link: string) {
  return queryOptions({
    queryKey: ["invitation", link],
    queryFn: async ({ signal }): Promise<Invitation | null> => {
      try {
        return await call("post", "/api/v1/invitations/look", { body: { link }, signal });
      } catch (error) {
        if (error instanceof Problem && error.code === "invalid_link") return null;
        throw error;
      }
    },
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** The first owner takes the team, or somebody who is invited joins it. */
export function useJoin(link: string) {
  const enter = useEnter();
  return useMutation({
    mutationFn: ({ password, ...form }: JoinForm) =>
      call("post", "/api/v1/join", { body: { link, ...form, ...(password === "" ? {} : { password }) } }),
    onSuccess: enter,
  });
}
