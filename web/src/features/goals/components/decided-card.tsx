import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleMinus, CircleX, Clock, History, type LucideIcon } from "lucide-react";

import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { QueryList } from "@/components/ui/query-list";
import { cn } from "@/lib/cn";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatMoment, formatShort } from "@/lib/time";
import type { Proposal } from "@/lib/wire";

import { decidedQuery } from "../api";
import { sayProposal } from "../words";

const outcomes: Readonly<Record<Proposal["outcome"], { word: string; icon: LucideIcon; tone: string }>> = {
  open: { word: "Open", icon: Clock, tone: "text-fg-3" },
  adopted: { word: "Adopted", icon: CircleCheck, tone: "text-good" },
  rejected: { word: "Rejected", icon: CircleX, tone: "text-fg-2" },
  expired: { word: "Expired", icon: Clock, tone: "text-fg-3" },
  withdrawn: { word: "Withdrawn", icon: CircleMinus, tone: "text-fg-3" },
};

function Row({ proposal }: { proposal: Proposal }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  const { word, icon: Icon, tone } = outcomes[proposal.outcome];
  const at = proposal.decided_at;
  return (
    <li className="flex min-h-10 items-center gap-2.5 border-line px-4 py-2 not-first:border-t">
      <Icon aria-hidden className={cn("size-4 flex-none", tone)} strokeWidth={1.75} />
      <p className="min-w-0 flex-1 truncate" title={sayProposal(proposal)}>
        <span className="sr-only">{word}: </span>
        {sayProposal(proposal)}
      </p>
      <p className="flex-none text-small text-fg-2 tabular-nums">
        {proposal.is_voted ? `${String(proposal.votes_for)} to ${String(proposal.votes_against)}` : "no vote"}
        {at !== undefined && (
          <>
            ,{" "}
            <time dateTime={new Date(at).toISOString()} title={formatMoment(at, zone)}>
              {formatShort(at, minute, zone)}
            </time>
          </>
        )}
      </p>
    </li>
  );
}

/** What the team decided lately. */
export function DecidedCard() {
  const decided = useQuery(decidedQuery);
  return (
    <Card title="Decided">
      <div className="mt-2 border-t border-line">
        <QueryList
          query={decided}
          loading="Loading what was decided"
          failed="What was decided was not loaded"
          empty={<EmptyState icon={History} title="Nothing was decided yet" />}
        >
          {(proposal) => <Row key={proposal.proposal_id} proposal={proposal} />}
        </QueryList>
      </div>
    </Card>
  );
}
