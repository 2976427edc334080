import { queryOptions, useMutation } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { useRefreshDevices } from "@/lib/devices";
import { toast } from "@/lib/toast";

/** The desktop that waits with this code. A wrong code counts as a guess: it is asked for once. */
export function pairingQuery(code: string) {
  return queryOptions({
    queryKey: ["pairing", code],
    queryFn: ({ signal }) => call("get", "/api/v1/pairings/{pairing_code}", { path: { pairing_code: code }, signal }),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
}

export function useApprovePairing(code: string) {
  const refresh = useRefreshDevices();
  return useMutation({
    mutationFn: () => call("post", "/api/v1/pairings/{pairing_code}/approval", { path: { pairing_code: code } }),
    onSuccess: async (device) => {
      toast("done", `${device.device_name} is paired`);
      await refresh();
    },
  });
}
