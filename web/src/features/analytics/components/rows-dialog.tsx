import { useInfiniteQuery } from "@tanstack/react-query";

import { Avatar } from "@/components/avatar";
import { LogLine, secondLineOf } from "@/components/log-line";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ProblemState } from "@/components/ui/problem-state";
import { Bar, Loading } from "@/components/ui/skeleton";
import { joinPages } from "@/lib/entries";
import { useOperator } from "@/lib/operator";
import { formatMoment } from "@/lib/time";

import { type Question, type RowsOf, rowsQuery } from "../api";

/** The exact events behind a figure. */
export function RowsDialog({ question, rows, onClose }: { question: Question; rows: RowsOf; onClose: () => void }) {
  const { opr_id } = useOperator();
  const pages = useInfiniteQuery(rowsQuery(question, rows));
  const entries = joinPages(pages.data?.pages ?? []);
  return (
    <Dialog
      title={rows.title}
      wide
      onClose={onClose}
      actions={
        <>
          {pages.hasNextPage && (
            <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              Show more
            </Button>
          )}
          <Button autoFocus onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <div className="max-h-[60dvh] overflow-y-auto" tabIndex={0} role="group" aria-label="Rows">
        {pages.data === undefined ? (
          pages.isError ? (
            <ProblemState
              title="The rows were not loaded"
              error={pages.error}
              isRetrying={pages.isFetching}
              onRetry={() => void pages.refetch()}
            />
          ) : (
            <Loading label="Loading the rows">
              <Bar className="my-3 w-3/5" />
              <Bar className="my-3 w-2/5" />
            </Loading>
          )
        ) : entries.length === 0 ? (
          <p className="py-4">There are none.</p>
        ) : (
          <ul>
            {entries.map((entry) => (
              <li
                key={entry.elg_id}
                className="grid grid-cols-[20px_minmax(0,1fr)] gap-2.5 border-b border-line py-2 last:border-0"
              >
                <Avatar name={entry.opr_name} isMine={entry.opr_id === opr_id} />
                <div className="min-w-0">
                  <p className="text-fg-2">
                    <LogLine entry={entry} />
                  </p>
                  {secondLineOf(entry) !== undefined && (
                    <p dir="auto" className="truncate text-left text-small text-fg-3">
                      {secondLineOf(entry)}
                    </p>
                  )}
                  <time dateTime={new Date(entry.created_at).toISOString()} className="text-small text-fg-3">
                    {formatMoment(entry.created_at, question.time_zone)}
                  </time>
                </div>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}
