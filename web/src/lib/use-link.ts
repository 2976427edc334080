import { useLocation } from "@tanstack/react-router";

/** The one-time secret behind the address's #, which never reaches a server's log; empty where there is none. */
export function useLink(): string {
  return useLocation({ select: (location) => location.hash });
}
