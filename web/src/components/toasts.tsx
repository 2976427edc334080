import { lazy, Suspense, useSyncExternalStore } from "react";

import { getToasts, subscribeToToasts } from "@/lib/toast";

const Toaster = lazy(() => import("./ui/toaster"));

/** Loads what draws notices when the first one is said. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribeToToasts, getToasts);
  if (toasts.length === 0) return null;
  return (
    <Suspense>
      <Toaster toasts={toasts} />
    </Suspense>
  );
}
