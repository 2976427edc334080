import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { isCode, normaliseCode } from "@/lib/pairing-code";

import { shellRoute } from "./shell";

const DesktopsPage = lazyRouteComponent(() => import("@/features/desktops"));

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
  component: function PairRoute() {
    const { code } = pairRoute.useSearch();
    const navigate = pairRoute.useNavigate();
    return (
      <DesktopsPage
        code={code}
        onCode={(next) => void navigate({ search: next === undefined ? {} : { code: next } })}
      />
    );
  },
});
