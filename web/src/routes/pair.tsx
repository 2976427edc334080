import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { PageProblem } from "@/components/route-problem";
import { isCode, normaliseCode } from "@/lib/pairing-code";
import { whenReachable } from "@/lib/when-reachable";

import { shellRoute } from "./shell";

function codeOf(value: unknown): string | undefined {
  const code = typeof value === "string" || typeof value === "number" ? normaliseCode(String(value)) : "";
  return isCode(code) ? code : undefined;
}

export const pairRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/pair",
  validateSearch: (search: Record<string, unknown>): { code?: string } => {
    const code = codeOf(search["code"]);
    return code === undefined ? {} : { code };
  },
  errorComponent: PageProblem,
  component: lazyRouteComponent(whenReachable(() => import("@/features/desktops"))),
});
