import { ChartColumn, Goal, House, type LucideIcon, Monitor, ScrollText, ShieldCheck, Users } from "lucide-react";

import { canSeeAudit } from "@/lib/can";
import { useOperator } from "@/lib/operator";

export interface Place {
  to: "/" | "/analytics" | "/audit" | "/goals" | "/logs" | "/pair" | "/team";
  name: string;
  icon: LucideIcon;
}

/** The pages that everybody sees, in the order of the navigation. */
export const places: readonly Place[] = [
  { to: "/", name: "Home", icon: House },
  { to: "/analytics", name: "Analytics", icon: ChartColumn },
  { to: "/goals", name: "Goals", icon: Goal },
  { to: "/logs", name: "Logs", icon: ScrollText },
  { to: "/team", name: "Team", icon: Users },
  { to: "/pair", name: "Desktops", icon: Monitor },
];

const auditPlace: Place = { to: "/audit", name: "Audit", icon: ShieldCheck };

/** The pages that the signed-in operator sees. */
export function usePlaces(): readonly Place[] {
  const operator = useOperator();
  return canSeeAudit(operator) ? [...places, auditPlace] : places;
}
