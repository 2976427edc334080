import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { AnalyticsFilter, Days } from "@/lib/analytics-filter";
import { call } from "@/lib/api";
import { countedKey } from "@/lib/feed";
import type { AnalyticsUnit, ContactState, Figure, FunnelStatus } from "@/lib/wire";

const ROWS_PAGE = 50;

/** What every part is asked; a type, as a query of an address is. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type Question = {
  from: string;
  to: string;
  time_zone: string;
  scope?: "mine";
  opr_id?: string;
  act_username?: string;
};

export function questionOf({ scope, opr_id, act_username }: AnalyticsFilter, days: Days, zone: string): Question {
  return {
    from: days.from,
    to: days.to,
    time_zone: zone,
    ...(scope === undefined ? {} : { scope }),
    ...(opr_id === undefined ? {} : { opr_id }),
    ...(act_username === undefined ? {} : { act_username }),
  };
}

export function analyticsQuery(question: Question, by: AnalyticsUnit) {
  return queryOptions({
    queryKey: [countedKey, "analytics", question, by],
    queryFn: ({ signal }) => call("get", "/api/v1/analytics", { query: { ...question, by }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function funnelQuery(question: Question) {
  return queryOptions({
    queryKey: [countedKey, "funnel", question],
    queryFn: ({ signal }) => call("get", "/api/v1/analytics/funnel", { query: question, signal }),
    placeholderData: keepPreviousData,
  });
}

export function openersQuery(question: Question) {
  return queryOptions({
    queryKey: [countedKey, "openers", question],
    queryFn: ({ signal }) => call("get", "/api/v1/analytics/openers", { query: question, signal }),
    placeholderData: keepPreviousData,
  });
}

export function coverageQuery(question: Question) {
  return queryOptions({
    queryKey: [countedKey, "coverage", question],
    queryFn: ({ signal }) => call("get", "/api/v1/analytics/coverage", { query: question, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Which rows of a figure; the days may be others than the page's. */
export interface RowsOf {
  title: string;
  figure: Figure;
  from?: string;
  to?: string;
  opr_id?: string;
  act_username?: string;
  hour_of_week?: number;
  opener?: string;
  stage?: FunnelStatus;
  email_state?: ContactState;
  phone_num_state?: ContactState;
}

export function rowsQuery(question: Question, rows: RowsOf) {
  // Somebody's rows are not asked for together with one's own.
  const isAsked = ([name]: [string, string | number]) =>
    name !== "title" && (name !== "scope" || rows.opr_id === undefined);
  const asked = Object.fromEntries(Object.entries<string | number>({ ...question, ...rows }).filter(isAsked));
  return infiniteQueryOptions({
    queryKey: ["analytics-rows", asked],
    queryFn: ({ signal, pageParam }) =>
      call("get", "/api/v1/analytics/rows", {
        query: { ...asked, limit: ROWS_PAGE, ...(pageParam === "" ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
