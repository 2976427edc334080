import { goalFrequencies, goalMetrics, ruleTypes } from "@contract/contract";
import { zodResolver } from "@hookform/resolvers/zod";
import { useId } from "react";
import { useForm, type UseFormReturn, useWatch } from "react-hook-form";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { Refusal } from "@/components/ui/refusal";
import { useOperator } from "@/lib/operator";

import { useProposeGoal, useProposeRule } from "../api";
import { goalOf, partsOf, type ProposalForm, proposalForm, ruleOf, units } from "../schema";
import { metricName } from "../words";

type Form = UseFormReturn<ProposalForm>;

const unitNames = Object.keys(units) as (keyof typeof units)[];

const start: ProposalForm = {
  kind: "rule",
  type: "Frequency Cap",
  metric: "Total Messages Sent",
  limit: "40",
  window: "24",
  unit: "hours",
  from: "22:00",
  to: "07:00",
  frequency: "Daily",
  target: "20",
  whose: "team",
  reason: "",
};

function MetricField({ form, label }: { form: Form; label: string }) {
  return (
    <Field label={label}>
      {(control) => (
        <Select {...control} {...form.register("metric")}>
          {goalMetrics.map((metric) => (
            <option key={metric} value={metric}>
              {metricName(metric)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function NumberField({ form, name, label }: { form: Form; name: "limit" | "target" | "window"; label: string }) {
  return (
    <Field label={label} error={form.formState.errors[name]?.message}>
      {(control) => <Input {...control} {...form.register(name)} inputMode="numeric" autoComplete="off" />}
    </Field>
  );
}

function ClockField({ form, name, label }: { form: Form; name: "from" | "to"; label: string }) {
  return (
    <Field label={label} error={form.formState.errors[name]?.message}>
      {(control) => <Input {...control} {...form.register(name)} type="time" />}
    </Field>
  );
}

function RuleFields({ form }: { form: Form }) {
  const type = useWatch({ control: form.control, name: "type" });
  const parts = partsOf(type);
  return (
    <>
      <Field label="It warns of">
        {(control) => (
          <Select {...control} {...form.register("type")}>
            {ruleTypes.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Select>
        )}
      </Field>
      {parts.metric && <MetricField form={form} label="What is counted" />}
      {parts.limit && <NumberField form={form} name="limit" label="At most" />}
      {parts.window && (
        <div className="grid grid-cols-2 gap-2">
          <NumberField form={form} name="window" label="Within" />
          <Field label="Unit">
            {(control) => (
              <Select {...control} {...form.register("unit")}>
                {unitNames.map((unit) => (
                  <option key={unit}>{unit}</option>
                ))}
              </Select>
            )}
          </Field>
        </div>
      )}
      {parts.hours && (
        <div className="grid grid-cols-2 gap-2">
          <ClockField form={form} name="from" label="From" />
          <ClockField form={form} name="to" label="To" />
        </div>
      )}
    </>
  );
}

function GoalFields({ form }: { form: Form }) {
  return (
    <>
      <MetricField form={form} label="What is counted" />
      <div className="grid grid-cols-2 gap-2">
        <NumberField form={form} name="target" label="How many" />
        <Field label="How often">
          {(control) => (
            <Select {...control} {...form.register("frequency")}>
              {goalFrequencies.map((frequency) => (
                <option key={frequency}>{frequency}</option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </>
  );
}

/** Proposes a rule or a goal. What was typed stays when it is refused. */
export function ProposeDialog({ onClose }: { onClose: () => void }) {
  const operator = useOperator();
  const formId = useId();
  const goal = useProposeGoal();
  const rule = useProposeRule();
  const form = useForm<ProposalForm>({ resolver: zodResolver(proposalForm), defaultValues: start });
  const [kind, whose] = useWatch({ control: form.control, name: ["kind", "whose"] });
  const isPending = goal.isPending || rule.isPending;
  const error = kind === "goal" ? goal.error : rule.error;
  const submit = form.handleSubmit((values) => {
    if (isPending) return;
    if (values.kind === "goal") goal.mutate(goalOf(values, operator.opr_id), { onSuccess: onClose });
    else rule.mutate(ruleOf(values, operator.opr_id), { onSuccess: onClose });
  });
  return (
    <Dialog
      title="Propose"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button tone="primary" type="submit" form={formId} busy={isPending}>
            {whose === "mine" ? "Adopt it for me" : "Propose to the team"}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <div className="grid grid-cols-2 gap-2">
          <Field label="What">
            {(control) => (
              <Select {...control} {...form.register("kind")} autoFocus>
                <option value="rule">A rule</option>
                <option value="goal">A goal</option>
              </Select>
            )}
          </Field>
          <Field label="For whom">
            {(control) => (
              <Select {...control} {...form.register("whose")}>
                <option value="team">The team</option>
                <option value="mine">Me alone</option>
              </Select>
            )}
          </Field>
        </div>
        {kind === "goal" ? <GoalFields form={form} /> : <RuleFields form={form} />}
        <Field label="Reason, optional" error={form.formState.errors.reason?.message}>
          {(control) => <Input {...control} {...form.register("reason")} autoComplete="off" />}
        </Field>
        {error !== null && <Refusal title="Not proposed" error={error} />}
      </form>
    </Dialog>
  );
}
