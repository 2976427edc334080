// The signed-in operator's desktops.

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "./api";
import { homeQuery } from "./feed";
import { toast } from "./toast";
import type { Device } from "./wire";

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) => call("get", "/api/v1/devices", { signal }),
});

export function useRefreshDevices() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: devicesQuery.queryKey }),
      client.invalidateQueries({ queryKey: homeQuery.queryKey }),
    ]);
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
