import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { devicesQuery } from "@/lib/devices";
import { homeQuery } from "@/lib/feed";
import { sessionQuery, sessionsQuery } from "@/lib/session";
import { toast } from "@/lib/toast";
import type { SessionEntry, Token } from "@/lib/wire";

import type { TokenForm } from "./schema";

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => call("get", "/api/v1/tokens", { signal }),
});

/** The present password goes with it where there is one. */
export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { password: string; present_password?: string }) => call("put", "/api/v1/password", { body }),
    onSuccess: async (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      toast("done", "Your password is set; your other sessions have ended");
      await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
}

export function useEndSession(session: SessionEntry) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("delete", "/api/v1/sessions/{session_id}", { path: { session_id: session.session_id } }),
    onSuccess: async () => {
      toast("done", "The session has ended");
      await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
}

export function useEndAllSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("delete", "/api/v1/sessions"),
    onSuccess: async () => {
      toast("done", "Only this session goes on; your desktops have no access any more");
      await Promise.all(
        [sessionsQuery, devicesQuery, homeQuery].map(({ queryKey }) => client.invalidateQueries({ queryKey })),
      );
    },
  });
}

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ token_name, scopes, days }: TokenForm) =>
      call("post", "/api/v1/tokens", {
        body: { token_name, scopes, expires_at: Date.now() + Number(days) * 86_400_000 },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}

export function useRevokeToken(token: Token) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("delete", "/api/v1/tokens/{token_id}", { path: { token_id: token.token_id } }),
    onSuccess: async () => {
      toast("done", `${token.token_name} opens nothing any more`);
      await client.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
}
