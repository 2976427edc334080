import { getRouteApi } from "@tanstack/react-router";

import { DeviceList } from "@/components/device-list";
import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";
import { canPairDesktop } from "@/lib/can";
import { useOperator } from "@/lib/operator";

import { CodeEntry } from "./components/code-form";
import { PairingApproval } from "./components/pairing-approval";

const route = getRouteApi("/shell/pair");

function Pairing() {
  const { code } = route.useSearch();
  const navigate = route.useNavigate();
  const setCode = (next?: string) => void navigate({ search: next === undefined ? {} : { code: next } });
  return (
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
  );
}

export default function DesktopsPage() {
  const operator = useOperator();
  return (
    <Page title="Desktops">
      <div className="grid grid-cols-[minmax(0,5fr)_minmax(0,7fr)] items-start gap-4 max-lg:grid-cols-1">
        {canPairDesktop(operator) && <Pairing />}
        <Card title="Your desktops">
          <div className="mt-2 border-t border-line">
            <DeviceList />
          </div>
        </Card>
      </div>
    </Page>
  );
}
