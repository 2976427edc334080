import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { PageProblem } from "@/components/route-problem";
import { type AnalyticsFilter, analyticsFilterOf } from "@/lib/analytics-filter";
import { whenReachable } from "@/lib/when-reachable";

import { shellRoute } from "./shell";

export const analyticsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/analytics",
  validateSearch: (search: Record<string, unknown>): AnalyticsFilter => analyticsFilterOf(search),
  errorComponent: PageProblem,
  component: lazyRouteComponent(whenReachable(() => import("@/features/analytics"))),
});
