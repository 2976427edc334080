import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { whenReachable } from "@/lib/when-reachable";

import { rootRoute } from "./root";

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  component: lazyRouteComponent(whenReachable(() => import("@/features/sign-in"))),
});
