import { describe, expect, test } from "vitest";

import type { Situation } from "../src/content/status-line";
import { statusLine } from "../src/content/status-line";
import type { LinkState } from "../src/messages/link-state";
import type { Status } from "../src/messages/native";

const status: Status = {
  type: "status",
  protocol: 1,
  agent_version: "0.1.0",
  paired: true,
  online: true,
  pending: 0,
  rejected: 0,
};
const linked: LinkState = { link: "linked", status, refused: 0, refusal: null };
const calm: Situation = {
  isOrphaned: false,
  isReadable: true,
  tooLong: 0,
  unsaved: 0,
  stored: 0,
  hasCaptured: false,
  link: linked,
};

const agent = (change: Partial<Status>): Partial<Situation> => ({
  link: { ...linked, status: { ...status, ...change } },
});
const link = (change: Partial<LinkState>): Partial<Situation> => ({ link: { ...linked, ...change } });

describe("the status says", () => {
  const cases: readonly (readonly [Partial<Situation>, string, string])[] = [
    [{}, "good", "Ready"],
    [{ hasCaptured: true }, "good", "Saved on this desktop"],
    [{ hasCaptured: true, stored: 2 }, "waiting", "2 waiting"],
    [{ stored: 1, ...agent({ pending: 2 }) }, "waiting", "3 waiting"],
    [{ link: null }, "waiting", "Connecting"],
    [{ link: null, stored: 1 }, "waiting", "1 waiting"],
    [agent({ online: false }), "offline", "Offline"],
    [{ stored: 1, ...agent({ online: false, pending: 4 }) }, "offline", "Offline, 5 waiting"],
    [agent({ online: false, paired: false }), "warning", "Not paired: run instacrm-agent pair"],
    [{ stored: 1, ...agent({ paired: false }) }, "warning", "Not paired: run instacrm-agent pair, 1 waiting"],
    [link({ link: "missing", status: null }), "warning", "Agent not installed"],
    [{ stored: 3, ...link({ link: "missing" }) }, "warning", "Agent not installed, 3 waiting"],
    [link({ link: "broken" }), "offline", "Agent not answering"],
    [{ stored: 1, ...link({ link: "broken" }) }, "offline", "Agent not answering, 1 waiting"],
    [agent({ rejected: 1 }), "refused", "1 refused"],
    [link({ refused: 1, refusal: "ledger_full", status: { ...status, rejected: 2 } }), "refused", "3 refused"],
    [link({ refusal: "unsupported_protocol" }), "refused", "Agent refused: unsupported_protocol"],
    [{ tooLong: 1 }, "refused", "1 too long, not logged"],
    [{ unsaved: 2 }, "refused", "Storage is full, 2 not saved"],
    [{ isReadable: false }, "blind", "Cannot read this thread"],
    [{ isOrphaned: true, isReadable: false, tooLong: 1 }, "blind", "Reload this tab"],
  ];
  for (const [change, sign, words] of cases) {
    test(`"${words}" for ${JSON.stringify(change).slice(0, 60)}`, () => {
      expect(statusLine({ ...calm, ...change })).toEqual({ sign, words });
    });
  }
});
