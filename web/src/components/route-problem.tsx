import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";

import { Problem } from "@/lib/problem";

import { ProblemState } from "./ui/problem-state";

/** A page that cannot be shown at all: the server did not answer, or a part of the page did not arrive. */
export function RouteProblem({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    if (!(error instanceof Problem)) {
      location.reload();
      return;
    }
    reset();
    void router.invalidate();
  };
  return (
    <main id="content" className="grid min-h-dvh place-items-center">
      <ProblemState title="The page was not loaded" error={error} onRetry={retry} />
    </main>
  );
}
