import { useState } from "react";

import { Avatar } from "@/components/avatar";
import { itemClass } from "@/components/ui/item";
import { Tag } from "@/components/ui/tag";
import { canDisable, canGiveResetLink, canHandOverTeam, rolesToGive } from "@/lib/can";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { roleWords } from "@/lib/role";
import { formatAge, formatMoment, formatShort } from "@/lib/time";
import type { OperatorEntry } from "@/lib/wire";

import { DisableDialog, EnableDialog, HandOverDialog, ResetLinkDialog, RoleDialog } from "./person-dialogs";
import { PersonMenu, type PersonStep } from "./person-menu";

function State({ person }: { person: OperatorEntry }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  if (person.disabled_at !== null) {
    return (
      <span className="font-medium text-bad" title={formatMoment(person.disabled_at, zone)}>
        Disabled since {formatShort(person.disabled_at, minute, zone)}
      </span>
    );
  }
  if (person.opr_status === "online") return <span className="text-good">Online</span>;
  const age = formatAge(person.last_activity, minute);
  return (
    <span title={formatMoment(person.last_activity, zone)}>
      {age === "just now" ? "Active just now" : `Active ${age} ago`}
    </span>
  );
}

function StepDialog({ step, ...rest }: { step: PersonStep; person: OperatorEntry; onClose: () => void }) {
  switch (step) {
    case "role":
      return <RoleDialog {...rest} />;
    case "link":
      return <ResetLinkDialog {...rest} />;
    case "disable":
      return <DisableDialog {...rest} />;
    case "enable":
      return <EnableDialog {...rest} />;
    case "hand over":
      return <HandOverDialog {...rest} />;
  }
}

/** What the signed-in operator may do about somebody, in the menu's order. */
function useSteps(person: OperatorEntry): readonly PersonStep[] {
  const operator = useOperator();
  const isIn = person.disabled_at === null;
  const steps: PersonStep[] = [];
  if (rolesToGive(operator, person).length > 0) steps.push("role");
  if (isIn && canGiveResetLink(operator, person)) steps.push("link");
  if (canDisable(operator, person)) steps.push(isIn ? "disable" : "enable");
  if (isIn && canHandOverTeam(operator, person)) steps.push("hand over");
  return steps;
}

export function PersonRow({ person }: { person: OperatorEntry }) {
  const operator = useOperator();
  const steps = useSteps(person);
  const [step, setStep] = useState<PersonStep>();
  const isMe = person.opr_id === operator.opr_id;
  return (
    <li data-opr-id={person.opr_id} className={itemClass}>
      <Avatar name={person.opr_name} isMine={isMe} large />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium" title={person.opr_name}>
            {person.opr_name}
          </span>
          {isMe && <Tag>You</Tag>}
        </p>
        <p className="truncate text-small text-fg-3">{person.opr_email}</p>
      </div>
      <span className="w-20 flex-none phone:w-auto">{roleWords[person.role].name}</span>
      <span className="w-40 flex-none text-small text-fg-2 tabular-nums phone:order-last phone:w-full phone:pl-10">
        <State person={person} />
      </span>
      <span className="flex w-8 flex-none justify-end phone:w-9">
        {steps.length > 0 && <PersonMenu person={person} steps={steps} onStep={setStep} />}
      </span>
      {step !== undefined && (
        <StepDialog
          step={step}
          person={person}
          onClose={() => {
            setStep(undefined);
          }}
        />
      )}
    </li>
  );
}
