import { Clock, Goal, Scale } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatAge, formatMoment } from "@/lib/time";
import type { Proposal } from "@/lib/wire";

import { useWithdraw } from "../api";
import { leftUntil, sayProposal } from "../words";
import { Ballot } from "./ballot";
import { Replay } from "./replay";
import { VoteForm } from "./vote-form";

function Deadline({ at }: { at: number }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={formatMoment(at, zone)}
      className="inline-flex h-5 flex-none items-center gap-1 rounded-lg bg-warn-soft px-[7px] text-small leading-none font-medium text-warn tabular-nums"
    >
      <Clock aria-hidden className="size-3.5" strokeWidth={1.75} />
      {at > minute ? `Closes in ${leftUntil(at, minute)}` : "Closing"}
    </time>
  );
}

function WithdrawDialog({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  return (
    <ConfirmDialog
      title="Withdraw the proposal?"
      keep="Keep it"
      act="Withdraw"
      refused="Not withdrawn"
      mutation={useWithdraw(proposal)}
      onClose={onClose}
    >
      <p>Nobody else has voted on it yet. It stays in the history.</p>
    </ConfirmDialog>
  );
}

/** What a proposal is about: its kind, who proposed it, and when. */
function Origin({ proposal }: { proposal: Proposal }) {
  const { opr_id: self } = useOperator();
  const minute = useMinute();
  const kind = proposal.rule?.type ?? "Goal";
  const who = proposal.opr_id === self ? "you" : proposal.opr_name;
  const age = formatAge(proposal.opened_at, minute);
  return (
    <p className="text-small text-fg-2">
      {kind}, proposed by {who} {age === "just now" ? age : `${age} ago`}.
      {proposal.replaces_id !== undefined && " Replaces one that holds now."}
    </p>
  );
}

/** A proposal that is voted on. */
export function ProposalCard({ proposal }: { proposal: Proposal }) {
  const [isAsking, setAsking] = useState(false);
  const Icon = proposal.rule === undefined ? Goal : Scale;
  const title = sayProposal(proposal);
  return (
    <article aria-label={title} className="min-w-0 rounded-lg border border-line bg-surface">
      <header className="flex items-start gap-3 px-4 pt-4 pb-3">
        <span className="mt-0.5 grid size-7 flex-none place-items-center rounded-md bg-track text-fg-2">
          <Icon aria-hidden className="size-4" strokeWidth={1.75} />
        </span>
        <div className="min-w-0 flex-1">
          <h3 className="text-title font-semibold">{title}</h3>
          <Origin proposal={proposal} />
          {proposal.reason !== undefined && <p className="mt-1 text-fg-2">{proposal.reason}</p>}
        </div>
        <Deadline at={proposal.closes_at} />
      </header>
      {proposal.rule !== undefined && proposal.purpose === "adopt" && <Replay proposal={proposal} />}
      <Ballot proposal={proposal} />
      {proposal.is_member ? (
        <VoteForm proposal={proposal} />
      ) : (
        <p className="px-4 pt-2 pb-4 text-small text-fg-3">
          You do not vote on it: viewers do not, and neither does who joined later.
        </p>
      )}
      {proposal.can_change && (
        <div className="border-t border-line px-4 py-2">
          <Button
            tone="stop"
            size="small"
            onClick={() => {
              setAsking(true);
            }}
          >
            Withdraw
          </Button>
        </div>
      )}
      {isAsking && (
        <WithdrawDialog
          proposal={proposal}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </article>
  );
}
