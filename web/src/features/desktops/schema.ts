import * as z from "zod/mini";

import { codeFault } from "@/lib/pairing-code";

export const codeForm = z.object({
  code: z
    .string()
    .check(z.refine((typed) => codeFault(typed) === undefined, { error: (issue) => codeFault(String(issue.input)) })),
});

export type CodeForm = z.infer<typeof codeForm>;
