import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Check, LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";
import { DropdownMenu } from "radix-ui";

import { call } from "@/lib/api";
import { useOperator } from "@/lib/operator";
import { reasonOf } from "@/lib/problem";
import { setTheme, type Theme, themes, useTheme } from "@/lib/theme";
import { toast } from "@/lib/toast";

import { AccountButton, type AccountPlace } from "./account";

const looks = {
  system: { name: "System", icon: Monitor },
  light: { name: "Light", icon: Sun },
  dark: { name: "Dark", icon: Moon },
} as const;

const itemClass =
  "flex h-8 cursor-default items-center gap-2.5 rounded-md px-2 outline-none data-highlighted:bg-hover phone:h-10";

function useSignOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => call("delete", "/api/v1/session"),
    onSuccess: async () => {
      await navigate({ to: "/sign-in" });
      client.removeQueries({ type: "inactive" });
    },
    onError: (error) => {
      toast("refused", `Not signed out: ${reasonOf(error)}`);
    },
  });
}

function ThemeItems() {
  const theme = useTheme();
  return (
    <DropdownMenu.RadioGroup
      value={theme}
      onValueChange={(value) => {
        setTheme(value as Theme);
      }}
    >
      <DropdownMenu.Label className="px-2 pt-2 pb-1 text-small font-medium text-fg-3">Theme</DropdownMenu.Label>
      {themes.map((value) => {
        const { name, icon: Icon } = looks[value];
        return (
          <DropdownMenu.RadioItem
            key={value}
            value={value}
            className={itemClass}
            onSelect={(event) => {
              event.preventDefault();
            }}
          >
            <Icon aria-hidden className="size-4 text-fg-3" strokeWidth={1.75} />
            <span className="flex-1">{name}</span>
            <DropdownMenu.ItemIndicator>
              <Check aria-hidden className="size-4" strokeWidth={1.75} />
            </DropdownMenu.ItemIndicator>
          </DropdownMenu.RadioItem>
        );
      })}
    </DropdownMenu.RadioGroup>
  );
}

export default function AccountMenu({ place }: { place: AccountPlace }) {
  const operator = useOperator();
  const signOut = useSignOut();
  return (
    // Not modal: a modal one locks scrolling by writing a style element, which the page's policy forbids.
    <DropdownMenu.Root defaultOpen modal={false}>
      <DropdownMenu.Trigger asChild>
        <AccountButton place={place} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        side="top"
        align={place === "bar" ? "end" : "start"}
        sideOffset={6}
        collisionPadding={8}
        className="arriving z-20 w-52 rounded-lg border border-line bg-raised p-1 shadow-2"
      >
        <div className="px-2 py-1.5">
          <p className="truncate font-medium">{operator.opr_name}</p>
          <p className="truncate text-small text-fg-2">{operator.opr_email}</p>
          <p className="text-small text-fg-3 first-letter:uppercase">{operator.role}</p>
        </div>
        <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />
        <DropdownMenu.Item asChild className={itemClass}>
          <Link to="/account">
            <UserRound aria-hidden className="size-4 text-fg-3" strokeWidth={1.75} />
            Your account
          </Link>
        </DropdownMenu.Item>
        <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />
        <ThemeItems />
        <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />
        <DropdownMenu.Item
          className={itemClass}
          onSelect={() => {
            signOut.mutate();
          }}
        >
          <LogOut aria-hidden className="size-4 text-fg-3" strokeWidth={1.75} />
          Sign out
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
