import type { ReactNode } from "react";

import { Button, type ButtonStyle } from "./button";
import { Dialog } from "./dialog";
import { Refusal } from "./refusal";

interface ConfirmDialogProps {
  title: string;
  /** What follows from it. */
  children: ReactNode;
  /** Leaves things as they are: "Keep access". */
  keep: string;
  /** Does it: "Revoke access". */
  act: string;
  /** "Not revoked". */
  refused: string;
  tone?: ButtonStyle["tone"];
  mutation: {
    mutate: (nothing: undefined, options: { onSuccess: () => void }) => void;
    isPending: boolean;
    error: unknown;
  };
  onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({
  title,
  children,
  keep,
  act,
  refused,
  tone = "stop",
  mutation,
  onClose,
}: ConfirmDialogProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose} autoFocus>
            {keep}
          </Button>
          <Button
            tone={tone}
            busy={mutation.isPending}
            onClick={() => {
              mutation.mutate(undefined, { onSuccess: onClose });
            }}
          >
            {act}
          </Button>
        </>
      }
    >
      {children}
      {mutation.error !== null && (
        <div className="mt-3">
          <Refusal title={refused} error={mutation.error} />
        </div>
      )}
    </Dialog>
  );
}
