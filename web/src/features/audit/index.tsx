import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Lock, ShieldCheck } from "lucide-react";

import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ProblemState } from "@/components/ui/problem-state";
import { Bar, Loading } from "@/components/ui/skeleton";
import type { AuditFilter } from "@/lib/audit-filter";
import { canSeeAudit } from "@/lib/can";
import { formatCount } from "@/lib/number";
import { useOperator } from "@/lib/operator";
import { peopleQuery } from "@/lib/people";

import { auditQuery } from "./api";
import { AuditRow } from "./components/audit-row";
import { FilterBar } from "./components/filter-bar";

const route = getRouteApi("/shell/audit");

function AuditSkeleton() {
  return (
    <Loading label="Loading the audit">
      {["w-3/5", "w-2/5", "w-1/2", "w-3/5", "w-2/5"].map((width, index) => (
        <div key={index} className="flex h-(--row) items-center gap-4 border-b border-line px-4">
          <Bar className="w-24" />
          <Bar className={width} />
        </div>
      ))}
    </Loading>
  );
}

function useNames(): ReadonlyMap<string, string> {
  const people = useInfiniteQuery(peopleQuery());
  const all = people.data?.pages.flatMap((page) => page.items) ?? [];
  return new Map(all.map(({ opr_id, opr_name }) => [opr_id, opr_name]));
}

function AuditList({ filter, names }: { filter: AuditFilter; names: ReadonlyMap<string, string> }) {
  const audit = useInfiniteQuery(auditQuery(filter));
  if (audit.data === undefined) {
    return audit.isError ? (
      <ProblemState
        title="The audit was not loaded"
        error={audit.error}
        isRetrying={audit.isFetching}
        onRetry={() => void audit.refetch()}
      />
    ) : (
      <AuditSkeleton />
    );
  }
  const entries = audit.data.pages.flatMap((page) => page.items);
  if (entries.length === 0 && !audit.hasNextPage) {
    return <EmptyState icon={ShieldCheck} title="No entry is like that" />;
  }
  return (
    <>
      <ul aria-label="Entries of the audit">
        {entries.map((entry) => (
          <AuditRow key={entry.audit_number} entry={entry} names={names} />
        ))}
      </ul>
      <div className="flex min-h-14 flex-wrap items-center justify-center gap-3 px-4 py-3 text-small text-fg-3">
        {audit.hasNextPage ? (
          <Button size="small" busy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
            Show older entries
          </Button>
        ) : (
          "This is where the audit begins"
        )}
        {audit.isFetchNextPageError && <span role="alert">Older entries were not loaded.</span>}
      </div>
    </>
  );
}

function Content() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const names = useNames();
  const head = useInfiniteQuery(auditQuery(filter)).data?.pages[0]?.head.audit_number;
  return (
    <>
      <FilterBar filter={filter} names={names} onChange={(search) => void navigate({ search, replace: true })} />
      <section aria-label="Audit" className="min-w-0 rounded-lg border border-line">
        <AuditList filter={filter} names={names} />
      </section>
      <p className="text-small text-fg-3">
        {head !== undefined && `The chain has ${formatCount(head)} entries. `}
        On the server's machine <code className="font-mono">instacrm audit verify</code> finds what was removed, altered
        or reordered, and <code className="font-mono">instacrm audit export</code> writes every entry out.
      </p>
    </>
  );
}

export default function AuditPage() {
  const operator = useOperator();
  return (
    <Page title="Audit">
      {canSeeAudit(operator) ? (
        <Content />
      ) : (
        <EmptyState icon={Lock} title="The audit is for owners and admins">
          <p>Ask one of them what you want to know.</p>
        </EmptyState>
      )}
    </Page>
  );
}
