import { Page } from "@/components/page";
import { canInvite, canSeeEmailDomains } from "@/lib/can";
import { useOperator } from "@/lib/operator";

import { DomainCard } from "./components/domain-card";
import { InvitationCard } from "./components/invitation-card";
import { PeopleCard } from "./components/people-card";

export default function TeamPage() {
  const operator = useOperator();
  return (
    <Page title="Team">
      <PeopleCard />
      <div className="grid grid-cols-[minmax(0,7fr)_minmax(0,5fr)] items-start gap-4 max-lg:grid-cols-1">
        {canInvite(operator) && <InvitationCard />}
        {canSeeEmailDomains(operator) && <DomainCard />}
      </div>
    </Page>
  );
}
