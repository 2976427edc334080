import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { PageProblem } from "@/components/route-problem";
import { type AuditFilter, auditFilterOf } from "@/lib/audit-filter";
import { whenReachable } from "@/lib/when-reachable";

import { shellRoute } from "./shell";

export const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/audit",
  validateSearch: (search: Record<string, unknown>): AuditFilter => auditFilterOf(search),
  errorComponent: PageProblem,
  component: lazyRouteComponent(whenReachable(() => import("@/features/audit"))),
});
