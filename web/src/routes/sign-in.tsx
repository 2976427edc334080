import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { readProviderSearch } from "@/lib/providers";
import { whenReachable } from "@/lib/when-reachable";

import { rootRoute } from "./root";

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: readProviderSearch,
  component: lazyRouteComponent(whenReachable(() => import("@/features/sign-in"))),
});
