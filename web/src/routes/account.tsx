import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { PageProblem } from "@/components/route-problem";
import { readProviderSearch } from "@/lib/providers";
import { whenReachable } from "@/lib/when-reachable";

import { shellRoute } from "./shell";

export const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/account",
  validateSearch: readProviderSearch,
  errorComponent: PageProblem,
  component: lazyRouteComponent(whenReachable(() => import("@/features/account"))),
});
