import { CloudOff } from "lucide-react";

import { asProblem, remedyOf } from "@/lib/problem";

import { Button } from "./button";
import { EmptyState } from "./empty-state";

interface ProblemStateProps {
  /** What was not done: "The logs were not loaded". */
  title: string;
  error: unknown;
  onRetry: () => void;
  isRetrying?: boolean;
}

/** A view's error state: what happened, what to do, the problem's code, and another try. */
export function ProblemState({ title, error, onRetry, isRetrying = false }: ProblemStateProps) {
  const problem = asProblem(error);
  return (
    <div role="alert">
      <EmptyState
        icon={CloudOff}
        title={title}
        action={
          <Button onClick={onRetry} busy={isRetrying}>
            Try again
          </Button>
        }
      >
        <p>
          {problem.message}. {remedyOf(problem)}
        </p>
        <ProblemCodeLine error={problem} className="mt-2" />
      </EmptyState>
    </div>
  );
}

export function ProblemCodeLine({ error, className = "" }: { error: unknown; className?: string }) {
  const problem = asProblem(error);
  return (
    <p className={`font-mono text-micro text-fg-3 ${className}`}>
      {problem.code}
      {problem.requestId !== undefined && `, request ${problem.requestId}`}
    </p>
  );
}
