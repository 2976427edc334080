import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { itemClass } from "@/components/ui/item";
import { QueryList } from "@/components/ui/query-list";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatAge, formatMoment, formatShort } from "@/lib/time";
import type { Token } from "@/lib/wire";

import { tokensQuery, useRevokeToken } from "../api";
import { scopeWords } from "../schema";
import { TokenDialog } from "./token-dialog";

function RevokeDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  return (
    <ConfirmDialog
      title={`Revoke ${token.token_name}?`}
      keep="Keep it"
      act="Revoke token"
      refused="Not revoked"
      mutation={useRevokeToken(token)}
      onClose={onClose}
    >
      <p>Programs that use it are refused at once. What they have done stays.</p>
    </ConfirmDialog>
  );
}

function usedWords(token: Token, now: number): string {
  if (token.last_used_at === null) return "Never used";
  const age = formatAge(token.last_used_at, now);
  return age === "just now" ? "Used just now" : `Used ${age} ago`;
}

function Row({ token }: { token: Token }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  const [isAsking, setAsking] = useState(false);
  return (
    <li data-token-id={token.token_id} className={itemClass}>
      <span aria-hidden className="grid size-7 flex-none place-items-center rounded-md bg-track text-fg-2">
        <KeyRound className="size-4" strokeWidth={1.75} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={token.token_name}>
          {token.token_name}
        </p>
        <p className="text-small text-fg-3">
          {token.scopes.map((scope) => scopeWords[scope]).join(", ")}. {usedWords(token, minute)}, ends{" "}
          <time title={formatMoment(token.expires_at, zone)}>{formatShort(token.expires_at, minute, zone)}</time>
        </p>
      </div>
      <Button
        tone="stop"
        size="small"
        aria-label={`Revoke ${token.token_name}`}
        onClick={() => {
          setAsking(true);
        }}
      >
        Revoke
      </Button>
      {isAsking && (
        <RevokeDialog
          token={token}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </li>
  );
}

/** The operator's tokens for other programs. */
export function TokenCard() {
  const tokens = useQuery(tokensQuery);
  const [isMaking, setMaking] = useState(false);
  return (
    <Card
      title="API tokens"
      actions={
        <Button
          size="small"
          onClick={() => {
            setMaking(true);
          }}
        >
          Make token
        </Button>
      }
    >
      <div className="mt-2 border-t border-line">
        <QueryList
          query={tokens}
          loading="Loading your tokens"
          failed="Your tokens were not loaded"
          empty={
            <EmptyState icon={KeyRound} title="You have no token">
              <p>With one, another program may do a part of what you may, until a day that you choose.</p>
            </EmptyState>
          }
        >
          {(token) => <Row key={token.token_id} token={token} />}
        </QueryList>
      </div>
      {isMaking && (
        <TokenDialog
          onClose={() => {
            setMaking(false);
          }}
        />
      )}
    </Card>
  );
}
