import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { Mark } from "@/components/mark";
import { cn } from "@/lib/cn";
import { homeQuery } from "@/lib/feed";
import { plural } from "@/lib/number";

import { Account } from "./account";
import { usePlaces } from "./places";

const rowClass =
  "flex h-8 items-center gap-2.5 rounded-md px-2 font-medium text-fg-2 transition-colors duration-(--quick) hover:bg-hover hover:text-fg max-wide:justify-center max-wide:px-0";

const placeClass =
  "[&_svg]:text-fg-3 aria-[current=page]:bg-pressed aria-[current=page]:text-fg aria-[current=page]:[&_svg]:text-fg";

/** Whether this operator's desktops log what they send. */
function Desktops() {
  const { data: home } = useQuery(homeQuery);
  if (!home) return null;
  const isPaired = home.devices > 0;
  const words = isPaired ? `${plural(home.devices, "desktop")} paired` : "No desktop is paired";
  return (
    <Link to="/pair" title={words} className={cn(rowClass, "h-auto py-2 text-small font-normal")}>
      <span aria-hidden className={cn("mx-1 size-[7px] flex-none rounded-full", isPaired ? "bg-good" : "bg-warn")} />
      <span className="min-w-0 max-wide:sr-only">
        <span className="block truncate font-medium text-fg">{words}</span>
        <span className="block truncate">{isPaired ? "What you send is logged" : "Pair one to log messages"}</span>
      </span>
    </Link>
  );
}

export function Sidebar() {
  const places = usePlaces();
  return (
    <aside className="sticky top-0 flex h-dvh flex-col gap-0.5 p-3 max-wide:px-2.5 phone:hidden">
      <div className="mb-3 flex h-9 items-center gap-2.5 px-2 font-semibold max-wide:justify-center max-wide:px-0">
        <Mark />
        <span className="max-wide:sr-only">InstaCRM</span>
      </div>
      <nav aria-label="Main" className="flex flex-col gap-0.5">
        {places.map(({ to, name, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            title={name}
            activeOptions={{ exact: to === "/" }}
            className={cn(rowClass, placeClass)}
          >
            <Icon aria-hidden className="size-4 flex-none" strokeWidth={1.75} />
            <span className="max-wide:sr-only">{name}</span>
          </Link>
        ))}
      </nav>
      <div className="mt-auto flex flex-col gap-0.5 pt-3">
        <Desktops />
        <Account place="sidebar" />
      </div>
    </aside>
  );
}
