import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";

import { Command } from "@/components/command";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";

import { normaliseCode } from "@/lib/pairing-code";
import { type CodeForm, codeForm } from "../schema";

/** Takes the code that the desktop shows. */
export function CodeEntry({ onCode }: { onCode: (code: string) => void }) {
  const form = useForm<CodeForm>({
    resolver: zodResolver(codeForm),
    defaultValues: { code: "" },
    reValidateMode: "onSubmit",
  });
  const submit = form.handleSubmit(({ code }) => {
    onCode(normaliseCode(code));
  });
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <div className="flex flex-col gap-2 text-fg-2">
        <p>On the desktop, in the folder of the project:</p>
        <Command>{`build/release/instacrm-agent pair ${location.origin}`}</Command>
      </div>
      <Field label="The code that it shows" error={form.formState.errors.code?.message}>
        {(control) => (
          <Input
            {...control}
            {...form.register("code")}
            autoFocus
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={32}
            placeholder="ABCD-EFGH"
            className="h-11 px-3 font-mono text-page tracking-[0.08em] uppercase placeholder:normal-case"
          />
        )}
      </Field>
      <Button type="submit" tone="primary" className="self-start">
        Find desktop
      </Button>
    </form>
  );
}
