import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ScrollText, SearchX } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { Page } from "@/components/page";
import { EmptyState } from "@/components/ui/empty-state";
import { ProblemState } from "@/components/ui/problem-state";
import { WaitingButton } from "@/components/waiting-button";
import { joinPages } from "@/lib/entries";
import { homeQuery, logsQuery } from "@/lib/feed";
import { isAsked, type LogFilter } from "@/lib/log-filter";
import { formatCount, plural } from "@/lib/number";
import { useOperator } from "@/lib/operator";
import { useHeld } from "@/lib/use-held";
import type { LogEntry, LogPage } from "@/lib/wire";

import { filteredQuery } from "./api";
import { FilterBar } from "./components/filter-bar";
import { LogRows, LogSkeleton, LogTable } from "./components/log-table";
import { LoadMore } from "./components/load-more";

const route = getRouteApi("/shell/logs");
const nothing: readonly LogEntry[] = [];

function pagesById(pages: readonly LogPage[]): ReadonlyMap<string, number> {
  return new Map(pages.flatMap((page, index) => page.items.map((entry) => [entry.elg_id, index] as const)));
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState icon={SearchX} title="Nothing in the log is like that">
        <p>Ask for more days, for everybody, or for other words.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={ScrollText} title="Nothing is logged yet">
      <p>Messages that paired desktops send appear here, newest first.</p>
    </EmptyState>
  );
}

interface StatusLineProps {
  loaded: number;
  isFiltered: boolean;
  waiting: number;
  onShow: () => void;
}

function StatusLine({ loaded, isFiltered, waiting, onShow }: StatusLineProps) {
  const { data: home } = useQuery(homeQuery);
  return (
    <div className="flex h-8 flex-none items-center justify-between gap-3 border-t border-line px-(--gutter) text-small text-fg-3 tabular-nums">
      <span>
        {isFiltered
          ? `${plural(loaded, "entry", "entries")} loaded`
          : home
            ? `${formatCount(loaded)} of ${plural(home.totals.logs, "log entry", "log entries")} loaded`
            : ""}
      </span>
      <WaitingButton waiting={waiting} onShow={onShow} />
    </div>
  );
}

/** How many changes there were since a part of the log was read; the newest page alone is read again by itself. */
function useNews(isFiltered: boolean, pages: number, updatedAt: number, refetch: () => void): number {
  const { data: home } = useQuery(homeQuery);
  const cursor = home?.cursor ?? 0;
  const [seen, setSeen] = useState({ cursor, updatedAt });
  if (seen.updatedAt !== updatedAt) setSeen({ cursor, updatedAt });
  const news = isFiltered ? cursor - seen.cursor : 0;
  useEffect(() => {
    if (news > 0 && pages === 1) refetch();
  }, [news, pages, refetch]);
  return pages > 1 ? news : 0;
}

function useLogs(filter: LogFilter) {
  const { time_zone: zone } = useOperator();
  const isFiltered = isAsked(filter);
  const all = useInfiniteQuery(logsQuery(useQueryClient()));
  const some = useInfiniteQuery(filteredQuery(filter, zone));
  const logs = isFiltered ? some : all;
  const { refetch } = some;
  const again = useCallback(() => void refetch(), [refetch]);
  const news = useNews(isFiltered, some.data?.pages.length ?? 0, some.dataUpdatedAt, again);
  return { logs, isFiltered, news, again };
}

/** Made anew for another part of the log: nothing that was held or scrolled is kept for it. */
function LogList({ filter }: { filter: LogFilter }) {
  const { logs, isFiltered, news, again } = useLogs(filter);
  const entries = useMemo(() => (logs.data ? joinPages(logs.data.pages) : nothing), [logs.data]);
  const pageOf = useMemo(() => pagesById(logs.data?.pages ?? []), [logs.data]);
  const [isScrolled, setScrolled] = useState(false);
  const { visible, waiting, release, handlers } = useHeld(entries, isScrolled);
  const scroller = useRef<HTMLDivElement>(null);
  const { fetchNextPage } = logs;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <>
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
          <Empty isFiltered={isFiltered} />
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
        isFiltered={isFiltered}
        waiting={waiting + news}
        onShow={() => {
          if (news > 0) again();
          release();
          scroller.current?.scrollTo({ top: 0 });
        }}
      />
    </>
  );
}

export default function LogsPage() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const { logs } = useLogs(filter);
  return (
    <Page title="Logs" fill>
      <FilterBar
        filter={filter}
        nameOf={(of, id) => {
          const entry = logs.data?.pages[0]?.items.find((one) => one[of] === id);
          return (of === "act_id" ? entry?.act_username : entry?.tar_username) ?? id;
        }}
        onChange={(search) => void navigate({ search, replace: true })}
      />
      <LogList key={isAsked(filter) ? JSON.stringify(filter) : ""} filter={filter} />
    </Page>
  );
}
