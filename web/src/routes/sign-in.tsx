import { createRoute, lazyRouteComponent, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";

import { takeReturn } from "@/lib/session";
import { useLink } from "@/lib/use-link";

import { rootRoute } from "./root";

const SignInPage = lazyRouteComponent(() => import("@/features/sign-in"));

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  component: function SignInRoute() {
    const router = useRouter();
    const goOn = useCallback(() => {
      router.history.replace(takeReturn());
    }, [router]);
    return <SignInPage link={useLink("/sign-in")} onSignedIn={goOn} />;
  },
});
