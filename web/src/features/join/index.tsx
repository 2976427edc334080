import { zodResolver } from "@hookform/resolvers/zod";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useForm } from "react-hook-form";

import { Gate } from "@/components/gate";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { Refusal } from "@/components/ui/refusal";
import { asProblem } from "@/lib/problem";
import { timeZones } from "@/lib/time";
import { useLink } from "@/lib/use-link";

import { useJoin } from "./api";
import { isJoinField, type JoinForm, joinForm } from "./schema";

function useJoinForm(link: string, zone: string) {
  const navigate = useNavigate();
  const join = useJoin(link);
  const form = useForm<JoinForm>({
    resolver: zodResolver(joinForm),
    defaultValues: { opr_name: "", opr_email: "", time_zone: zone },
  });
  const submit = form.handleSubmit((values) => {
    join.mutate(values, {
      onSuccess: () => void navigate({ to: "/", replace: true }),
      onError: (error) => {
        const { field, detail, message } = asProblem(error);
        if (isJoinField(field)) form.setError(field, { message: detail ?? message }, { shouldFocus: true });
      },
    });
  });
  const isAboutField = join.isError && isJoinField(asProblem(join.error).field);
  return { form, submit, isPending: join.isPending, refusal: isAboutField ? null : join.error };
}

function JoinFields({ link }: { link: string }) {
  const [zones] = useState(timeZones);
  const { form, submit, isPending, refusal } = useJoinForm(link, zones.own);
  const { errors } = form.formState;
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="mt-5 flex flex-col gap-4">
      <Field label="Your name" hint="As your team sees it beside what you do." error={errors.opr_name?.message}>
        {(control) => <Input {...control} {...form.register("opr_name")} autoFocus autoComplete="name" />}
      </Field>
      <Field label="E-mail" error={errors.opr_email?.message}>
        {(control) => <Input {...control} {...form.register("opr_email")} type="email" autoComplete="email" />}
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
      {refusal && <Refusal title="Not joined" error={refusal} />}
      <Button type="submit" tone="primary" busy={isPending} className="mt-1">
        Create the team
      </Button>
    </form>
  );
}

export default function JoinPage() {
  const link = useLink("/join");
  if (link === "") {
    return (
      <Gate title="Create the team">
        <p className="mt-2 text-body text-fg-2">
          This page opens by the one-time link that the server prints when nobody owns its team yet. Start the server
          again to see a new one.
        </p>
      </Gate>
    );
  }
  return (
    <Gate title="Create the team">
      <p className="mt-2 text-body text-fg-2">Nobody is here yet: you become the owner.</p>
      <JoinFields link={link} />
    </Gate>
  );
}
