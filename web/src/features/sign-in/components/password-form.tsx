import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";

import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { Refusal } from "@/components/ui/refusal";

import { useSignInByPassword } from "../api";
import { type SignInForm, signInForm } from "../schema";

/** Signs in by name or address and password. */
export function PasswordForm({ onSignedIn }: { onSignedIn: () => void }) {
  const signIn = useSignInByPassword();
  const form = useForm<SignInForm>({
    resolver: zodResolver(signInForm),
    defaultValues: { account: "", password: "" },
    reValidateMode: "onSubmit",
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit((values) => {
    if (signIn.isPending) return;
    signIn.mutate(values, {
      onSuccess: onSignedIn,
      onError: () => {
        form.setFocus("password", { shouldSelect: true });
      },
    });
  });
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field label="E-mail or name" error={errors.account?.message}>
        {(control) => (
          <Input
            {...control}
            {...form.register("account")}
            autoFocus
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
      </Field>
      <Field label="Password" error={errors.password?.message}>
        {(control) => (
          <Input {...control} {...form.register("password")} type="password" autoComplete="current-password" />
        )}
      </Field>
      {signIn.isError && <Refusal title="Not signed in" error={signIn.error} />}
      <Button type="submit" tone="primary" busy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}
