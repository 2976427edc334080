import { Mark } from "@/components/mark";

/** The shell's outline while the session is looked up. */
export function ShellSkeleton() {
  return (
    <div
      role="status"
      aria-label="Loading"
      className="grid min-h-dvh grid-cols-[var(--sidebar)_minmax(0,1fr)] max-wide:grid-cols-[var(--sidebar-rail)_minmax(0,1fr)] phone:block"
    >
      <div className="flex h-9 items-center gap-2.5 p-5 pt-7.5 font-semibold max-wide:justify-center max-wide:px-0 phone:hidden">
        <Mark />
        <span className="max-wide:sr-only">InstaCRM</span>
      </div>
      <div className="my-2 mr-2 rounded-xl border border-line bg-surface phone:m-0 phone:min-h-dvh phone:border-0">
        <div className="h-(--header) border-b border-line" />
      </div>
    </div>
  );
}
