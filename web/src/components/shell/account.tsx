import { ChevronsUpDown } from "lucide-react";
import { type ComponentProps, lazy, Suspense, useState } from "react";

import { Avatar } from "@/components/avatar";
import { useOperator } from "@/lib/operator";

const loadMenu = () => import("./account-menu");
const AccountMenu = lazy(loadMenu);

export type AccountPlace = "sidebar" | "bar";

interface AccountButtonProps extends ComponentProps<"button"> {
  place: AccountPlace;
}

/** Opens the account's menu: at the sidebar's foot, or last in a phone's bar. */
export function AccountButton({ place, ...rest }: AccountButtonProps) {
  const { opr_name: name } = useOperator();
  if (place === "bar") {
    return (
      <button
        type="button"
        aria-haspopup="menu"
        {...rest}
        className="flex flex-col items-center justify-center gap-[3px] text-micro leading-3.5 font-medium text-fg-3"
      >
        <Avatar name={name} isMine />
        Account
      </button>
    );
  }
  return (
    <button
      type="button"
      aria-haspopup="menu"
      title={name}
      {...rest}
      className="flex h-10 items-center gap-2.5 rounded-md px-1.5 text-left font-medium text-fg-2 transition-colors duration-(--quick) hover:bg-hover hover:text-fg aria-expanded:bg-pressed max-wide:justify-center max-wide:px-0"
    >
      <Avatar name={name} isMine large />
      <span className="min-w-0 flex-1 truncate max-wide:sr-only">{name}</span>
      <ChevronsUpDown aria-hidden className="size-3.5 flex-none text-fg-3 max-wide:hidden" />
    </button>
  );
}

/** The menu is loaded when somebody is about to open it. */
export function Account({ place }: { place: AccountPlace }) {
  const [isWanted, setWanted] = useState(false);
  const button = (
    <AccountButton
      place={place}
      aria-expanded={false}
      onPointerEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
      onClick={() => {
        setWanted(true);
      }}
    />
  );
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <AccountMenu place={place} />
    </Suspense>
  );
}
