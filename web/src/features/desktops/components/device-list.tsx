import { useQuery } from "@tanstack/react-query";
import { Monitor } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ProblemState } from "@/components/ui/problem-state";
import { Refusal } from "@/components/ui/refusal";
import { Bar, Loading } from "@/components/ui/skeleton";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatAge, formatMoment, formatShort } from "@/lib/time";
import type { Device } from "@/lib/wire";

import { devicesQuery, useRevokeDevice } from "../api";

const rowClass = "flex min-h-[52px] items-center gap-3 border-line px-4 py-2 not-first:border-t";

function RevokeDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const revoke = useRevokeDevice(device);
  return (
    <Dialog
      title={`Revoke ${device.device_name}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose} autoFocus>
            Keep access
          </Button>
          <Button
            tone="stop"
            busy={revoke.isPending}
            onClick={() => {
              revoke.mutate(undefined, { onSuccess: onClose });
            }}
          >
            Revoke access
          </Button>
        </>
      }
    >
      <p>
        Its access ends at once. What it has logged stays; what it has not handed over yet waits on that desktop until
        it is paired again.
      </p>
      {revoke.isError && (
        <div className="mt-3">
          <Refusal title="Not revoked" error={revoke.error} />
        </div>
      )}
    </Dialog>
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
    <li data-device-id={device.device_id} className={rowClass}>
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

function ListSkeleton() {
  return (
    <Loading label="Loading your desktops">
      {["w-32", "w-40"].map((width) => (
        <div key={width} className={rowClass}>
          <Bar className="size-7 rounded-md" />
          <div className="flex flex-1 flex-col gap-2">
            <Bar className={width} />
            <Bar className="h-2 w-56 max-w-full" />
          </div>
          <Bar className="h-7 w-16 rounded-md" />
        </div>
      ))}
    </Loading>
  );
}

/** The signed-in operator's desktops. */
export function DeviceList() {
  const devices = useQuery(devicesQuery);
  if (devices.data === undefined) {
    return devices.isError ? (
      <ProblemState
        title="Your desktops were not loaded"
        error={devices.error}
        isRetrying={devices.isFetching}
        onRetry={() => void devices.refetch()}
      />
    ) : (
      <ListSkeleton />
    );
  }
  if (devices.data.items.length === 0) {
    return (
      <EmptyState icon={Monitor} title="No desktop is paired">
        <p>What you send is logged once a desktop of yours is paired.</p>
      </EmptyState>
    );
  }
  return (
    <ul>
      {devices.data.items.map((device) => (
        <Row key={device.device_id} device={device} />
      ))}
    </ul>
  );
}
