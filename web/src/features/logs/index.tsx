import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";

import { Page } from "@/components/page";
import { EmptyState } from "@/components/ui/empty-state";
import { ProblemState } from "@/components/ui/problem-state";
import { WaitingButton } from "@/components/waiting-button";
import { joinPages } from "@/lib/entries";
import { homeQuery, logsQuery } from "@/lib/feed";
import { formatCount, plural } from "@/lib/number";
import { useHeld } from "@/lib/use-held";
import type { LogEntry, LogPage } from "@/lib/wire";

import { LogRows, LogSkeleton, LogTable } from "./components/log-table";
import { LoadMore } from "./components/load-more";

const nothing: readonly LogEntry[] = [];

function pagesById(pages: readonly LogPage[]): ReadonlyMap<string, number> {
  return new Map(pages.flatMap((page, index) => page.items.map((entry) => [entry.elg_id, index] as const)));
}

function Empty() {
  return (
    <EmptyState icon={ScrollText} title="Nothing is logged yet">
      <p>Messages that paired desktops send appear here, newest first.</p>
    </EmptyState>
  );
}

function StatusLine({ loaded, waiting, onShow }: { loaded: number; waiting: number; onShow: () => void }) {
  const { data: home } = useQuery(homeQuery);
  return (
    <div className="flex h-8 flex-none items-center justify-between gap-3 border-t border-line px-(--gutter) text-small text-fg-3 tabular-nums">
      <span>
        {home ? `${formatCount(loaded)} of ${plural(home.totals.logs, "log entry", "log entries")} loaded` : ""}
      </span>
      <WaitingButton waiting={waiting} onShow={onShow} />
    </div>
  );
}

export default function LogsPage() {
  const logs = useInfiniteQuery(logsQuery(useQueryClient()));
  const entries = useMemo(() => (logs.data ? joinPages(logs.data.pages) : nothing), [logs.data]);
  const pageOf = useMemo(() => pagesById(logs.data?.pages ?? []), [logs.data]);
  const [isScrolled, setScrolled] = useState(false);
  const { visible, waiting, release, handlers } = useHeld(entries, isScrolled);
  const scroller = useRef<HTMLDivElement>(null);
  const { fetchNextPage } = logs;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <Page title="Logs" fill>
      <div
        ref={scroller}
        tabIndex={0}
        aria-label="The list of logs"
        role="region"
        onScroll={(event) => {
          setScrolled(event.currentTarget.scrollTop > 0);
        }}
        className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
      >
        {logs.isError && logs.data === undefined ? (
          <ProblemState
            title="The logs were not loaded"
            error={logs.error}
            isRetrying={logs.isFetching}
            onRetry={() => void logs.refetch()}
          />
        ) : logs.data && entries.length === 0 ? (
          <Empty />
        ) : (
          <div {...handlers}>
            {logs.data ? (
              <LogTable>
                <LogRows entries={visible} pageOf={pageOf} />
              </LogTable>
            ) : (
              <LogSkeleton />
            )}
            {logs.data && (
              // Anew for each page, however quickly it came: the end may still be near.
              <LoadMore
                key={logs.data.pages.length}
                scroller={scroller}
                hasMore={logs.hasNextPage}
                isLoading={logs.isFetchingNextPage}
                error={logs.isFetchNextPageError ? logs.error : null}
                onLoad={loadMore}
              />
            )}
          </div>
        )}
      </div>
      <StatusLine
        loaded={entries.length}
        waiting={waiting}
        onShow={() => {
          release();
          scroller.current?.scrollTo({ top: 0 });
        }}
      />
    </Page>
  );
}
