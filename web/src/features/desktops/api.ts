import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { homeQuery } from "@/lib/feed";
import { toast } from "@/lib/toast";
import type { Device } from "@/lib/wire";

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) => call("get", "/api/v1/devices", { signal }),
});

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

function useRefreshDevices() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: devicesQuery.queryKey }),
      client.invalidateQueries({ queryKey: homeQuery.queryKey }),
    ]);
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

export function useRevokeDevice(device: Device) {
  const refresh = useRefreshDevices();
  return useMutation({
    mutationFn: () => call("delete", "/api/v1/devices/{device_id}", { path: { device_id: device.device_id } }),
    onSuccess: async () => {
      toast("done", `${device.device_name} has no access any more`);
      await refresh();
    },
  });
}
