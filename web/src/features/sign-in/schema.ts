import * as z from "zod/mini";

export const signInForm = z.object({
  account: z.string().check(z.trim(), z.minLength(1, "Type your e-mail address, or your name in the team.")),
  // As it is typed: blanks may be a part of it.
  password: z.string().check(z.minLength(1, "Type your password.")),
});

export type SignInForm = z.infer<typeof signInForm>;
