// Providers of OpenID Connect: setting out to one, and the accounts with them that are linked to one's own.

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "./api";
import { Problem } from "./problem";
import { toast } from "./toast";
import type { ProviderAccount, ProviderSignInRequest } from "./wire";

/** A server without any answers with an empty list. */
export const providersQuery = queryOptions({
  queryKey: ["providers"],
  queryFn: ({ signal }) => call("get", "/api/v1/providers", { signal }),
  staleTime: Infinity,
});

export const providerAccountsQuery = queryOptions({
  queryKey: ["provider-accounts"],
  queryFn: ({ signal }) => call("get", "/api/v1/provider-accounts", { signal }),
});

/** What somebody sets out for; with `joining`, to join as well where they are not in the team yet. */
export type Errand = { kind: "sign-in"; joining?: ProviderSignInRequest } | { kind: "link" } | { kind: "proof" };

/** How it went, where somebody comes back and it did not work; why is in the server's log alone. */
export interface ProviderSearch {
  provider?: "refused" | "later";
}

export function readProviderSearch({ provider }: Record<string, unknown>): ProviderSearch {
  return provider === "refused" || provider === "later" ? { provider } : {};
}

function askForAddress(provider_name: string, errand: Errand): Promise<{ address: string }> {
  const path = { provider_name };
  switch (errand.kind) {
    case "sign-in":
      return call("post", "/api/v1/providers/{provider_name}/sign-in", { path, body: errand.joining ?? {} });
    case "link":
      return call("post", "/api/v1/providers/{provider_name}/link", { path });
    case "proof":
      return call("post", "/api/v1/providers/{provider_name}/proof", { path });
  }
}

/** An address that a browser goes to, and does not run. */
export function isWebAddress(address: string): boolean {
  return URL.canParse(address) && ["http:", "https:"].includes(new URL(address).protocol);
}

/** Leaves the page for the provider's. It stays pending once the way is clear: the page is about to end. */
export function useSetOut() {
  return useMutation({
    mutationFn: async ({ provider, errand }: { provider: string; errand: Errand }): Promise<never> => {
      const { address } = await askForAddress(provider, errand);
      if (!isWebAddress(address)) throw new Problem("unreadable", "The provider has no address");
      location.assign(address);
      return new Promise(() => undefined);
    },
  });
}

export function useUnlink({ issuer, subject }: ProviderAccount) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("post", "/api/v1/provider-accounts/unlink", { body: { issuer, subject } }),
    onSuccess: async () => {
      toast("done", "The account is linked no longer");
      await client.invalidateQueries({ queryKey: providerAccountsQuery.queryKey });
    },
  });
}
