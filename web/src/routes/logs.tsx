import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { logsQuery } from "@/lib/feed";

import { shellRoute } from "./shell";

export const logsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/logs",
  loader: ({ context: { queryClient } }) => {
    void queryClient.prefetchInfiniteQuery(logsQuery(queryClient));
  },
  component: lazyRouteComponent(() => import("@/features/logs")),
});
