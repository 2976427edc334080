import { DeviceList } from "@/components/device-list";
import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";

import { PasswordCard } from "./components/password-card";
import { ProviderCard } from "./components/provider-card";
import { SessionCard } from "./components/session-card";
import { TokenCard } from "./components/token-card";

export default function AccountPage() {
  return (
    <Page title="Your account">
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
