import { type RefObject, useEffect } from "react";

import { Button } from "@/components/ui/button";
import { Turning } from "@/components/ui/turning";
import { reasonOf } from "@/lib/problem";

interface LoadMoreProps {
  scroller: RefObject<HTMLElement | null>;
  hasMore: boolean;
  isLoading: boolean;
  error: Error | null;
  onLoad: () => void;
}

const AHEAD_PX = 1200;

/**
 * Calls when the end of the scroller is near, now or after scrolling. Not by an IntersectionObserver: with rows whose
 * content is skipped off-screen, Chromium's misses the end now and then.
 */
function useNearEnd(scroller: RefObject<HTMLElement | null>, isReady: boolean, onNear: () => void): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element || !isReady) return;
    const check = () => {
      if (element.scrollHeight - element.scrollTop - element.clientHeight < AHEAD_PX) onNear();
    };
    check();
    element.addEventListener("scroll", check, { passive: true });
    addEventListener("resize", check);
    return () => {
      element.removeEventListener("scroll", check);
      removeEventListener("resize", check);
    };
  }, [scroller, isReady, onNear]);
}

/** The end of the list: loads the next page before somebody scrolls to it, and says when there is none. */
export function LoadMore({ scroller, hasMore, isLoading, error, onLoad }: LoadMoreProps) {
  useNearEnd(scroller, hasMore && !isLoading && error === null, onLoad);
  return (
    <div className="flex min-h-14 items-center justify-center gap-3 px-(--gutter) text-small text-fg-3">
      {error !== null ? (
        <p role="alert" className="flex items-center gap-3">
          Older entries were not loaded: {reasonOf(error)}.
          <Button size="small" onClick={onLoad}>
            Try again
          </Button>
        </p>
      ) : hasMore ? (
        <span className="inline-flex items-center gap-2">
          <Turning /> Loading older entries
        </span>
      ) : (
        "This is where the history begins"
      )}
    </div>
  );
}
