import { createRoute, redirect } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";

import { RouteProblem } from "@/components/route-problem";
import { Shell } from "@/components/shell";
import { ShellSkeleton } from "@/components/shell/shell-skeleton";
import { homeQuery } from "@/lib/feed";
import { isSignedOut } from "@/lib/problem";
import { leaveOutdatedPage, noteRelease } from "@/lib/release";
import { rememberReturn, sessionQuery } from "@/lib/session";

import { rootRoute } from "./root";

/** Around every page that needs a session; the pages' data is asked for beside it, not after it. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ context: { queryClient }, location, preload }) => {
    if (!preload) await leaveOutdatedPage(location.href);
    queryClient.query(homeQuery).catch(() => undefined); // The page tells what failed.
    try {
      const session = await queryClient.query({ ...sessionQuery, staleTime: "static" });
      noteRelease(session.version);
      return { session };
    } catch (error) {
      if (!isSignedOut(error)) throw error;
      rememberReturn(location.href);
      throw redirect({ to: "/sign-in" });
    }
  },
  component: function ShellRoute() {
    const { session } = shellRoute.useRouteContext();
    const { data = session } = useQuery(sessionQuery);
    noteRelease(data.version);
    return <Shell operator={data.operator} />;
  },
  pendingComponent: ShellSkeleton,
  errorComponent: RouteProblem,
});
