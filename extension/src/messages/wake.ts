// What a tab asks of the worker: to look whether the agent is there. Starting the worker is half of the answer.

import type { Checked } from "./checked";
import { checkFields, isExactly, valid } from "./checked";

export interface Wake {
  readonly type: "wake";
}

export function checkWake(value: unknown): Checked<Wake> {
  const checked = checkFields(value, { type: isExactly("wake") });
  return checked.ok ? valid({ type: "wake" }) : checked;
}
