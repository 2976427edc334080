import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { useForm } from "react-hook-form";

import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Input } from "@/components/ui/field";
import { ProblemState } from "@/components/ui/problem-state";
import { Refusal } from "@/components/ui/refusal";
import { Bar, Loading } from "@/components/ui/skeleton";
import { useOperator } from "@/lib/operator";
import { passwordRule } from "@/lib/password";
import { sessionsQuery } from "@/lib/session";

import { useChangePassword } from "../api";
import { type ChangeForm, changeForm, firstPasswordForm } from "../schema";

function PasswordForm({ hasPassword }: { hasPassword: boolean }) {
  const { opr_email: email } = useOperator();
  const change = useChangePassword();
  const form = useForm<ChangeForm>({
    resolver: zodResolver(hasPassword ? changeForm : firstPasswordForm),
    defaultValues: { present_password: "", password: "" },
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit(({ present_password, password }) => {
    if (change.isPending) return;
    change.mutate(hasPassword ? { present_password, password } : { password }, {
      onSuccess: () => {
        form.reset();
      },
    });
  });
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex max-w-[25rem] flex-col gap-4">
      <input type="email" name="account" autoComplete="username" value={email} readOnly hidden />
      {hasPassword ? (
        <Field label="Present password" error={errors.present_password?.message}>
          {(control) => (
            <Input
              {...control}
              {...form.register("present_password")}
              type="password"
              autoComplete="current-password"
            />
          )}
        </Field>
      ) : (
        <p className="text-fg-2">You have none yet: you came in by a link. With one you sign in by yourself.</p>
      )}
      <Field label="New password" hint={passwordRule} error={errors.password?.message}>
        {(control) => <Input {...control} {...form.register("password")} type="password" autoComplete="new-password" />}
      </Field>
      {change.isError && <Refusal title="Not set" error={change.error} />}
      <Button type="submit" busy={change.isPending} className="self-start">
        {hasPassword ? "Change password" : "Set password"}
      </Button>
    </form>
  );
}

/** Sets the signed-in operator's password. */
export function PasswordCard() {
  const sessions = useQuery(sessionsQuery);
  return (
    <Card title="Password">
      <div className="px-4 pt-3 pb-4">
        {sessions.data ? (
          <PasswordForm key={String(sessions.data.has_password)} hasPassword={sessions.data.has_password} />
        ) : sessions.isError ? (
          <ProblemState
            title="Your account was not loaded"
            error={sessions.error}
            isRetrying={sessions.isFetching}
            onRetry={() => void sessions.refetch()}
          />
        ) : (
          <Loading label="Loading your account" className="flex max-w-[25rem] flex-col gap-4">
            <Bar className="h-8 rounded-md" />
            <Bar className="h-8 rounded-md" />
          </Loading>
        )}
      </div>
    </Card>
  );
}
