import type { ReactNode } from "react";

import { usePageTitle } from "@/lib/use-page-title";

import { Mark } from "./mark";

/** The sheet of the pages before one is signed in. */
export function Gate({ title, children }: { title: string; children: ReactNode }) {
  usePageTitle(title);
  return (
    <main id="content" className="grid min-h-dvh place-items-center p-4 phone:place-items-start phone:pt-10">
      <div className="w-full max-w-[25rem] rounded-xl border border-line bg-surface p-6 shadow-1 phone:border-0 phone:bg-transparent phone:p-2 phone:shadow-none">
        <div className="mb-6 flex items-center gap-2.5 font-semibold">
          <Mark />
          InstaCRM
        </div>
        <h1 className="text-page font-semibold">{title}</h1>
        {children}
      </div>
    </main>
  );
}
