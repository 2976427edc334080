import { limits } from "@contract/contract";
import * as z from "zod/mini";

import { passwordFault, passwordField } from "@/lib/password";

/** Characters as a person counts them, which is how the contract does. */
function isAtMost(count: number) {
  return (text: string) => Array.from(text).length <= count;
}

const NAME_MAX = limits.operatorNameCharactersMax;

export const joinForm = z.object({
  opr_name: z
    .string()
    .check(
      z.trim(),
      z.minLength(1, "Say how your team knows you."),
      z.refine(isAtMost(NAME_MAX), `At most ${NAME_MAX} characters.`),
    ),
  opr_email: z
    .string()
    .check(
      z.trim(),
      z.regex(/^[^\s@]+@[^\s@]+$/u, "An e-mail address has a name, an @ and a domain."),
      z.refine(isAtMost(limits.emailCharactersMax), `At most ${limits.emailCharactersMax} characters.`),
    ),
  time_zone: z.string().check(z.minLength(1, "Choose a time zone.")),
  /** The first owner, who has the server's machine, may leave it out. */
  password: z.string().check(
    z.refine((text) => text === "" || passwordFault(text) === undefined, {
      error: (issue) => passwordFault(String(issue.input)),
    }),
  ),
});

/** Of somebody who is invited: there is no other way in for them. */
export const invitedForm = z.extend(joinForm, { password: passwordField });

export type JoinForm = z.infer<typeof joinForm>;

export function isJoinField(field: string | undefined): field is keyof JoinForm {
  return field !== undefined && field in joinForm.shape;
}
