// The tree of pages, and what ties it to the session: an ended one leads to the sign-in page from anywhere, and back.

import { createRouter } from "@tanstack/react-router";

import { RouteProblem } from "./components/route-problem";
import { createQueryClient } from "./lib/query-client";
import { rememberReturn, sessionQuery } from "./lib/session";
import { accountRoute } from "./routes/account";
import { analyticsRoute } from "./routes/analytics";
import { auditRoute } from "./routes/audit";
import { goalsRoute } from "./routes/goals";
import { homeRoute } from "./routes/home";
import { joinRoute } from "./routes/join";
import { logsRoute } from "./routes/logs";
import { pairRoute } from "./routes/pair";
import { resetRoute } from "./routes/reset";
import { rootRoute } from "./routes/root";
import { shellRoute } from "./routes/shell";
import { signInRoute } from "./routes/sign-in";
import { teamRoute } from "./routes/team";

export const queryClient = createQueryClient(() => void leaveSession());

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    shellRoute.addChildren([
      homeRoute,
      analyticsRoute,
      goalsRoute,
      logsRoute,
      teamRoute,
      pairRoute,
      auditRoute,
      accountRoute,
    ]),
    joinRoute,
    resetRoute,
    signInRoute,
  ]),
  context: { queryClient },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 150,
  defaultPendingMinMs: 0,
  defaultErrorComponent: RouteProblem,
  scrollRestoration: true,
});

let isLeaving = false;

/** Where nobody was signed in to begin with, the shell's route turns them away itself. */
async function leaveSession(): Promise<void> {
  if (isLeaving || queryClient.getQueryData(sessionQuery.queryKey) === undefined) return;
  isLeaving = true;
  rememberReturn(router.state.location.href);
  await router.navigate({ to: "/sign-in", replace: true });
  // The sign-in page's own query goes on; all that the team's pages asked for is forgotten.
  queryClient.removeQueries({ type: "inactive" });
  isLeaving = false;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
