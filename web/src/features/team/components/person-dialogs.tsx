import type { Role } from "@contract/contract";
import { type SubmitEvent, useState } from "react";

import { OnceSecret } from "@/components/once-secret";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Dialog } from "@/components/ui/dialog";
import { Refusal } from "@/components/ui/refusal";
import { rolesToGive } from "@/lib/can";
import { useOperator } from "@/lib/operator";
import { formatMoment } from "@/lib/time";
import type { OperatorEntry } from "@/lib/wire";

import { useChangeRole, useDisable, useEnable, useGiveResetLink, useHandOver } from "../api";
import { RoleChoice } from "./role-choice";

interface PersonDialogProps {
  person: OperatorEntry;
  onClose: () => void;
}

const FORM = "role-form";

export function RoleDialog({ person, onClose }: PersonDialogProps) {
  const operator = useOperator();
  const change = useChangeRole(person);
  const [role, setRole] = useState<Role>(person.role);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (role === person.role) onClose();
    else if (!change.isPending) change.mutate(role, { onSuccess: onClose });
  };
  return (
    <Dialog
      title={`What ${person.opr_name} may do`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={FORM} tone="primary" busy={change.isPending}>
            Change role
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-3">
        <RoleChoice roles={rolesToGive(operator, person)} value={role} onChange={setRole} />
        {change.isError && <Refusal title="Not changed" error={change.error} />}
      </form>
    </Dialog>
  );
}

export function ResetLinkDialog({ person, onClose }: PersonDialogProps) {
  const { time_zone: zone } = useOperator();
  const give = useGiveResetLink(person);
  if (give.isSuccess) {
    return (
      <Dialog
        title={`A link for ${person.opr_name}`}
        onClose={onClose}
        actions={<Button onClick={onClose}>Close</Button>}
      >
        <OnceSecret
          label="The link"
          secret={`${location.origin}/reset#${give.data.link}`}
          hint={`It works once, until ${formatMoment(give.data.expires_at, zone)}.`}
        />
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      title={`Let ${person.opr_name} set a new password?`}
      keep="Cancel"
      act="Make link"
      refused="No link was made"
      tone="primary"
      mutation={{
        isPending: give.isPending,
        error: give.error,
        // The link is shown; closing is the person's.
        mutate: () => {
          give.mutate();
        },
      }}
      onClose={onClose}
    >
      <p>
        You get a link to hand over. Whoever opens it sets a new password and is signed in as {person.opr_name}, whose
        sessions all end then. Give it to nobody else.
      </p>
    </ConfirmDialog>
  );
}

export function DisableDialog({ person, onClose }: PersonDialogProps) {
  return (
    <ConfirmDialog
      title={`Disable ${person.opr_name}?`}
      keep="Keep access"
      act="Disable"
      refused="Not disabled"
      mutation={useDisable(person)}
      onClose={onClose}
    >
      <p>Sessions, desktops and tokens end at once. What {person.opr_name} has done stays, under that name.</p>
    </ConfirmDialog>
  );
}

export function EnableDialog({ person, onClose }: PersonDialogProps) {
  return (
    <ConfirmDialog
      title={`Enable ${person.opr_name}?`}
      keep="Leave disabled"
      act="Enable"
      refused="Not enabled"
      tone="primary"
      mutation={useEnable(person)}
      onClose={onClose}
    >
      <p>{person.opr_name} may sign in again, with the password of before. Desktops have to be paired anew.</p>
    </ConfirmDialog>
  );
}

export function HandOverDialog({ person, onClose }: PersonDialogProps) {
  return (
    <ConfirmDialog
      title={`Hand the team over to ${person.opr_name}?`}
      keep="Stay the owner"
      act="Hand over"
      refused="Not handed over"
      mutation={useHandOver(person)}
      onClose={onClose}
    >
      <p>You are an admin from then on. Only {person.opr_name} can give the team back.</p>
    </ConfirmDialog>
  );
}
