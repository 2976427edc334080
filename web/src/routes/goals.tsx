import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { PageProblem } from "@/components/route-problem";
import { whenReachable } from "@/lib/when-reachable";

import { shellRoute } from "./shell";

export const goalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/goals",
  errorComponent: PageProblem,
  component: lazyRouteComponent(whenReachable(() => import("@/features/goals"))),
});
