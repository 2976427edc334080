import { type RefObject, useEffect, useRef } from "react";

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

const AHEAD = "1200px";

/** The end of the list: loads the next page before somebody scrolls to it, and says when there is none. */
export function LoadMore({ scroller, hasMore, isLoading, error, onLoad }: LoadMoreProps) {
  const end = useRef<HTMLDivElement>(null);
  const isReady = hasMore && !isLoading && error === null;
  useEffect(() => {
    if (!end.current || !isReady) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) onLoad();
      },
      { root: scroller.current, rootMargin: AHEAD },
    );
    observer.observe(end.current);
    return () => {
      observer.disconnect();
    };
  }, [isReady, onLoad, scroller]);
  return (
    <div ref={end} className="flex min-h-14 items-center justify-center gap-3 px-(--gutter) text-small text-fg-3">
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
