import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { whenReachable } from "@/lib/when-reachable";

import { rootRoute } from "./root";

export const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reset",
  component: lazyRouteComponent(whenReachable(() => import("@/features/reset"))),
});
