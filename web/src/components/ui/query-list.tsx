import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { itemClass } from "./item";
import { ProblemState } from "./problem-state";
import { Bar, Loading } from "./skeleton";

function ListSkeleton({ label }: { label: string }) {
  return (
    <Loading label={label}>
      {["w-32", "w-40"].map((width) => (
        <div key={width} className={itemClass}>
          <Bar className="size-7 rounded-md" />
          <div className="flex flex-1 flex-col gap-2">
            <Bar className={width} />
            <Bar className="h-2 w-56 max-w-full" />
          </div>
        </div>
      ))}
    </Loading>
  );
}

interface QueryListProps<T> {
  query: UseQueryResult<{ items: readonly T[] }>;
  /** "Loading your sessions". */
  loading: string;
  /** "Your sessions were not loaded". */
  failed: string;
  empty: ReactNode;
  children: (item: T) => ReactNode;
}

/** A list of a card in each of its states. */
export function QueryList<T>({ query, loading, failed, empty, children }: QueryListProps<T>) {
  if (query.data === undefined) {
    return query.isError ? (
      <ProblemState
        title={failed}
        error={query.error}
        isRetrying={query.isFetching}
        onRetry={() => void query.refetch()}
      />
    ) : (
      <ListSkeleton label={loading} />
    );
  }
  return query.data.items.length === 0 ? empty : <ul>{query.data.items.map(children)}</ul>;
}
