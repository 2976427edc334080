import { useQuery } from "@tanstack/react-query";

import { Page } from "@/components/page";
import { ProblemState } from "@/components/ui/problem-state";
import { homeQuery } from "@/lib/feed";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";
import { formatDay } from "@/lib/time";
import type { Home } from "@/lib/wire";

import { ActivityFeed, ActivitySkeleton } from "./components/activity-feed";
import { FirstSteps, SampleData } from "./components/first-steps";
import { KpiStrip } from "./components/kpi-strip";

/** Nobody was written to yet. */
function isEmpty({ totals }: Home): boolean {
  return totals.targets === 0 && totals.actors === 0;
}

function Content({ home }: { home: Home }) {
  if (!isEmpty(home)) return <ActivityFeed activity={home.activity} />;
  return (
    <div className="grid grid-cols-[minmax(0,7fr)_minmax(0,5fr)] items-start gap-4 max-lg:grid-cols-1">
      <FirstSteps devices={home.devices} />
      <div className="flex flex-col gap-4">
        <SampleData />
        <ActivityFeed activity={home.activity} />
      </div>
    </div>
  );
}

export default function HomePage() {
  const { time_zone: zone } = useOperator();
  const minute = useMinute();
  const home = useQuery(homeQuery);
  return (
    <Page title="Home" hasOwnHeading>
      <h1 className="text-page font-semibold">{formatDay(minute, minute, zone)}</h1>
      {home.isError && home.data === undefined ? (
        <div className="rounded-lg border border-line">
          <ProblemState
            title="The home page was not loaded"
            error={home.error}
            isRetrying={home.isFetching}
            onRetry={() => void home.refetch()}
          />
        </div>
      ) : (
        <>
          <KpiStrip totals={home.data?.totals} />
          {home.data ? <Content home={home.data} /> : <ActivitySkeleton />}
        </>
      )}
    </Page>
  );
}
