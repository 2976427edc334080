import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

import { actionWords } from "@/lib/audit-filter";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatMoment, formatShort } from "@/lib/time";
import type { AuditEntry } from "@/lib/wire";

import { changesOf } from "../values";

/** Whoever is no operator, by what they were known. */
const strangers: Record<AuditEntry["known_by"], string> = {
  browser: "A visitor",
  desktop: "A desktop",
  token: "A program",
  command: "The command line",
  server: "The server",
  nothing: "A visitor",
};

type Names = ReadonlyMap<string, string>;

function doerOf(entry: AuditEntry, names: Names): string {
  if (entry.opr_id === undefined) return strangers[entry.known_by];
  return names.get(entry.opr_id) ?? entry.opr_id;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}

function Values({ entry }: { entry: AuditEntry }) {
  return changesOf(entry.value_before, entry.value_after).map(({ name, before, after }) => (
    <Fact key={name} name={name}>
      {before !== undefined && (
        <>
          <span className="sr-only">before </span>
          <del className="text-fg-2">{before}</del>
          {after !== undefined && " → "}
        </>
      )}
      {after !== undefined && (
        <>
          <span className="sr-only">after </span>
          {after}
        </>
      )}
    </Fact>
  ));
}

function Details({ entry }: { entry: AuditEntry }) {
  const { time_zone: zone } = useOperator();
  return (
    <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 bg-sunken px-4 py-3 pl-10 text-small phone:pl-4">
      <Fact name="Entry">
        <span className="tabular-nums">{entry.audit_number}</span>, {formatMoment(entry.recorded_at, zone)}
      </Fact>
      {entry.opr_id !== undefined && <Fact name="Who">{entry.opr_id}</Fact>}
      <Fact name="Known by">{[entry.known_by, entry.device_id, entry.token_id].filter(Boolean).join(", ")}</Fact>
      {entry.address !== undefined && <Fact name="Address">{entry.address}</Fact>}
      {entry.object_id !== undefined && <Fact name="Done to">{entry.object_id}</Fact>}
      <Values entry={entry} />
      <Fact name="Hash">
        <span className="font-mono text-micro">{entry.entry_hash}</span>
      </Fact>
    </dl>
  );
}

/** One entry; opened, it tells all that is kept of it but the seals. */
export function AuditRow({ entry, names }: { entry: AuditEntry; names: Names }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  const object = entry.object_id === undefined ? "" : (names.get(entry.object_id) ?? entry.object_id);
  return (
    <li data-audit-number={entry.audit_number} className="border-b border-line">
      <details className="group">
        <summary className="flex min-h-(--row) list-none flex-wrap items-center gap-x-3 px-4 py-1 outline-offset-[-2px] hover:bg-hover [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden className="size-3.5 flex-none text-fg-3 group-open:rotate-90" strokeWidth={1.75} />
          <time title={formatMoment(entry.recorded_at, zone)} className="w-14 flex-none text-fg-2">
            {formatShort(entry.recorded_at, minute, zone)}
          </time>
          <span className="min-w-0 flex-1 truncate phone:whitespace-normal">
            <b className="font-medium">{actionWords(entry.action)}</b>
            {object !== "" && <span className="text-fg-2"> {object}</span>}
          </span>
          <span className="w-52 flex-none truncate text-fg-2 phone:w-full phone:pl-[5.25rem]">
            {doerOf(entry, names)}
          </span>
          <span className="w-32 flex-none truncate text-right font-mono text-small text-fg-3 phone:hidden">
            {entry.address ?? ""}
          </span>
        </summary>
        <Details entry={entry} />
      </details>
    </li>
  );
}
