import { useQuery } from "@tanstack/react-query";
import { Mail } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { itemClass } from "@/components/ui/item";
import { QueryList } from "@/components/ui/query-list";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { roleWords } from "@/lib/role";
import { formatMoment, formatShort } from "@/lib/time";
import type { Invitation } from "@/lib/wire";

import { invitationsQuery, useRevokeInvitation } from "../api";
import { InviteDialog } from "./invite-dialog";

function RevokeDialog({ invitation, name, onClose }: { invitation: Invitation; name: string; onClose: () => void }) {
  return (
    <ConfirmDialog
      title={`Take the invitation for ${name} back?`}
      keep="Keep it"
      act="Take back"
      refused="Not taken back"
      mutation={useRevokeInvitation(invitation)}
      onClose={onClose}
    >
      <p>Its link opens nothing any more.</p>
    </ConfirmDialog>
  );
}

function Row({ invitation }: { invitation: Invitation }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  const [isAsking, setAsking] = useState(false);
  const name = invitation.opr_email === "" ? "whoever holds the link" : invitation.opr_email;
  return (
    <li data-invitation-id={invitation.invitation_id} className={itemClass}>
      <span aria-hidden className="grid size-7 flex-none place-items-center rounded-md bg-track text-fg-2">
        <Mail className="size-4" strokeWidth={1.75} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={name}>
          {invitation.opr_email === "" ? "Whoever holds the link" : name}
        </p>
        <p className="text-small text-fg-3">
          {roleWords[invitation.role].name}
          {invitation.invited_by_name !== undefined && `, invited by ${invitation.invited_by_name}`}, ends{" "}
          <time title={formatMoment(invitation.expires_at, zone)}>
            {formatShort(invitation.expires_at, minute, zone)}
          </time>
        </p>
      </div>
      <Button
        tone="stop"
        size="small"
        aria-label={`Take back the invitation for ${name}`}
        onClick={() => {
          setAsking(true);
        }}
      >
        Take back
      </Button>
      {isAsking && (
        <RevokeDialog
          invitation={invitation}
          name={name}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </li>
  );
}

/** Invitations that wait to be used. */
export function InvitationCard() {
  const invitations = useQuery(invitationsQuery);
  const [isInviting, setInviting] = useState(false);
  return (
    <Card
      title="Invitations"
      actions={
        <Button
          size="small"
          tone="primary"
          onClick={() => {
            setInviting(true);
          }}
        >
          Invite somebody
        </Button>
      }
    >
      <div className="mt-2 border-t border-line">
        <QueryList
          query={invitations}
          loading="Loading the invitations"
          failed="The invitations were not loaded"
          empty={
            <EmptyState icon={Mail} title="No invitation waits">
              <p>An invitation is a link that lets one person join, once, within a week.</p>
            </EmptyState>
          }
        >
          {(invitation) => <Row key={invitation.invitation_id} invitation={invitation} />}
        </QueryList>
      </div>
      {isInviting && (
        <InviteDialog
          onClose={() => {
            setInviting(false);
          }}
        />
      )}
    </Card>
  );
}
