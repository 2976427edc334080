import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { useLink } from "@/lib/use-link";

import { rootRoute } from "./root";

const JoinPage = lazyRouteComponent(() => import("@/features/join"));

export const joinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/join",
  component: function JoinRoute() {
    const navigate = joinRoute.useNavigate();
    return <JoinPage link={useLink("/join")} onJoined={() => void navigate({ to: "/", replace: true })} />;
  },
});
