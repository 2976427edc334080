import { CircleX } from "lucide-react";

import { asProblem, reasonOf, remedyOf } from "@/lib/problem";

import { ProblemCodeLine } from "./problem-state";

/** Why an action was refused, beside the control that it belongs to. */
export function Refusal({ title, error }: { title: string; error: unknown }) {
  const problem = asProblem(error);
  const remedy = remedyOf(problem);
  return (
    <div role="alert" className="flex items-start gap-2.5 rounded-md bg-bad-soft px-3 py-2.5">
      <CircleX aria-hidden className="mt-0.5 size-4 flex-none text-bad" strokeWidth={1.75} />
      <div className="min-w-0">
        <p className="font-medium">
          {title}: {reasonOf(problem)}.
        </p>
        {remedy !== undefined && <p className="text-fg-2">{remedy}</p>}
        <ProblemCodeLine error={problem} className="mt-1 text-fg-2!" />
      </div>
    </div>
  );
}
