import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { whenReachable } from "@/lib/when-reachable";

import { rootRoute } from "./root";

/** How it went with a provider, where somebody comes back from one and is not signed in. */
interface SignInSearch {
  provider?: "refused" | "later";
}

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: ({ provider }: Record<string, unknown>): SignInSearch =>
    provider === "refused" || provider === "later" ? { provider } : {},
  component: lazyRouteComponent(whenReachable(() => import("@/features/sign-in"))),
});
