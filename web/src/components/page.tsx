import type { ReactNode } from "react";

import { cn } from "@/lib/cn";
import { usePageTitle } from "@/lib/use-page-title";

import { LiveIndicator } from "./live-indicator";

interface PageProps {
  title: string;
  /** The page has a heading of its own; the title in the header is then only where one is. */
  hasOwnHeading?: boolean;
  /** The page fills the window and scrolls inside. */
  fill?: boolean;
  children: ReactNode;
}

/** The sheet of a signed-in page: header and content. */
export function Page({ title, hasOwnHeading = false, fill = false, children }: PageProps) {
  usePageTitle(title);
  const Title = hasOwnHeading ? "p" : "h1";
  return (
    <main
      id="content"
      tabIndex={-1}
      className={cn(
        "my-2 mr-2 flex min-w-0 flex-col rounded-xl border border-line bg-surface outline-none phone:m-0 phone:rounded-none phone:border-0",
        fill ? "h-[calc(100dvh-16px)] overflow-hidden phone:h-[calc(100dvh-60px)]" : "phone:min-h-[calc(100dvh-60px)]",
      )}
    >
      <header
        className={cn(
          "sticky top-0 z-5 flex h-(--header) flex-none items-center justify-between gap-3 rounded-t-xl border-b border-line bg-surface px-(--gutter) phone:rounded-none",
          !fill && "px-[max(var(--gutter),calc((100%-1440px)/2+var(--gutter)))]",
        )}
      >
        <Title className="truncate font-medium phone:text-title phone:font-semibold">{title}</Title>
        <LiveIndicator />
      </header>
      {fill ? (
        children
      ) : (
        <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 px-(--gutter) pt-5 pb-10 phone:pt-4 phone:pb-8">
          {children}
        </div>
      )}
    </main>
  );
}
