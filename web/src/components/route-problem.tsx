import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useState } from "react";

import { Problem } from "@/lib/problem";

import { Page } from "./page";
import { ProblemState } from "./ui/problem-state";

function RetryableProblem({ error }: { error: unknown }) {
  const router = useRouter();
  const [isRetrying, setRetrying] = useState(false);
  const retry = async () => {
    if (!(error instanceof Problem)) {
      location.reload();
      return;
    }
    setRetrying(true);
    await router.invalidate();
    setRetrying(false);
  };
  return (
    <ProblemState title="The page was not loaded" error={error} isRetrying={isRetrying} onRetry={() => void retry()} />
  );
}

/** In the place of the whole app: who is signed in is not known. */
export function RouteProblem({ error }: ErrorComponentProps) {
  return (
    <main id="content" className="grid min-h-dvh place-items-center">
      <RetryableProblem error={error} />
    </main>
  );
}

/** In the place of a page: a part of the app did not arrive. */
export function PageProblem({ error }: ErrorComponentProps) {
  return (
    <Page title="Not loaded">
      <RetryableProblem error={error} />
    </Page>
  );
}
