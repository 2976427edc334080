import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { logsQuery } from "@/lib/feed";

import { shellRoute } from "./shell";

export const logsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/logs",
  loader: ({ context: { queryClient } }) => {
    queryClient.infiniteQuery(logsQuery(queryClient)).catch(() => undefined); // The page tells what failed.
  },
  component: lazyRouteComponent(() => import("@/features/logs")),
});
