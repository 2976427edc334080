import { limits } from "@contract/contract";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/field";
import { Refusal } from "@/components/ui/refusal";
import type { Proposal, Vote } from "@/lib/wire";

import { useTakeBack, useVote } from "../api";

/** For and against have the same weight; a vote can be changed until the end. What was typed stays when it is refused. */
export function VoteForm({ proposal }: { proposal: Proposal }) {
  const [reason, setReason] = useState("");
  const vote = useVote(proposal);
  const takeBack = useTakeBack(proposal);
  const isBusy = vote.isPending || takeBack.isPending;
  const cast = (choice: Vote["choice"]) => {
    if (isBusy) return;
    takeBack.reset();
    vote.mutate(
      { choice, reason: reason.trim() },
      {
        onSuccess: () => {
          setReason("");
        },
      },
    );
  };
  const isBeing = (choice: Vote["choice"]) => vote.isPending && vote.variables.choice === choice;
  const own = proposal.own_choice;
  return (
    <div className="flex flex-col gap-2 px-4 pt-2 pb-4">
      <div className="flex flex-wrap items-center gap-2">
        <Input
          aria-label="Reason, optional"
          placeholder="Reason, optional"
          value={reason}
          maxLength={limits.proposalReasonCharactersMax}
          onChange={(event) => {
            setReason(event.target.value);
          }}
          className="min-w-48 flex-1"
        />
        <Button
          aria-pressed={own === "for"}
          busy={isBeing("for")}
          onClick={() => {
            cast("for");
          }}
        >
          <ThumbsUp aria-hidden className="size-4" strokeWidth={1.75} />
          Vote for
        </Button>
        <Button
          aria-pressed={own === "against"}
          busy={isBeing("against")}
          onClick={() => {
            cast("against");
          }}
        >
          <ThumbsDown aria-hidden className="size-4" strokeWidth={1.75} />
          Vote against
        </Button>
        <Button
          tone="ghost"
          aria-pressed={own === "abstain"}
          busy={isBeing("abstain")}
          onClick={() => {
            cast("abstain");
          }}
        >
          Abstain
        </Button>
      </div>
      {own !== undefined && (
        <p className="flex flex-wrap items-center gap-x-2 text-small text-fg-2">
          {own === "abstain" ? "You abstain." : `You voted ${own}.`} You may change it until the end.
          <Button
            tone="ghost"
            size="small"
            busy={takeBack.isPending}
            onClick={() => {
              vote.reset();
              takeBack.mutate();
            }}
          >
            Take it back
          </Button>
        </p>
      )}
      {vote.isError && <Refusal title="Not counted" error={vote.error} />}
      {takeBack.isError && <Refusal title="Not taken back" error={takeBack.error} />}
    </div>
  );
}
