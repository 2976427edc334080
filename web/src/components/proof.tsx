import { lazy, Suspense, useSyncExternalStore } from "react";

import { isProofAsked, subscribeToProof } from "@/lib/proof";

const ProveDialog = lazy(() => import("./prove-dialog"));

/** Loads what asks for a proof when the first change waits for one. */
export function Proof() {
  const isAsked = useSyncExternalStore(subscribeToProof, isProofAsked);
  if (!isAsked) return null;
  return (
    <Suspense>
      <ProveDialog />
    </Suspense>
  );
}
