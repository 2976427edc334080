import { cn } from "@/lib/cn";

import type { Change } from "../rates";

/** "12.7 % more than 34,090": judged by a word as much as by its colour. */
export function ChangeText({ change, before }: { change: Change; before: string }) {
  if (change.direction === "same") return <span className="text-small text-fg-2">as before</span>;
  return (
    <span className="text-small text-fg-2">
      <b className={cn("font-medium", change.direction === "more" ? "text-good" : "text-bad")}>
        {change.by} {change.direction}
      </b>{" "}
      than {before}
    </span>
  );
}
