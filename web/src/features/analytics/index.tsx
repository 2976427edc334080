import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { type AnalyticsFilter, analyticsFilterOf, daysBefore, daysOf, unitOf } from "@/lib/analytics-filter";
import { dayIn } from "@/lib/days";
import { useMinute } from "@/lib/now";
import { useOperator } from "@/lib/operator";

import { analyticsQuery, coverageQuery, funnelQuery, openersQuery, questionOf, type RowsOf } from "./api";
import { Coverage } from "./components/coverage";
import { FiguresRow } from "./components/figures-row";
import { FilterBar } from "./components/filter-bar";
import { Funnel } from "./components/funnel";
import { Heatmap } from "./components/heatmap";
import { Leaders } from "./components/leaders";
import { Openers } from "./components/openers";
import { Panel } from "./components/panel";
import { RowsDialog } from "./components/rows-dialog";
import { Volume } from "./components/volume";
import {
  coverageTable,
  figuresTable,
  funnelTable,
  heatmapTable,
  leadersTable,
  openersTable,
  volumeTable,
} from "./tables";

const route = getRouteApi("/shell/analytics");

export default function AnalyticsPage() {
  const filter = route.useSearch();
  const navigate = useNavigate();
  const { time_zone: zone } = useOperator();
  const days = daysOf(filter, useMinute(), zone);
  const unit = unitOf(filter, days);
  const question = questionOf(filter, days, zone);
  const isCompared = filter.alone !== true;
  const analytics = useQuery(analyticsQuery(question, unit));
  const funnel = useQuery(funnelQuery(question));
  const openers = useQuery(openersQuery(question));
  const coverage = useQuery(coverageQuery(question));
  const before = useQuery({
    ...analyticsQuery(questionOf(filter, daysBefore(days), zone), unit),
    enabled: isCompared,
  });
  const [rows, setRows] = useState<RowsOf>();
  const [heat, setHeat] = useState<"messages" | "rate">("rate");
  const change = (changed: Partial<Record<keyof AnalyticsFilter, unknown>>) => {
    void navigate({ to: "/analytics", search: analyticsFilterOf({ ...filter, ...changed }), resetScroll: false });
  };
  const range = `${days.from} to ${days.to}`;
  const operatorName = analytics.data?.operators.find(({ opr_id }) => opr_id === filter.opr_id)?.opr_name;
  return (
    <Page title="Analytics">
      <FilterBar filter={filter} days={days} unit={unit} zone={zone} operatorName={operatorName} onChange={change} />
      <Panel
        title="Figures"
        query={analytics}
        height="h-24"
        table={(data) => ({ name: `figures ${range}`, rows: figuresTable(data) })}
      >
        {(data) => <FiguresRow data={data} isCompared={isCompared} onRows={setRows} />}
      </Panel>
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-4 max-lg:grid-cols-1">
        <Panel
          title="Messages"
          note={isCompared ? "dashed: the range before" : `by ${unit}`}
          query={analytics}
          height="h-64"
          table={(data) => ({ name: `messages ${range}`, rows: volumeTable(data) })}
        >
          {(data) => (
            <Volume
              data={data}
              before={isCompared ? before.data : undefined}
              by={unit}
              onBucket={(from, until, title) => {
                setRows({ title, figure: "messages", from: dayIn(from, zone), to: dayIn(until - 1, zone) });
              }}
            />
          )}
        </Panel>
        <Panel
          title="Funnel"
          note="of those first contacted in these days"
          query={funnel}
          height="h-64"
          table={(data) => ({ name: `funnel ${range}`, rows: funnelTable(data) })}
        >
          {(data) => <Funnel data={data} isCompared={isCompared} onRows={setRows} />}
        </Panel>
      </div>
      <Panel
        title={heat === "rate" ? "When people answer" : "When messages are sent"}
        note={heat === "rate" ? "reply rate by the hour of the first contact" : "messages by hour"}
        query={analytics}
        height="h-56"
        actions={
          <Button
            size="small"
            data-no-picture
            onClick={() => {
              setHeat(heat === "rate" ? "messages" : "rate");
            }}
          >
            {heat === "rate" ? "Show messages" : "Show reply rate"}
          </Button>
        }
        table={(data) => ({ name: `hours ${range}`, rows: heatmapTable(data) })}
      >
        {(data) => <Heatmap data={data} shows={heat} onRows={setRows} />}
      </Panel>
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-4 max-lg:grid-cols-1">
        <Panel
          title="Openers"
          note="first messages of nearly the same words"
          query={openers}
          height="h-48"
          table={(data) => ({ name: `openers ${range}`, rows: openersTable(data) })}
        >
          {(data) => <Openers data={data} onRows={setRows} />}
        </Panel>
        <Panel
          title="Contact data"
          note="as known by now"
          query={coverage}
          height="h-48"
          table={(data) => ({ name: `contact data ${range}`, rows: coverageTable(data) })}
        >
          {(data) => <Coverage data={data} onRows={setRows} />}
        </Panel>
      </div>
      <Panel
        title="Operators"
        query={analytics}
        height="h-48"
        table={({ operators }) => ({
          name: `operators ${range}`,
          rows: leadersTable(
            "operator",
            operators.map((one) => ({ ...one, name: one.opr_name })),
          ),
        })}
      >
        {({ operators }) => (
          <Leaders
            what="Operator"
            isCompared={isCompared}
            leaders={operators.map(({ opr_id, opr_name, figures, previous }) => ({
              key: opr_id,
              name: opr_name,
              figures,
              previous,
              onOpen: () => {
                setRows({ title: `Messages of ${opr_name}`, figure: "messages", opr_id });
              },
              onOnly:
                filter.opr_id === undefined && filter.scope === undefined
                  ? () => {
                      change({ opr_id });
                    }
                  : undefined,
            }))}
          />
        )}
      </Panel>
      <Panel
        title="Accounts"
        query={analytics}
        height="h-48"
        table={({ actors }) => ({
          name: `accounts ${range}`,
          rows: leadersTable(
            "account",
            actors.map((one) => ({ ...one, name: one.act_username })),
          ),
        })}
      >
        {({ actors }) => (
          <Leaders
            what="Account"
            isCompared={isCompared}
            leaders={actors.map(({ act_username, figures, previous }) => ({
              key: act_username,
              name: `@${act_username}`,
              figures,
              previous,
              onOpen: () => {
                setRows({ title: `Messages from @${act_username}`, figure: "messages", act_username });
              },
              onOnly:
                filter.act_username === undefined
                  ? () => {
                      change({ act_username });
                    }
                  : undefined,
            }))}
          />
        )}
      </Panel>
      {rows !== undefined && (
        <RowsDialog
          question={question}
          rows={rows}
          onClose={() => {
            setRows(undefined);
          }}
        />
      )}
    </Page>
  );
}
