import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { canPropose } from "@/lib/can";
import { useOperator } from "@/lib/operator";

import { useArchive } from "../api";

interface ArchiveProps {
  /** What it is about, as a heading. */
  name: string;
  of: { goal_id: string } | { rule_id: string };
}

function ArchiveDialog({ name, of, onClose }: ArchiveProps & { onClose: () => void }) {
  return (
    <ConfirmDialog
      title={`Archive: ${name}?`}
      keep="Keep it"
      act="Archive"
      refused="Not archived"
      mutation={useArchive(of)}
      onClose={onClose}
    >
      <p>A goal of your own goes at once. About all else the team votes, and your vote for it is counted.</p>
    </ConfirmDialog>
  );
}

/** Proposes that a goal or a rule goes. */
export function ArchiveButton({ name, of }: ArchiveProps) {
  const operator = useOperator();
  const [isAsking, setAsking] = useState(false);
  if (!canPropose(operator)) return null;
  return (
    <>
      <Button
        tone="ghost"
        size="small"
        aria-label={`Archive: ${name}`}
        onClick={() => {
          setAsking(true);
        }}
      >
        Archive
      </Button>
      {isAsking && (
        <ArchiveDialog
          name={name}
          of={of}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}
