import { useQuery } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { useState } from "react";

import { ProviderButtons } from "@/components/provider-buttons";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { itemClass } from "@/components/ui/item";
import { QueryList } from "@/components/ui/query-list";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { providerAccountsQuery, providersQuery, useUnlink } from "@/lib/providers";
import { formatMoment, formatShort } from "@/lib/time";
import type { ProviderAccount } from "@/lib/wire";

function UnlinkDialog({ account, name, onClose }: { account: ProviderAccount; name: string; onClose: () => void }) {
  return (
    <ConfirmDialog
      title={`Unlink ${name}?`}
      keep="Keep it"
      act="Unlink"
      refused="Not unlinked"
      mutation={useUnlink(account)}
      onClose={onClose}
    >
      <p>It signs you in no longer. Your last way in stays.</p>
    </ConfirmDialog>
  );
}

/** The provider as a person knows it: "accounts.google.com". */
function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}

function Row({ account }: { account: ProviderAccount }) {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  const [isAsking, setAsking] = useState(false);
  const name = account.email ?? account.subject;
  return (
    <li className={itemClass}>
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={name}>
          {name}
        </p>
        <p className="text-small text-fg-3">
          {hostOf(account.issuer)}, last used{" "}
          <time title={formatMoment(account.last_used_at, zone)}>
            {formatShort(account.last_used_at, minute, zone)}
          </time>
        </p>
      </div>
      <Button
        tone="stop"
        size="small"
        aria-label={`Unlink ${name}`}
        onClick={() => {
          setAsking(true);
        }}
      >
        Unlink
      </Button>
      {isAsking && (
        <UnlinkDialog
          account={account}
          name={name}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </li>
  );
}

/** Accounts elsewhere by which the operator signs in; nothing where no provider is set up and none is linked. */
export function ProviderCard() {
  const providers = useQuery(providersQuery);
  const accounts = useQuery(providerAccountsQuery);
  if (!providers.data?.items.length && !accounts.data?.items.length) return null;
  return (
    <Card title="Linked accounts">
      <div className="mt-2 border-t border-line">
        <QueryList
          query={accounts}
          loading="Loading your linked accounts"
          failed="Your linked accounts were not loaded"
          empty={
            <EmptyState icon={Link2} title="No account is linked">
              <p>A linked one signs you in without a password.</p>
            </EmptyState>
          }
        >
          {(account) => <Row key={`${account.issuer} ${account.subject}`} account={account} />}
        </QueryList>
      </div>
      <div className="border-t border-line px-4 py-3">
        <ProviderButtons verb="Link" refused="Not linked" errand={{ kind: "link" }} />
      </div>
    </Card>
  );
}
