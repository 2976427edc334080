import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { LogLine } from "@/components/log-line";
import { Button } from "@/components/ui/button";
import { ProblemCodeLine } from "@/components/ui/problem-state";
import { formatCount } from "@/lib/number";
import { useOperator } from "@/lib/operator";
import { reasonOf } from "@/lib/problem";
import { formatMoment } from "@/lib/time";
import type { LogEntry } from "@/lib/wire";

import { logQuery } from "../api";

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-2">
      <dt className="text-fg-3">{name}</dt>
      <dd className="min-w-0 tabular-nums">{children}</dd>
    </div>
  );
}

/** The whole text, exactly as it was sent; until it is here, its beginning. */
function Message({ entry }: { entry: LogEntry }) {
  const detail = useQuery(logQuery(entry.elg_id));
  if (detail.isError) {
    return (
      <div role="alert" className="flex flex-wrap items-center gap-3">
        <p>The text was not loaded: {reasonOf(detail.error)}.</p>
        <Button size="small" busy={detail.isFetching} onClick={() => void detail.refetch()}>
          Try again
        </Button>
        <ProblemCodeLine error={detail.error} />
      </div>
    );
  }
  const text = detail.data ? detail.data.message_text : entry.message_preview;
  if (text === undefined) return <p className="text-fg-2">A message without text.</p>;
  return (
    <p
      dir="auto"
      data-message-text={detail.data ? "whole" : "preview"}
      className="w-fit max-w-[min(80ch,100%)] rounded-md border border-line bg-surface px-3 py-2 text-body wrap-anywhere whitespace-pre-wrap"
    >
      {text}
    </p>
  );
}

const linkClass = "text-accent hover:underline";

/** The rest of the log of whom and what the entry names. */
function Links({ entry: { opr_id, opr_name, act_id, act_username, tar_id, tar_username } }: { entry: LogEntry }) {
  return (
    <p className="flex flex-wrap gap-x-4 text-small">
      {tar_id !== undefined && (
        <Link to="/logs" search={{ tar_id }} className={linkClass}>
          All of @{tar_username}
        </Link>
      )}
      <Link to="/logs" search={{ opr_id }} className={linkClass}>
        All of {opr_name}
      </Link>
      {act_id !== undefined && (
        <Link to="/logs" search={{ act_id }} className={linkClass}>
          All from @{act_username}
        </Link>
      )}
    </p>
  );
}

export function LogDetailPanel({ id, entry }: { id: string; entry: LogEntry }) {
  const { time_zone: zone } = useOperator();
  const isOutreach = entry.event_type === "Outreach";
  return (
    <div id={id} className="flex flex-col gap-3 bg-sunken py-4 pr-(--gutter) pl-[calc(var(--gutter)+32px)] phone:pl-4">
      <p className="text-fg-2">
        <LogLine entry={entry} />
      </p>
      {isOutreach ? (
        <Message entry={entry} />
      ) : (
        entry.tar_id !== undefined && <p className="text-body">{entry.details}</p>
      )}
      <dl className="flex flex-wrap gap-x-6 gap-y-1 text-small text-fg-2">
        {entry.sent_at !== undefined && <Fact name="Sent">{formatMoment(entry.sent_at, zone)}</Fact>}
        <Fact name={isOutreach ? "Received" : "Recorded"}>{formatMoment(entry.received_at, zone)}</Fact>
        {entry.message_characters !== undefined && (
          <Fact name="Characters">{formatCount(entry.message_characters)}</Fact>
        )}
        <Fact name="Kind">{entry.event_type}</Fact>
        <Fact name="Entry">
          <span className="font-mono">{entry.elg_id}</span>
        </Fact>
      </dl>
      <Links entry={entry} />
    </div>
  );
}
