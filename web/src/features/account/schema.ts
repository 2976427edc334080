import { limits, type TokenScope, tokenScopes } from "@contract/contract";
import * as z from "zod/mini";

import { passwordField } from "@/lib/password";

export const changeForm = z.object({
  present_password: z.string().check(z.minLength(1, "Type your present password.")),
  password: passwordField,
});

/** Of somebody who came in by a link so far. */
export const firstPasswordForm = z.extend(changeForm, { present_password: z.string() });

export type ChangeForm = z.infer<typeof changeForm>;

const NAME_MAX = limits.tokenNameCharactersMax;

/** How long a token may be used, in days; the longest is the contract's. */
export const tokenDays = ["7", "30", "90", "365"] as const;

export const tokenForm = z.object({
  token_name: z.string().check(
    z.trim(),
    z.minLength(1, "Say what it is for."),
    z.refine((text) => Array.from(text).length <= NAME_MAX, `At most ${NAME_MAX} characters.`),
  ),
  scopes: z.array(z.enum(tokenScopes)).check(z.minLength(1, "Choose what it opens.")),
  days: z.enum(tokenDays),
});

export type TokenForm = z.infer<typeof tokenForm>;

export const scopeWords: Record<TokenScope, string> = {
  read_leads: "Read leads",
  write_leads: "Change leads",
  read_logs: "Read home and logs",
  read_team: "Read people and accounts",
  transfer_actors: "Hand accounts over",
};
