import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { PageProblem } from "@/components/route-problem";
import { logsQuery } from "@/lib/feed";
import { type LogFilter, logFilterOf } from "@/lib/log-filter";
import { whenReachable } from "@/lib/when-reachable";

import { shellRoute } from "./shell";

export const logsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/logs",
  validateSearch: (search: Record<string, unknown>): LogFilter => logFilterOf(search),
  loader: ({ context: { queryClient } }) => {
    queryClient.infiniteQuery(logsQuery(queryClient)).catch(() => undefined); // The page tells what failed.
  },
  errorComponent: PageProblem,
  component: lazyRouteComponent(whenReachable(() => import("@/features/logs"))),
});
