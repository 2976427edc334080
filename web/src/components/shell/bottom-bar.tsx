import { Link } from "@tanstack/react-router";

import { Account } from "./account";
import { usePlaces } from "./places";

/** The navigation of a phone. */
export function BottomBar() {
  const places = usePlaces();
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-10 hidden h-15 auto-cols-[minmax(0,1fr)] grid-flow-col border-t border-line bg-surface phone:grid"
    >
      {places.map(({ to, name, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === "/" }}
          className="flex flex-col items-center justify-center gap-[3px] text-micro leading-3.5 font-medium whitespace-nowrap text-fg-3 aria-[current=page]:text-fg"
        >
          <Icon aria-hidden className="size-5" strokeWidth={1.75} />
          {name}
        </Link>
      ))}
      <Account place="bar" />
    </nav>
  );
}
