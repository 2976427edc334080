import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "@/components/ui/button";
import { ProblemState } from "@/components/ui/problem-state";
import { Refusal } from "@/components/ui/refusal";
import { Bar, Loading } from "@/components/ui/skeleton";
import { useOperator } from "@/lib/operator";
import { isTransient } from "@/lib/problem";
import { formatMoment } from "@/lib/time";
import type { Pairing } from "@/lib/wire";

import { pairingQuery, useApprovePairing } from "../api";
import { formatCode } from "@/lib/pairing-code";

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}

function Facts({ pairing }: { pairing: Pairing }) {
  const { time_zone: zone } = useOperator();
  return (
    <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-2">
      <Fact name="Desktop">
        <b className="font-medium">{pairing.device_name}</b>
      </Fact>
      <Fact name="Code">
        <span className="font-mono">{formatCode(pairing.pairing_code)}</span>
      </Fact>
      <Fact name="Address">
        <span className="font-mono">{pairing.address}</span>
      </Fact>
      <Fact name="Asked">
        <time>{formatMoment(pairing.created_at, zone)}</time>
      </Fact>
      <Fact name="Agent">
        <span className="tabular-nums">{pairing.agent_version}</span>
      </Fact>
    </dl>
  );
}

function FactsSkeleton() {
  return (
    <Loading label="Looking for the desktop" className="flex flex-col gap-[18px] py-[5px]">
      {["w-40", "w-24", "w-28", "w-56", "w-12"].map((width) => (
        <div key={width} className="grid grid-cols-[6rem_minmax(0,1fr)]">
          <Bar className="w-14" />
          <Bar className={width} />
        </div>
      ))}
    </Loading>
  );
}

function Approved({ name, onDone }: { name: string; onDone: () => void }) {
  return (
    <div className="flex flex-col items-start gap-4">
      <div role="status" className="flex items-start gap-2.5 rounded-md bg-good-soft px-3 py-2.5">
        <CircleCheck aria-hidden className="mt-0.5 size-4 flex-none text-good" strokeWidth={1.75} />
        <p>
          <b className="font-medium">{name} is paired.</b> It will go on by itself within a few seconds, and log what
          you send.
        </p>
      </div>
      <Button onClick={onDone}>Pair another desktop</Button>
    </div>
  );
}

/** What waits with this code, and the decision about it. */
export function PairingApproval({ code, onDone }: { code: string; onDone: () => void }) {
  const { opr_name: name } = useOperator();
  const pairing = useQuery(pairingQuery(code));
  const approval = useApprovePairing(code);
  if (approval.isSuccess) return <Approved name={approval.data.device_name} onDone={onDone} />;
  if (pairing.isError) {
    return isTransient(pairing.error) ? (
      <ProblemState
        title="The desktop was not looked up"
        error={pairing.error}
        isRetrying={pairing.isFetching}
        onRetry={() => void pairing.refetch()}
      />
    ) : (
      <div className="flex flex-col items-start gap-4">
        <Refusal title={formatCode(code)} error={pairing.error} />
        <Button onClick={onDone}>Type another code</Button>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      {pairing.data ? <Facts pairing={pairing.data} /> : <FactsSkeleton />}
      <p className="text-fg-2">Approve it only if you started this yourself: it will log messages as {name}.</p>
      {approval.isError && <Refusal title="Not paired" error={approval.error} />}
      <div className="flex gap-2">
        <Button
          tone="primary"
          disabled={!pairing.data}
          busy={approval.isPending}
          onClick={() => {
            approval.mutate();
          }}
        >
          Approve desktop
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </div>
  );
}
