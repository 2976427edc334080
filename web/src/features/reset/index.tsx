import { zodResolver } from "@hookform/resolvers/zod";
import { useNavigate } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";

import { Gate } from "@/components/gate";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { Refusal } from "@/components/ui/refusal";
import { passwordField, passwordRule } from "@/lib/password";
import { useLink } from "@/lib/use-link";

import { useResetPassword } from "./api";

const resetForm = z.object({ password: passwordField });

function ResetFields({ link }: { link: string }) {
  const navigate = useNavigate();
  const reset = useResetPassword(link);
  const form = useForm({ resolver: zodResolver(resetForm), defaultValues: { password: "" } });
  const submit = form.handleSubmit(({ password }) => {
    if (!reset.isPending) reset.mutate(password, { onSuccess: () => void navigate({ to: "/", replace: true }) });
  });
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="mt-5 flex flex-col gap-4">
      <Field label="New password" hint={passwordRule} error={form.formState.errors.password?.message}>
        {(control) => (
          <Input {...control} {...form.register("password")} type="password" autoFocus autoComplete="new-password" />
        )}
      </Field>
      {reset.isError && <Refusal title="Not set" error={reset.error} />}
      <Button type="submit" tone="primary" busy={reset.isPending}>
        Set password and sign in
      </Button>
    </form>
  );
}

export default function ResetPage() {
  const link = useLink("/reset");
  return (
    <Gate title="Set a new password">
      <p className="mt-2 text-body text-fg-2">
        {link === ""
          ? "This page opens by a one-time link, which an owner or an admin of your team gives you."
          : "Your other sessions end, on whatever computer they are."}
      </p>
      {link !== "" && <ResetFields key={link} link={link} />}
    </Gate>
  );
}
