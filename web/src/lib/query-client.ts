import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { isSignedOut, isTransient } from "./problem";

const RETRIES = 2;
const RETRY_MS = 400;

/** `onSignedOut` is told whenever any answer says that the session is over. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // A server on this very machine answers without a network.
        networkMode: "always",
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) => failures < RETRIES && isTransient(error),
        retryDelay: (failures) => RETRY_MS * 2 ** failures,
      },
      mutations: { networkMode: "always" },
    },
  });
}
