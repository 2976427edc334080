import { limits } from "@contract/contract";
import * as z from "zod/mini";

export const inviteForm = z.object({
  role: z.enum(["admin", "operator", "viewer"]),
  /** Empty: whoever holds the link. */
  opr_email: z
    .string()
    .check(
      z.trim(),
      z.regex(/^(?:[^\s@]+@[^\s@]+)?$/u, "An e-mail address has a name, an @ and a domain."),
      z.maxLength(limits.emailCharactersMax, `At most ${limits.emailCharactersMax} characters.`),
    ),
});

export type InviteForm = z.infer<typeof inviteForm>;

export const domainForm = z.object({
  email_domain: z
    .string()
    .check(
      z.trim(),
      z.toLowerCase(),
      z.regex(/^[^\s@.]+(?:\.[^\s@.]+)+$/u, "A domain is what stands behind the @, such as example.com."),
    ),
  role: z.enum(["operator", "viewer"]),
});

export type DomainForm = z.infer<typeof domainForm>;
