// Which part of the analytics is looked at, as it stands in the address. Pure.

import type { AnalyticsUnit } from "./wire";

/** Whole weeks, so that a window has as many weekends as the one before it. */
export const windowDays = [7, 28, 91, 364] as const;
const DAYS_DEFAULT = 28;
const DAYS_MAX = 366;
/** Beyond as many days, and as many again, a point for each is more than can be seen. */
const DAYS_BY_DAY_MAX = 91;
const DAY_MS = 86_400_000;

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

const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

function isDay(value: unknown): value is string {
  return (
    typeof value === "string" &&
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/u.test(value) &&
    value >= "1970-01-01" &&
    !Number.isNaN(numberOf(value)) &&
    shiftDay(value, 0) === value
  );
}

/** The day so many days behind another. */
export function shiftDay(day: string, by: number): string {
  return new Date((numberOf(day) + by) * DAY_MS).toISOString().slice(0, 10);
}

/** How many days there are from one to another, both included. */
export function countDays(from: string, to: string): number {
  return numberOf(to) - numberOf(from) + 1;
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

/** The day that an instant lies on there. */
export function dayIn(at: number, zone: string): string {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone } as const;
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
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
