import { getRouteApi } from "@tanstack/react-router";

import { DeviceList } from "@/components/device-list";
import { Page } from "@/components/page";
import { ProviderRefusal } from "@/components/provider-refusal";
import { Card } from "@/components/ui/card";

import { PasswordCard } from "./components/password-card";
import { ProviderCard } from "./components/provider-card";
import { SessionCard } from "./components/session-card";
import { TokenCard } from "./components/token-card";

const route = getRouteApi("/shell/account");

export default function AccountPage() {
  const { provider } = route.useSearch();
  return (
    <Page title="Your account">
      <ProviderRefusal
        provider={provider}
        title="Nothing was changed"
        refused="The provider's answer did not show that the account there is yours to use here."
      />
      <div className="grid grid-cols-[minmax(0,5fr)_minmax(0,7fr)] items-start gap-4 max-lg:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          <PasswordCard />
          <ProviderCard />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <SessionCard />
          <Card title="Your desktops">
            <div className="mt-2 border-t border-line">
              <DeviceList />
            </div>
          </Card>
          <TokenCard />
        </div>
      </div>
    </Page>
  );
}
