// What the worker tells the tabs: how it stands with the agent. It lies in chrome.storage.local under `linkStateKey`.

import type { Checked } from "./checked";
import { checkFields, isCount, isOneOf, isText, valid } from "./checked";
import type { Status } from "./native";
import { checkStatus } from "./native";

export const linkStateKey = "link";

export interface LinkState {
  /** connecting; linked: it has answered; missing: not installed for this extension; broken: it stopped. */
  readonly link: "connecting" | "linked" | "missing" | "broken";
  /** The agent's last word, or null before the first. */
  readonly status: Status | null;
  /** Operations that the agent refused to keep; they stay in the browser. */
  readonly refused: number;
  /** The code of the last refusal, or null. */
  readonly refusal: string | null;
}

export function checkLinkState(value: unknown): Checked<LinkState> {
  const checked = checkFields(value, {
    link: isOneOf("connecting", "linked", "missing", "broken"),
    status: (status) => status === null || checkStatus(status).ok,
    refused: isCount,
    refusal: (code) => code === null || isText(code),
  });
  return checked.ok ? valid(checked.value as unknown as LinkState) : checked;
}
