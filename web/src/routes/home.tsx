import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { PageProblem } from "@/components/route-problem";
import { whenReachable } from "@/lib/when-reachable";

import { shellRoute } from "./shell";

export const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  errorComponent: PageProblem,
  component: lazyRouteComponent(whenReachable(() => import("@/features/home"))),
});
