import { zodResolver } from "@hookform/resolvers/zod";
import { Controller, useForm } from "react-hook-form";

import { OnceSecret } from "@/components/once-secret";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { Refusal } from "@/components/ui/refusal";
import { rolesToInvite } from "@/lib/can";
import { useOperator } from "@/lib/operator";
import { formatMoment } from "@/lib/time";
import type { Invited } from "@/lib/wire";

import { useInvite } from "../api";
import { type InviteForm, inviteForm } from "../schema";
import { RoleChoice } from "./role-choice";

const FORM = "invite-form";

function Made({ invited, onClose }: { invited: Invited; onClose: () => void }) {
  const { time_zone: zone } = useOperator();
  return (
    <Dialog title="The invitation is made" onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      <OnceSecret
        label="The link"
        secret={`${location.origin}/join#${invited.link}`}
        hint={`Send it to whom you invite. It works once, until ${formatMoment(invited.invitation.expires_at, zone)}.`}
      />
    </Dialog>
  );
}

/** Makes an invitation, and shows its link once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const operator = useOperator();
  const invite = useInvite();
  const form = useForm<InviteForm>({
    resolver: zodResolver(inviteForm),
    defaultValues: { role: "operator", opr_email: "" },
  });
  if (invite.isSuccess) return <Made invited={invite.data} onClose={onClose} />;
  const submit = form.handleSubmit((values) => {
    if (!invite.isPending) invite.mutate(values);
  });
  return (
    <Dialog
      title="Invite somebody"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={FORM} tone="primary" busy={invite.isPending}>
            Make invitation
          </Button>
        </>
      }
    >
      <form id={FORM} noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 text-fg">
        <Field
          label="E-mail (may stay empty)"
          hint="Then only this address joins by it; otherwise whoever holds the link."
          error={form.formState.errors.opr_email?.message}
        >
          {(control) => (
            <Input {...control} {...form.register("opr_email")} type="email" autoFocus autoComplete="off" />
          )}
        </Field>
        <Controller
          control={form.control}
          name="role"
          render={({ field }) => (
            <RoleChoice roles={rolesToInvite(operator)} value={field.value} onChange={field.onChange} />
          )}
        />
        {invite.isError && <Refusal title="Not invited" error={invite.error} />}
      </form>
    </Dialog>
  );
}
