import { useLocation } from "@tanstack/react-router";
import { useState } from "react";

/**
 * The one-time secret behind the address's #, which never reaches a server's log; empty where there is none. It stays
 * what it was while the page is on its way to another one.
 */
export function useLink(path: "/join" | "/reset" | "/sign-in"): string {
  const hash = useLocation({ select: (location) => (location.pathname === path ? location.hash : undefined) });
  const [link, setLink] = useState(hash ?? "");
  if (hash !== undefined && hash !== link) setLink(hash);
  return link;
}
