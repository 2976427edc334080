// The rule for a password: its length. What many people have, the server refuses.

import { limits } from "@contract/contract";
import * as z from "zod/mini";

const { passwordCharactersMin: MIN, passwordCharactersMax: MAX } = limits;

export const passwordRule = `${MIN} characters or more, of any kind. A few words that nobody would guess are better than signs and digits.`;

/** Why it cannot be one; undefined where the server decides. */
export function passwordFault(password: string): string | undefined {
  const count = Array.from(password).length;
  if (count < MIN) return `${MIN} characters or more; this has ${count}.`;
  if (count > MAX) return `At most ${MAX} characters; this has ${count}.`;
  return undefined;
}

export const passwordField = z
  .string()
  .check(
    z.refine((text) => passwordFault(text) === undefined, { error: (issue) => passwordFault(String(issue.input)) }),
  );
