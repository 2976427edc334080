import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet } from "@tanstack/react-router";

import { NotFound } from "@/components/not-found";
import { RouteAnnouncer } from "@/components/route-announcer";
import { leaveOutdatedPage } from "@/lib/release";

export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  beforeLoad: async ({ location, preload }) => {
    if (!preload) await leaveOutdatedPage(location.href);
  },
  component: () => (
    <>
      <Outlet />
      <RouteAnnouncer />
    </>
  ),
  notFoundComponent: NotFound,
});
