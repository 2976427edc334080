import { Outlet } from "@tanstack/react-router";

import { Proof } from "@/components/proof";
import { Toasts } from "@/components/toasts";
import { OperatorProvider } from "@/lib/operator";
import { LiveProvider, useLiveFeed } from "@/lib/use-live";
import type { Operator } from "@/lib/wire";

import { BottomBar } from "./bottom-bar";
import { Sidebar } from "./sidebar";

/** What stands around every signed-in page. */
export function Shell({ operator }: { operator: Operator }) {
  const feed = useLiveFeed();
  return (
    <OperatorProvider value={operator}>
      <LiveProvider value={feed}>
        <a
          href="#content"
          onClick={(event) => {
            event.preventDefault();
            document.getElementById("content")?.focus();
          }}
          className="absolute -top-12 left-3 z-50 rounded-md bg-ink px-3 py-2 text-on-ink focus:top-3"
        >
          Skip to the content
        </a>
        <div className="grid min-h-dvh grid-cols-[var(--sidebar)_minmax(0,1fr)] max-wide:grid-cols-[var(--sidebar-rail)_minmax(0,1fr)] phone:block phone:pb-15">
          <Sidebar />
          <Outlet />
        </div>
        <BottomBar />
        <Proof />
        <Toasts />
      </LiveProvider>
    </OperatorProvider>
  );
}
