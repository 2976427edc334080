import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { PageProblem } from "@/components/route-problem";
import { whenReachable } from "@/lib/when-reachable";

import { shellRoute } from "./shell";

export const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/account",
  errorComponent: PageProblem,
  component: lazyRouteComponent(whenReachable(() => import("@/features/account"))),
});
