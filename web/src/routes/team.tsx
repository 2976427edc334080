import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { PageProblem } from "@/components/route-problem";
import { whenReachable } from "@/lib/when-reachable";

import { shellRoute } from "./shell";

export const teamRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/team",
  errorComponent: PageProblem,
  component: lazyRouteComponent(whenReachable(() => import("@/features/team"))),
});
