import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useForm } from "react-hook-form";

import { Gate } from "@/components/gate";
import { ProviderButtons } from "@/components/provider-buttons";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { ProblemState } from "@/components/ui/problem-state";
import { Refusal } from "@/components/ui/refusal";
import { Bar, Loading } from "@/components/ui/skeleton";
import { passwordRule } from "@/lib/password";
import { asProblem } from "@/lib/problem";
import { roleWords } from "@/lib/role";
import { timeZones } from "@/lib/time";
import { useLink } from "@/lib/use-link";
import type { Invitation } from "@/lib/wire";

import { invitationQuery, useJoin } from "./api";
import { invitedForm, isJoinField, type JoinForm, joinForm } from "./schema";

/** The field that a refusal is about. */
function fieldOf(error: unknown): string | undefined {
  const { code, field } = asProblem(error);
  return code === "password_refused" ? "password" : field;
}

function useJoinForm(link: string, zone: string, invitation: Invitation | null) {
  const navigate = useNavigate();
  const join = useJoin(link);
  const form = useForm<JoinForm>({
    resolver: zodResolver(invitation ? invitedForm : joinForm),
    defaultValues: { opr_name: "", opr_email: invitation?.opr_email ?? "", time_zone: zone, password: "" },
  });
  const submit = form.handleSubmit((values) => {
    join.mutate(values, {
      onSuccess: () => void navigate({ to: "/", replace: true }),
      onError: (error) => {
        const { detail, message } = asProblem(error);
        const field = fieldOf(error);
        if (isJoinField(field)) form.setError(field, { message: detail ?? message }, { shouldFocus: true });
      },
    });
  });
  const isAboutField = join.isError && isJoinField(fieldOf(join.error));
  return { form, submit, isPending: join.isPending, refusal: isAboutField ? null : join.error };
}

function JoinFields({ link, invitation }: { link: string; invitation: Invitation | null }) {
  const [zones] = useState(timeZones);
  const { form, submit, isPending, refusal } = useJoinForm(link, zones.own, invitation);
  const { errors } = form.formState;
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="mt-5 flex flex-col gap-4">
      <Field label="Your name" hint="As your team sees it beside what you do." error={errors.opr_name?.message}>
        {(control) => <Input {...control} {...form.register("opr_name")} autoFocus autoComplete="name" />}
      </Field>
      <Field label="E-mail" error={errors.opr_email?.message}>
        {(control) => <Input {...control} {...form.register("opr_email")} type="email" autoComplete="username" />}
      </Field>
      <Field label="Time zone" hint="All times are shown in it." error={errors.time_zone?.message}>
        {(control) => (
          <Select {...control} {...form.register("time_zone")}>
            {zones.all.map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll("_", " ")}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label={invitation ? "Password" : "Password (may be set later)"}
        hint={passwordRule}
        error={errors.password?.message}
      >
        {(control) => <Input {...control} {...form.register("password")} type="password" autoComplete="new-password" />}
      </Field>
      {refusal && <Refusal title="Not joined" error={refusal} />}
      <Button type="submit" tone="primary" busy={isPending} className="mt-1">
        {invitation ? "Join the team" : "Create the team"}
      </Button>
      <ProviderButtons
        verb={invitation ? "Join with" : "Create it with"}
        refused="Not joined"
        errand={{ kind: "sign-in", joining: { link, time_zone: zones.own } }}
      />
    </form>
  );
}

function JoinSkeleton() {
  return (
    <Loading label="Looking at the link" className="mt-5 flex flex-col gap-5">
      {["w-24", "w-16", "w-20", "w-20"].map((width, index) => (
        <div key={index} className="flex flex-col gap-2">
          <Bar className={width} />
          <Bar className="h-8 rounded-md" />
        </div>
      ))}
    </Loading>
  );
}

function JoinByInvitation({ link, invitation }: { link: string; invitation: Invitation }) {
  const { invited_by_name: inviter, role } = invitation;
  return (
    <Gate title="Join the team">
      <p className="mt-2 text-body text-fg-2">
        {inviter === undefined ? "You are invited" : `${inviter} has invited you`} as {roleWords[role].article}.{" "}
        {roleWords[role].may}
      </p>
      <JoinFields link={link} invitation={invitation} />
    </Gate>
  );
}

function JoinByLink({ link }: { link: string }) {
  const { data: invitation, error, isFetching, refetch } = useQuery(invitationQuery(link));
  if (invitation) return <JoinByInvitation link={link} invitation={invitation} />;
  if (invitation === undefined) {
    return (
      <Gate title="Join the team">
        {error ? (
          <ProblemState
            title="The link was not looked at"
            error={error}
            isRetrying={isFetching}
            onRetry={() => void refetch()}
          />
        ) : (
          <JoinSkeleton />
        )}
      </Gate>
    );
  }
  return (
    <Gate title="Create the team">
      <p className="mt-2 text-body text-fg-2">
        By the server's first link you become the owner of the team. Did you mean to join one? Then the invitation was
        used, taken back or has expired: ask for a new one.
      </p>
      <JoinFields link={link} invitation={null} />
    </Gate>
  );
}

export default function JoinPage() {
  const link = useLink("/join");
  if (link !== "") return <JoinByLink key={link} link={link} />;
  return (
    <Gate title="Join the team">
      <p className="mt-2 text-body text-fg-2">
        This page opens by a link: an invitation that an owner or an admin of the team gives you or, where nobody owns
        the team yet, the one that the server prints when it starts.
      </p>
    </Gate>
  );
}
