// Which part of the analytics is looked at, as it stands in the address. Pure.

import { countDays, dayIn, isDay, shiftDay } from "./days";
import type { AnalyticsUnit } from "./wire";

/** Whole weeks, so that a window has as many weekends as the one before it. */
export const windowDays = [7, 28, 91, 364] as const;
const DAYS_DEFAULT = 28;
const DAYS_MAX = 366;
/** Beyond as many days, and as many again, a point for each is more than can be seen. */
const DAYS_BY_DAY_MAX = 91;

export const units = ["day", "week", "month"] as const satisfies readonly AnalyticsUnit[];

export interface AnalyticsFilter {
  /** The last so many days, today included. */
  days?: number;
  /** Or from one day to another; both or none. */
  from?: string;
  to?: string;
  by?: AnalyticsUnit;
  scope?: "mine";
  opr_id?: string;
  act_username?: string;
  /** Without the window before. */
  alone?: true;
}

export interface Days {
  from: string;
  to: string;
  count: number;
}

/** What of an address is a filter; the rest of it is passed over. */
export function analyticsFilterOf(search: Record<string, unknown>): AnalyticsFilter {
  const { days, from, to, by, scope, opr_id, act_username, alone } = search;
  const filter: AnalyticsFilter = {};
  if (windowDays.some((known) => known === days)) filter.days = days as number;
  if (isDay(from) && isDay(to) && from <= to && countDays(from, to) <= DAYS_MAX) {
    filter.from = from;
    filter.to = to;
    delete filter.days;
  }
  if (units.some((known) => known === by)) filter.by = by as AnalyticsUnit;
  if (scope === "mine") filter.scope = scope;
  if (typeof opr_id === "string" && /^OPR-\w{8}$/u.test(opr_id) && filter.scope === undefined) filter.opr_id = opr_id;
  if (typeof act_username === "string" && /^[a-z0-9._]{1,30}$/u.test(act_username)) filter.act_username = act_username;
  if (alone === true) filter.alone = true;
  return filter;
}

export function daysOf(filter: AnalyticsFilter, now: number, zone: string): Days {
  if (filter.from !== undefined && filter.to !== undefined) {
    return { from: filter.from, to: filter.to, count: countDays(filter.from, filter.to) };
  }
  const count = filter.days ?? DAYS_DEFAULT;
  const to = dayIn(now, zone);
  return { from: shiftDay(to, 1 - count), to, count };
}

/** As many days before. */
export function daysBefore({ from, count }: Days): Days {
  return { from: shiftDay(from, -count), to: shiftDay(from, -1), count };
}

export function unitOf(filter: AnalyticsFilter, days: Days): AnalyticsUnit {
  return filter.by ?? (days.count > DAYS_BY_DAY_MAX ? "week" : "day");
}
