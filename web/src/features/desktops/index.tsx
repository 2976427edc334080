import { getRouteApi } from "@tanstack/react-router";

import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";

import { CodeEntry } from "./components/code-form";
import { DeviceList } from "./components/device-list";
import { PairingApproval } from "./components/pairing-approval";

const route = getRouteApi("/shell/pair");

export default function DesktopsPage() {
  const { code } = route.useSearch();
  const navigate = route.useNavigate();
  const setCode = (next?: string) => void navigate({ search: next === undefined ? {} : { code: next } });
  return (
    <Page title="Desktops">
      <div className="grid grid-cols-[minmax(0,5fr)_minmax(0,7fr)] items-start gap-4 max-lg:grid-cols-1">
        <Card title={code === undefined ? "Pair a desktop" : "Approve this desktop"}>
          <div className="px-4 pt-3 pb-4">
            {code === undefined ? (
              <CodeEntry onCode={setCode} />
            ) : (
              <PairingApproval
                key={code}
                code={code}
                onDone={() => {
                  setCode();
                }}
              />
            )}
          </div>
        </Card>
        <Card title="Your desktops">
          <div className="mt-2 border-t border-line">
            <DeviceList />
          </div>
        </Card>
      </div>
    </Page>
  );
}
