import { Crown, Ellipsis, KeyRound, type LucideIcon, UserCheck, UserCog, UserX } from "lucide-react";
import { DropdownMenu } from "radix-ui";

import { Button } from "@/components/ui/button";
import type { OperatorEntry } from "@/lib/wire";

export type PersonStep = "role" | "link" | "disable" | "enable" | "hand over";

const words: Record<PersonStep, { name: string; icon: LucideIcon }> = {
  role: { name: "Change role", icon: UserCog },
  link: { name: "Link to set a password", icon: KeyRound },
  disable: { name: "Disable", icon: UserX },
  enable: { name: "Enable", icon: UserCheck },
  "hand over": { name: "Hand the team over", icon: Crown },
};

interface PersonMenuProps {
  person: OperatorEntry;
  steps: readonly PersonStep[];
  onStep: (step: PersonStep) => void;
}

/** What may be done about somebody. */
export function PersonMenu({ person, steps, onStep }: PersonMenuProps) {
  return (
    // Not modal: a modal one locks scrolling by writing a style element, which the page's policy forbids.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button tone="ghost" size="icon" aria-label={`Change ${person.opr_name}`}>
          <Ellipsis aria-hidden className="size-4" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        align="end"
        sideOffset={4}
        collisionPadding={8}
        className="arriving z-20 w-52 rounded-lg border border-line bg-raised p-1 shadow-2"
      >
        {steps.map((step) => {
          const { name, icon: Icon } = words[step];
          return (
            <DropdownMenu.Item
              key={step}
              onSelect={() => {
                onStep(step);
              }}
              className="flex h-8 cursor-default items-center gap-2.5 rounded-md px-2 outline-none data-highlighted:bg-hover phone:h-10"
            >
              <Icon aria-hidden className="size-4 text-fg-3" strokeWidth={1.75} />
              {name}
            </DropdownMenu.Item>
          );
        })}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
