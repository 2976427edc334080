import { House, type LucideIcon, Monitor, ScrollText } from "lucide-react";

export interface Place {
  to: "/" | "/logs" | "/pair";
  name: string;
  icon: LucideIcon;
}

/** The pages that exist, in the order of the navigation. */
export const places: readonly Place[] = [
  { to: "/", name: "Home", icon: House },
  { to: "/logs", name: "Logs", icon: ScrollText },
  { to: "/pair", name: "Desktops", icon: Monitor },
];
