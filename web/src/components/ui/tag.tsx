import type { ReactNode } from "react";

/** A word about something, beside it. */
export function Tag({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex h-5 flex-none items-center rounded-lg bg-track px-[7px] text-small leading-none font-medium whitespace-nowrap text-fg-2">
      {children}
    </span>
  );
}
