import { Mark } from "@/components/mark";
import { Bar } from "@/components/ui/skeleton";

import { places } from "./places";

/** The shell's outline while the session is looked up. */
export function ShellSkeleton() {
  return (
    <div
      role="status"
      aria-label="Loading"
      className="grid min-h-dvh grid-cols-[var(--sidebar)_minmax(0,1fr)] max-wide:grid-cols-[var(--sidebar-rail)_minmax(0,1fr)] phone:block"
    >
      <div className="flex flex-col gap-0.5 p-3 max-wide:px-2.5 phone:hidden">
        <div className="mb-3 flex h-9 items-center gap-2.5 px-2 font-semibold max-wide:justify-center max-wide:px-0">
          <Mark />
          <span className="max-wide:sr-only">InstaCRM</span>
        </div>
        {places.map(({ to }) => (
          <div key={to} className="flex h-8 items-center gap-2.5 px-2 max-wide:justify-center max-wide:px-0">
            <Bar className="size-4" />
            <Bar className="w-20 max-wide:hidden" />
          </div>
        ))}
      </div>
      <div className="my-2 mr-2 rounded-xl border border-line bg-surface phone:m-0 phone:min-h-dvh phone:border-0">
        <div className="h-(--header) border-b border-line" />
      </div>
    </div>
  );
}
