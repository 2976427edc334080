import { useQuery } from "@tanstack/react-query";
import { Monitor } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { itemClass } from "@/components/ui/item";
import { QueryList } from "@/components/ui/query-list";
import { devicesQuery, useRevokeDevice } from "@/lib/devices";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatAge, formatMoment, formatShort } from "@/lib/time";
import type { Device } from "@/lib/wire";

function RevokeDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const revoke = useRevokeDevice(device);
  return (
    <ConfirmDialog
      title={`Revoke ${device.device_name}?`}
      keep="Keep access"
      act="Revoke access"
      refused="Not revoked"
      mutation={revoke}
      onClose={onClose}
    >
      <p>
        Its access ends at once. What it has logged stays; what it has not handed over yet waits on that desktop until
        it is paired again.
      </p>
    </ConfirmDialog>
  );
}

function seenWords(device: Device, now: number): string {
  if (device.last_seen_at === null) return "Has not logged anything yet";
  const age = formatAge(device.last_seen_at, now);
  return age === "just now" ? "Last seen just now" : `Last seen ${age} ago`;
}

function Row({ device }: { device: Device }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  const [isAsking, setAsking] = useState(false);
  const seen = device.last_seen_at === null ? undefined : formatMoment(device.last_seen_at, zone);
  return (
    <li data-device-id={device.device_id} className={itemClass}>
      <span aria-hidden className="grid size-7 flex-none place-items-center rounded-md bg-track text-fg-2">
        <Monitor className="size-4" strokeWidth={1.75} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={device.device_name}>
          {device.device_name}
        </p>
        <p className="truncate text-small text-fg-3 tabular-nums phone:whitespace-normal">
          <span title={seen}>{seenWords(device, minute)}</span>, paired{" "}
          <time title={formatMoment(device.created_at, zone)}>{formatShort(device.created_at, minute, zone)}</time>,
          agent {device.agent_version}
        </p>
      </div>
      <Button
        tone="stop"
        size="small"
        aria-label={`Revoke ${device.device_name}`}
        onClick={() => {
          setAsking(true);
        }}
      >
        Revoke
      </Button>
      {isAsking && (
        <RevokeDialog
          device={device}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </li>
  );
}

/** The signed-in operator's desktops. */
export function DeviceList() {
  const devices = useQuery(devicesQuery);
  return (
    <QueryList
      query={devices}
      loading="Loading your desktops"
      failed="Your desktops were not loaded"
      empty={
        <EmptyState icon={Monitor} title="No desktop is paired">
          <p>What you send is logged once a desktop of yours is paired.</p>
        </EmptyState>
      }
    >
      {(device) => <Row key={device.device_id} device={device} />}
    </QueryList>
  );
}
