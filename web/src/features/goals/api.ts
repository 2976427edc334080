import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { countedKey } from "@/lib/feed";
import { toast } from "@/lib/toast";
import type { GoalRequest, Proposal, Replay, RuleRequest, Vote } from "@/lib/wire";

/** As many as may be open at once, and of what was decided the latest. */
const OPEN_MAX = 50;
const DECIDED_SHOWN = 8;
/** A replay walks the whole log of 30 days: what it said holds for a while. */
const REPLAY_STALE_MS = 10 * 60_000;

export const goalsQuery = queryOptions({
  queryKey: [countedKey, "goals"],
  queryFn: ({ signal }) => call("get", "/api/v1/goals", { signal }),
});

export const rulesQuery = queryOptions({
  queryKey: [countedKey, "rules"],
  queryFn: ({ signal }) => call("get", "/api/v1/rules", { query: { status: "Active", limit: 200 }, signal }),
});

export const openQuery = queryOptions({
  queryKey: [countedKey, "proposals", "open"],
  queryFn: ({ signal }) => call("get", "/api/v1/proposals", { query: { outcome: "open", limit: OPEN_MAX }, signal }),
});

export const decidedQuery = queryOptions({
  queryKey: [countedKey, "proposals", "decided"],
  queryFn: ({ signal }) =>
    call("get", "/api/v1/proposals", {
      query: { outcome: "adopted,rejected,expired,withdrawn", limit: DECIDED_SHOWN },
      signal,
    }),
});

export function votesQuery({ proposal_id }: Proposal) {
  return queryOptions({
    queryKey: [countedKey, "votes", proposal_id],
    queryFn: ({ signal }) => call("get", "/api/v1/proposals/{proposal_id}", { path: { proposal_id }, signal }),
  });
}

export function replayQuery({ proposal_id, opened_at }: Proposal) {
  return queryOptions({
    queryKey: ["replay", proposal_id, opened_at],
    queryFn: ({ signal }): Promise<Replay> =>
      call("get", "/api/v1/proposals/{proposal_id}/replay", { path: { proposal_id }, query: { limit: 1 }, signal }),
    staleTime: REPLAY_STALE_MS,
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: [countedKey] });
}

export function useVote({ proposal_id }: Proposal) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ choice, reason }: { choice: Vote["choice"]; reason: string }) =>
      call("put", "/api/v1/proposals/{proposal_id}/vote", {
        path: { proposal_id },
        body: { choice, ...(reason === "" ? {} : { reason }) },
      }),
    onSuccess: refresh,
  });
}

export function useTakeBack({ proposal_id }: Proposal) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => call("delete", "/api/v1/proposals/{proposal_id}/vote", { path: { proposal_id } }),
    onSuccess: refresh,
  });
}

export function useWithdraw({ proposal_id }: Proposal) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => call("delete", "/api/v1/proposals/{proposal_id}", { path: { proposal_id } }),
    onSuccess: async () => {
      toast("done", "The proposal is withdrawn");
      await refresh();
    },
  });
}

/** What came of it: adopted at once where nobody else is to be asked. */
function said(outcome: Proposal["outcome"]): string {
  return outcome === "adopted" ? "It holds from now on" : "It is voted on now";
}

export function useProposeGoal() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: GoalRequest) => call("post", "/api/v1/goals", { body }),
    onSuccess: async ({ outcome }) => {
      toast("done", said(outcome));
      await refresh();
    },
  });
}

export function useProposeRule() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: RuleRequest) => call("post", "/api/v1/rules", { body }),
    onSuccess: async ({ outcome }) => {
      toast("done", said(outcome));
      await refresh();
    },
  });
}

export function useArchive(of: { goal_id: string } | { rule_id: string }) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () =>
      "goal_id" in of
        ? call("post", "/api/v1/goals/{goal_id}/archiving", { path: { goal_id: of.goal_id }, body: {} })
        : call("post", "/api/v1/rules/{rule_id}/archiving", { path: { rule_id: of.rule_id }, body: {} }),
    onSuccess: async ({ outcome }) => {
      toast("done", outcome === "adopted" ? "It is archived" : "It is voted on now whether it goes");
      await refresh();
    },
  });
}
