import { useQuery } from "@tanstack/react-query";
import { CircleSlash, ThumbsDown, ThumbsUp } from "lucide-react";

import { Avatar } from "@/components/avatar";
import { cn } from "@/lib/cn";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatAge, formatMoment } from "@/lib/time";
import type { Proposal, Vote } from "@/lib/wire";

import { votesQuery } from "../api";

const choices = {
  for: { word: "for", icon: ThumbsUp, cell: "fill-(--ink)" },
  against: { word: "against", icon: ThumbsDown, cell: "fill-(--fg-3)" },
  abstain: { word: "abstains", icon: CircleSlash, cell: "fill-(--line-strong)" },
} as const;

const CELL = 100;

/** A cell for each who may vote: for, against, abstaining, open; the tick is the quorum. */
function Cells({ proposal }: { proposal: Proposal }) {
  const { votes_for, votes_against, abstentions, members, quorum } = proposal;
  const cells = [
    ...Array.from({ length: votes_for }, () => choices.for.cell),
    ...Array.from({ length: votes_against }, () => choices.against.cell),
    ...Array.from({ length: abstentions }, () => choices.abstain.cell),
  ];
  const count = Math.max(members, cells.length, 1);
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${String(count * CELL)} 14`}
      preserveAspectRatio="none"
      className="h-3.5 w-full overflow-visible"
    >
      {Array.from({ length: count }, (_, index) => (
        <rect
          key={index}
          x={index * CELL + 2}
          y="4"
          width={CELL - 4}
          height="6"
          className={cells[index] ?? "fill-(--track)"}
        />
      ))}
      {quorum <= count && (
        <line
          x1={quorum * CELL}
          x2={quorum * CELL}
          y1="0"
          y2="14"
          strokeWidth="2"
          vectorEffect="non-scaling-stroke"
          className="stroke-(--fg)"
        />
      )}
    </svg>
  );
}

function tallyOf({ votes_for, votes_against, abstentions, members }: Proposal): string {
  const silent = Math.max(0, members - votes_for - votes_against - abstentions);
  const parts = [
    `${String(votes_for)} for`,
    `${String(votes_against)} against`,
    abstentions > 0 ? `${String(abstentions)} abstain` : undefined,
    silent > 0 ? `${String(silent)} not yet` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function VoteRow({ vote }: { vote: Vote }) {
  const { opr_id: self, time_zone: zone } = useOperator();
  const minute = useMinute();
  const { word, icon: Icon } = choices[vote.choice];
  return (
    <li className="flex items-start gap-2.5 py-1.5">
      <Avatar name={vote.opr_name} isMine={vote.opr_id === self} large />
      <div className="min-w-0 flex-1 pt-1">
        <p className="flex flex-wrap items-center gap-x-1.5">
          <span className="font-medium">{vote.opr_name}</span>
          <Icon aria-hidden className="size-3.5 text-fg-2" strokeWidth={1.75} />
          <span className="text-fg-2">{word}</span>
        </p>
        {vote.reason !== undefined && <p className="text-fg-2">{vote.reason}</p>}
      </div>
      <time
        dateTime={new Date(vote.voted_at).toISOString()}
        title={formatMoment(vote.voted_at, zone)}
        className="flex-none pt-1 text-small text-fg-3"
      >
        {formatAge(vote.voted_at, minute)}
      </time>
    </li>
  );
}

/** Who voted how. */
export function Ballot({ proposal }: { proposal: Proposal }) {
  const votes = useQuery(votesQuery(proposal)).data?.votes ?? [];
  const cast = proposal.votes_for + proposal.votes_against + proposal.abstentions;
  return (
    <div className="px-4 pt-3">
      <div className="mb-2 flex items-baseline justify-between gap-3">
        <p className="text-small font-medium tabular-nums">{tallyOf(proposal)}</p>
        <p className={cn("text-small tabular-nums", cast >= proposal.quorum ? "text-good" : "text-fg-2")}>
          {cast >= proposal.quorum
            ? "enough have voted"
            : `${String(proposal.quorum)} of ${String(proposal.members)} needed`}
        </p>
      </div>
      <Cells proposal={proposal} />
      <ul aria-label="Votes" className="mt-2">
        {votes.map((vote) => (
          <VoteRow key={vote.opr_id} vote={vote} />
        ))}
      </ul>
    </div>
  );
}
