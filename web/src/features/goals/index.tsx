import { useQuery } from "@tanstack/react-query";
import { Plus, Vote } from "lucide-react";
import { useState } from "react";

import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ProblemState } from "@/components/ui/problem-state";
import { Bar, Loading } from "@/components/ui/skeleton";
import { canPropose } from "@/lib/can";
import { useOperator } from "@/lib/operator";

import { openQuery } from "./api";
import { DecidedCard } from "./components/decided-card";
import { GoalsCard } from "./components/goals-card";
import { ProposalCard } from "./components/proposal-card";
import { ProposeDialog } from "./components/propose-dialog";
import { RulesCard } from "./components/rules-card";

function OpenProposals() {
  const open = useQuery(openQuery);
  if (open.data === undefined) {
    return open.isError ? (
      <div className="rounded-lg border border-line">
        <ProblemState
          title="The proposals were not loaded"
          error={open.error}
          isRetrying={open.isFetching}
          onRetry={() => void open.refetch()}
        />
      </div>
    ) : (
      <div className="rounded-lg border border-line p-4">
        <Loading label="Loading the proposals">
          <Bar className="w-2/5" />
          <Bar className="mt-3 h-2 w-3/5" />
          <Bar className="mt-8 h-32 w-full" />
        </Loading>
      </div>
    );
  }
  if (open.data.items.length === 0) {
    return (
      <div className="rounded-lg border border-line">
        <EmptyState icon={Vote} title="Nothing is voted on">
          <p>Goals and rules of the team are proposed, and hold when enough of it are for them.</p>
        </EmptyState>
      </div>
    );
  }
  return (
    <ul className="flex flex-col gap-4">
      {open.data.items.map((proposal) => (
        <li key={proposal.proposal_id}>
          <ProposalCard proposal={proposal} />
        </li>
      ))}
    </ul>
  );
}

function Heading({ count }: { count: number | undefined }) {
  return (
    <h2 className="flex items-center gap-2 text-body font-semibold">
      To vote on
      {count !== undefined && count > 0 && (
        <span className="inline-flex h-5 min-w-5 items-center justify-center rounded-lg bg-warn-soft px-1.5 text-small leading-none font-medium text-warn tabular-nums">
          {count}
        </span>
      )}
    </h2>
  );
}

export default function GoalsPage() {
  const operator = useOperator();
  const [isProposing, setProposing] = useState(false);
  const open = useQuery(openQuery);
  return (
    <Page title="Goals and rules">
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-4 max-lg:grid-cols-1">
        <section aria-label="Proposals" className="flex min-w-0 flex-col gap-3">
          <div className="flex min-h-(--control) items-center justify-between gap-3">
            <Heading count={open.data?.open} />
            {canPropose(operator) && (
              <Button
                tone="primary"
                onClick={() => {
                  setProposing(true);
                }}
              >
                <Plus aria-hidden className="size-4" strokeWidth={1.75} />
                Propose
              </Button>
            )}
          </div>
          <OpenProposals />
        </section>
        <div className="flex min-w-0 flex-col gap-4">
          <GoalsCard />
          <RulesCard />
          <DecidedCard />
        </div>
      </div>
      {isProposing && (
        <ProposeDialog
          onClose={() => {
            setProposing(false);
          }}
        />
      )}
    </Page>
  );
}
