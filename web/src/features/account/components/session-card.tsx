import { useQuery } from "@tanstack/react-query";
import { Globe } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { itemClass } from "@/components/ui/item";
import { QueryList } from "@/components/ui/query-list";
import { Tag } from "@/components/ui/tag";
import { browserName } from "@/lib/browser-name";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { reasonOf } from "@/lib/problem";
import { sessionsQuery } from "@/lib/session";
import { formatAge, formatMoment, formatShort } from "@/lib/time";
import type { SessionEntry } from "@/lib/wire";

import { useEndAllSessions, useEndSession } from "../api";

function EndButton({ session, name }: { session: SessionEntry; name: string }) {
  const end = useEndSession(session);
  return (
    <>
      <Button
        tone="stop"
        size="small"
        busy={end.isPending}
        aria-label={`End the session of ${name} at ${session.address}`}
        onClick={() => {
          end.mutate();
        }}
      >
        End
      </Button>
      {end.isError && (
        <p role="alert" className="w-full text-small text-bad">
          Not ended: {reasonOf(end.error)}.
        </p>
      )}
    </>
  );
}

function Row({ session }: { session: SessionEntry }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  const name = browserName(session.user_agent);
  const age = formatAge(session.last_seen_at, minute);
  return (
    <li data-session-id={session.session_id} className={itemClass}>
      <span aria-hidden className="grid size-7 flex-none place-items-center rounded-md bg-track text-fg-2">
        <Globe className="size-4" strokeWidth={1.75} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium" title={session.user_agent}>
            {name}
          </span>
          {session.is_this && <Tag>This one</Tag>}
        </p>
        <p className="text-small text-fg-3">
          <span className="font-mono">{session.address}</span>,{" "}
          <time title={formatMoment(session.last_seen_at, zone)}>
            {age === "just now" ? "seen just now" : `seen ${age} ago`}
          </time>
          , signed in{" "}
          <time title={formatMoment(session.created_at, zone)}>{formatShort(session.created_at, minute, zone)}</time>
        </p>
      </div>
      {!session.is_this && <EndButton session={session} name={name} />}
    </li>
  );
}

function EndAllDialog({ onClose }: { onClose: () => void }) {
  return (
    <ConfirmDialog
      title="End everything but this session?"
      keep="Keep them"
      act="End all"
      refused="Not ended"
      mutation={useEndAllSessions()}
      onClose={onClose}
    >
      <p>
        You are signed out everywhere else, and all of your desktops lose their access, at once. What they have not
        handed over yet waits on them until they are paired again.
      </p>
    </ConfirmDialog>
  );
}

/** Where the operator is signed in. */
export function SessionCard() {
  const sessions = useQuery(sessionsQuery);
  const [isAsking, setAsking] = useState(false);
  return (
    <Card
      title="Where you are signed in"
      actions={
        <Button
          tone="stop"
          size="small"
          onClick={() => {
            setAsking(true);
          }}
        >
          End all others
        </Button>
      }
    >
      <div className="mt-2 border-t border-line">
        <QueryList query={sessions} loading="Loading your sessions" failed="Your sessions were not loaded" empty={null}>
          {(session) => <Row key={session.session_id} session={session} />}
        </QueryList>
      </div>
      {isAsking && (
        <EndAllDialog
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </Card>
  );
}
