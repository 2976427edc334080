import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";

import { CodeEntry } from "./components/code-form";
import { DeviceList } from "./components/device-list";
import { PairingApproval } from "./components/pairing-approval";

interface DesktopsPageProps {
  /** The code in the address. */
  code: string | undefined;
  onCode: (code: string | undefined) => void;
}

export default function DesktopsPage({ code, onCode }: DesktopsPageProps) {
  return (
    <Page title="Desktops">
      <div className="grid grid-cols-[minmax(0,5fr)_minmax(0,7fr)] items-start gap-4 max-lg:grid-cols-1">
        <Card title={code === undefined ? "Pair a desktop" : "Approve this desktop"}>
          <div className="px-4 pt-3 pb-4">
            {code === undefined ? (
              <CodeEntry onCode={onCode} />
            ) : (
              <PairingApproval
                key={code}
                code={code}
                onDone={() => {
                  onCode(undefined);
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
