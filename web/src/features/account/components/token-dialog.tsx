import { tokenScopes } from "@contract/contract";
import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";

import { OnceSecret } from "@/components/once-secret";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { Refusal } from "@/components/ui/refusal";
import type { TokenCreated } from "@/lib/wire";

import { useCreateToken } from "../api";
import { scopeWords, tokenDays, type TokenForm, tokenForm } from "../schema";

const FORM = "token-form";

function Made({ made, onClose }: { made: TokenCreated; onClose: () => void }) {
  return (
    <Dialog
      title={`${made.token.token_name} is made`}
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <OnceSecret
        label="The token"
        secret={made.token_text}
        hint="Programs send it as “Authorization: Bearer”. Keep it where passwords are kept."
      />
    </Dialog>
  );
}

/** Makes a token, and shows it once. */
export function TokenDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateToken();
  const form = useForm<TokenForm>({
    resolver: zodResolver(tokenForm),
    defaultValues: { token_name: "", scopes: [], days: "90" },
  });
  if (create.isSuccess) return <Made made={create.data} onClose={onClose} />;
  const { errors } = form.formState;
  const submit = form.handleSubmit((values) => {
    if (!create.isPending) create.mutate(values);
  });
  return (
    <Dialog
      title="Make a token"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={FORM} tone="primary" busy={create.isPending}>
            Make token
          </Button>
        </>
      }
    >
      <form id={FORM} noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 text-fg">
        <Field label="What it is for" error={errors.token_name?.message}>
          {(control) => <Input {...control} {...form.register("token_name")} autoFocus placeholder="Weekly report" />}
        </Field>
        <fieldset aria-describedby={errors.scopes ? "scopes-error" : undefined} className="flex flex-col gap-1">
          <legend className="mb-1 font-medium">What it opens</legend>
          {tokenScopes.map((scope) => (
            <label key={scope} className="flex items-center gap-2">
              <input type="checkbox" value={scope} {...form.register("scopes")} className="accent-(--accent)" />
              {scopeWords[scope]}
            </label>
          ))}
          {errors.scopes && (
            <p id="scopes-error" role="alert" className="text-small text-bad">
              {errors.scopes.message}
            </p>
          )}
        </fieldset>
        <Field label="Ends after" error={errors.days?.message}>
          {(control) => (
            <Select {...control} {...form.register("days")}>
              {tokenDays.map((days) => (
                <option key={days} value={days}>
                  {days} days
                </option>
              ))}
            </Select>
          )}
        </Field>
        {create.isError && <Refusal title="Not made" error={create.error} />}
      </form>
    </Dialog>
  );
}
