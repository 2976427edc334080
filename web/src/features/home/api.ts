import { useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { reloadFeed } from "@/lib/feed";
import { formatCount } from "@/lib/number";
import { toast } from "@/lib/toast";

/** Fills an empty team with sample data. */
export function useLoadDemo() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("post", "/api/v1/demo"),
    onSuccess: async (totals) => {
      await reloadFeed(client);
      toast(
        "done",
        `Sample data loaded: ${formatCount(totals.targets)} targets, ${formatCount(totals.logs)} log entries`,
      );
    },
  });
}
