// Which part of the log is looked at, as it stands in the address. Pure.

import { type EventType, eventTypes, limits } from "@contract/contract";

import { isDay, shiftDay, startOfDay } from "./days";

export interface LogFilter {
  /** Found in the target's handle or in the message. */
  search?: string;
  opr_id?: string;
  act_id?: string;
  tar_id?: string;
  event_type?: EventType;
  /** Days, both included; one alone has no other end. */
  from?: string;
  to?: string;
}

function isId(value: unknown, prefix: string): value is string {
  return typeof value === "string" && value.length <= 32 && new RegExp(`^${prefix}-\\w+$`, "u").test(value);
}

/** What of an address is a filter; the rest of it is passed over. */
export function logFilterOf(given: Record<string, unknown>): LogFilter {
  const { opr_id, act_id, tar_id, event_type, from, to } = given;
  const search =
    typeof given["search"] === "string" || typeof given["search"] === "number" ? String(given["search"]) : "";
  const filter: LogFilter = {};
  if (search !== "" && search.length <= limits.searchCharactersMax) filter.search = search;
  if (isId(opr_id, "OPR")) filter.opr_id = opr_id;
  if (isId(act_id, "ACT")) filter.act_id = act_id;
  if (isId(tar_id, "TAR")) filter.tar_id = tar_id;
  if (eventTypes.some((known) => known === event_type)) filter.event_type = event_type as EventType;
  if (isDay(from)) filter.from = from;
  if (isDay(to) && (filter.from === undefined || filter.from <= to)) filter.to = to;
  return filter;
}

/** A term that is too short to be looked for is none yet. */
export function isAsked(filter: LogFilter): boolean {
  const { search, ...rest } = filter;
  return Object.keys(rest).length > 0 || isTerm(search);
}

const isTerm = (search: string | undefined): search is string =>
  search !== undefined && Array.from(search).length >= limits.searchCharactersMin;

/** What the server is asked. */
export function logQuestionOf(filter: LogFilter, zone: string): Record<string, string | number> {
  const { from, to, search, ...rest } = filter;
  return {
    ...rest,
    ...(isTerm(search) ? { search } : {}),
    ...(from === undefined ? {} : { from: Math.max(1, startOfDay(from, zone)) }),
    ...(to === undefined ? {} : { until: startOfDay(shiftDay(to, 1), zone) }),
  };
}
