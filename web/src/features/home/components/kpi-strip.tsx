import { Link } from "@tanstack/react-router";
import { AtSign, Contact, type LucideIcon, ScrollText, Users } from "lucide-react";
import type { ReactNode } from "react";

import { Bar } from "@/components/ui/skeleton";
import { formatCount } from "@/lib/number";
import type { Totals } from "@/lib/wire";

interface Kpi {
  key: keyof Totals;
  name: string;
  about: string;
  icon: LucideIcon;
  /** The page that shows the rows behind the figure, where there is one. */
  to?: "/logs";
}

const kpis: readonly Kpi[] = [
  { key: "targets", name: "Targets", about: "Prospects written to", icon: Users },
  { key: "logs", name: "Log entries", about: "All that happened", icon: ScrollText, to: "/logs" },
  { key: "actors", name: "Actors", about: "Instagram accounts", icon: AtSign },
  { key: "operators", name: "Operators", about: "People of the team", icon: Contact },
];

const cellClass = "flex min-w-0 flex-col bg-surface px-4 pt-3.5 pb-3";

function Cell({ kpi, children }: { kpi: Kpi; children: ReactNode }) {
  const { name, about, icon: Icon, to, key } = kpi;
  const content = (
    <>
      <span className="flex items-center gap-1.5 font-medium text-fg-2">
        <Icon aria-hidden className="size-3.5 text-fg-3" strokeWidth={1.75} />
        {name}
      </span>
      <span data-kpi={key} className="mt-1 text-figure font-semibold tabular-nums">
        {children}
      </span>
      <span className="mt-0.5 truncate text-small text-fg-3">{about}</span>
    </>
  );
  return to === undefined ? (
    <div className={cellClass}>{content}</div>
  ) : (
    <Link to={to} className={`${cellClass} hover:bg-[linear-gradient(var(--hover),var(--hover))] -outline-offset-2`}>
      {content}
    </Link>
  );
}

/** The four counts of the team; without totals, their places. */
export function KpiStrip({ totals }: { totals: Totals | undefined }) {
  return (
    <div className="grid grid-cols-4 gap-px overflow-hidden rounded-lg border border-line bg-line phone:grid-cols-2">
      {kpis.map((kpi) => (
        <Cell key={kpi.key} kpi={kpi}>
          {totals ? formatCount(totals[kpi.key]) : <Bar className="delayed my-2 h-4 w-20" />}
        </Cell>
      ))}
    </div>
  );
}
