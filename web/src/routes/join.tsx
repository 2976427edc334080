import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { whenReachable } from "@/lib/when-reachable";

import { rootRoute } from "./root";

export const joinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/join",
  component: lazyRouteComponent(whenReachable(() => import("@/features/join"))),
});
