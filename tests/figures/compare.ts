// Holds every figure that the server tells of a world against the naive one. Nothing is thrown: all differences are told.

import { isDeepStrictEqual } from "node:util";

import type { Client, Schemas } from "../integration/client.ts";
import { Naive, quarterOf } from "./naive.ts";
import { readRaw } from "./raw.ts";
import type { World } from "./world.ts";

const attemptsMax = 5;
const dayMs = 86_400_000;
const quarterMs = 15 * 60_000;
const activityEntries = 30;

type Fields = Readonly<Record<string, unknown>>;

class Differences {
  readonly found: string[] = [];

  hold(what: string, told: unknown, naive: unknown): void {
    if (isDeepStrictEqual(told, naive)) return;
    this.found.push(`${what}: told ${JSON.stringify(told)}, but it is ${JSON.stringify(naive)}`);
  }

  /** Two lists, entry by entry, so that what differs is seen. */
  holdList(what: string, told: readonly unknown[], naive: readonly unknown[]): void {
    this.hold(`${what}: entries`, told.length, naive.length);
    for (let index = 0; index < Math.min(told.length, naive.length); index += 1) {
      if (isDeepStrictEqual(told[index], naive[index])) continue;
      this.hold(`${what}, entry ${String(index)}`, told[index], naive[index]);
      return;
    }
  }
}

async function walk(page: Client, list: string, query: string): Promise<{ items: Fields[]; totals: number[] }> {
  const items: Fields[] = [];
  const totals: number[] = [];
  let after = "";
  for (;;) {
    const path = `/api/v1/${list}?limit=200${query}${after}`;
    const part = await page.expect<{ items: Fields[]; next: string | null; total?: number }>(200, "GET", path);
    items.push(...part.items);
    if (part.total !== undefined) totals.push(part.total);
    if (part.next === null) return { items, totals };
    after = `&after=${part.next}`;
  }
}

const byText = (left: unknown, right: unknown): number =>
  typeof left === "number" && typeof right === "number"
    ? left - right
    : String(left) < String(right)
      ? -1
      : String(left) > String(right)
        ? 1
        : 0;

/** The same in the order of a field, and of one value in that of another. */
function sorted(items: readonly Fields[], field: string, second: string, isDown = false): Fields[] {
  const up = [...items].sort(
    (left, right) => byText(left[field] ?? 0, right[field] ?? 0) || byText(left[second], right[second]),
  );
  return isDown ? up.reverse() : up;
}

async function compareHome(world: World, naive: Naive, differences: Differences): Promise<void> {
  const before = Date.now();
  const told = await world.page("Dora").expect<Schemas["Home"]>(200, "GET", "/api/v1/home");
  const ends = [quarterOf(before) + quarterMs, quarterOf(Date.now()) + quarterMs];
  const { from, until, ...counts } = told.window;
  differences.hold("home: the window ends with the running quarter", ends.includes(until), true);
  differences.hold("home: the window's beginning", from, until - 30 * dayMs);
  differences.hold("home: the last 30 days", counts, naive.window(from, until));
  differences.hold("home: totals", told.totals, naive.totals());
  differences.holdList("home: activity", told.activity, naive.log(() => true).slice(0, activityEntries));
  const mine = naive.raw.devices.filter(({ operator, revoked }) => operator === world.id("Dora") && revoked === null);
  differences.hold("home: desktops of one's own", told.devices, mine.length);
}

async function compareLogs(world: World, naive: Naive, differences: Differences): Promise<void> {
  const page = world.page("Chiara");
  const all = naive.log(() => true);
  const hold = async (what: string, query: string, keeps: (entry: Fields) => boolean, isUp = false): Promise<void> => {
    const { items } = await walk(page, "logs", query);
    const kept = all.filter(keeps);
    differences.holdList(`log ${what}`, items, isUp ? kept.reverse() : kept);
  };
  await hold("", "", () => true);
  await hold("oldest first", "&order=oldest", () => true, true);
  const { events } = naive.raw;
  const middle = events[Math.floor(events.length / 2)];
  if (middle === undefined) return;
  const from = Math.max(1, middle.at);
  const until = from + 40 * dayMs;
  const isWithin = ({ created_at }: Fields): boolean => Number(created_at) >= from && Number(created_at) < until;
  await hold("of a time", `&from=${String(from)}&until=${String(until)}`, isWithin);
  for (const { operator } of [middle, ...events.slice(-1)]) {
    const query = `&opr_id=${operator}&event_type=Outreach`;
    await hold(
      "of an operator's messages",
      query,
      (entry) => entry["opr_id"] === operator && entry["event_type"] === "Outreach",
    );
    const ofTime = `&opr_id=${operator}&from=${String(from)}&until=${String(until)}`;
    await hold("of an operator and a time", ofTime, (entry) => entry["opr_id"] === operator && isWithin(entry));
  }
  const busy = events.find(({ actor, target }) => actor !== null && target !== null);
  if (busy?.actor == null || busy.target === null) return;
  await hold("of an actor", `&act_id=${busy.actor}`, (entry) => entry["act_id"] === busy.actor);
  await hold("of a target", `&tar_id=${busy.target}`, (entry) => entry["tar_id"] === busy.target);
}

async function compareLeads(world: World, naive: Naive, differences: Differences): Promise<void> {
  const page = world.page("Vera");
  const all = naive.leads();
  const hold = async (what: string, query: string, keeps: (lead: Fields) => boolean): Promise<void> => {
    const { items, totals } = await walk(page, "leads", query);
    const kept = sorted(all.filter(keeps), "last_updated", "tar_id", true);
    differences.holdList(`leads ${what}`, items, kept);
    differences.hold(`leads ${what}: totals`, [...new Set(totals)], [all.length]);
  };
  await hold("", "", () => true);
  for (const status of ["Cold No Reply", "Replied,Warm", "Excluded"]) {
    const wanted = status.split(",");
    const query = `&tar_status=${encodeURIComponent(status)}`;
    await hold(status, query, ({ tar_status }) => wanted.includes(String(tar_status)));
  }
  await hold("with an address", "&email_state=Found", ({ email_state }) => email_state === "Found");
  const first = all.find((lead) => lead["first_contacted"] !== undefined);
  if (first !== undefined) {
    const [operator, actor, from] = [first["first_opr_id"], first["first_act_id"], Number(first["first_contacted"])];
    await hold("of an operator", `&first_opr_id=${String(operator)}`, (lead) => lead["first_opr_id"] === operator);
    await hold("of an actor", `&first_act_id=${String(actor)}`, (lead) => lead["first_act_id"] === actor);
    if (from > 0) {
      const query = `&contacted_from=${String(from)}&contacted_until=${String(from + 20 * dayMs)}`;
      const isWithin = (time: unknown): boolean => Number(time) >= from && Number(time) < from + 20 * dayMs;
      await hold("of a time", query, (lead) => isWithin(lead["first_contacted"]));
    }
  }
  const { items } = await walk(page, "leads", "&order=contacted_oldest");
  differences.holdList("leads by first contact", items, sorted(all, "first_contacted", "tar_id"));
}

async function compareTeam(world: World, naive: Naive, differences: Differences): Promise<void> {
  const page = world.page("Vera");
  const actors = await walk(page, "actors", "");
  const entries = naive.raw.actors.map((actor) => naive.actorEntry(actor));
  differences.holdList("actors", sorted(actors.items, "act_id", "act_id"), sorted(entries, "act_id", "act_id"));
  differences.hold("actors: total", actors.totals, [entries.length]);
  const active = (await walk(page, "actors", "&act_status=Active&order=active_newest")).items;
  const live = entries.filter(({ act_status }) => act_status === "Active");
  differences.holdList("active actors", active, sorted(live, "last_activity", "act_id", true));
  const operators = await walk(page, "operators", "");
  differences.hold("operators: total", operators.totals, [naive.raw.operators.length]);
  const people = naive.raw.operators.map((one) => ({
    opr_id: one.id,
    opr_name: one.name,
    opr_email: one.email,
    role: one.role,
    time_zone: one.zone,
    created_at: one.created,
    disabled_at: one.disabled,
  }));
  // Whether they are online is the moment's, and so is when they were heard of last.
  const told = operators.items.map((one) =>
    Object.fromEntries(Object.entries(one).filter(([field]) => field !== "opr_status" && field !== "last_activity")),
  );
  differences.holdList("operators", sorted(told, "opr_id", "opr_id"), sorted(people, "opr_id", "opr_id"));
}

/** The roll-ups' tables themselves: what every figure of a window is read from. */
async function compareRollups(world: World, naive: Naive, differences: Differences): Promise<void> {
  const figures = "events, messages, contacted, answered, replied, warm, booked, paid";
  const lines = (rows: readonly Fields[]): string[] => rows.map((row) => Object.values(row).join(" ")).sort();
  const quarters = await world.rows(`SELECT quarter, opr_id, act_id, ${figures} FROM rollup_quarters`);
  differences.holdList("rollup_quarters", lines(quarters), naive.quarters());
  const days = await world.rows(`SELECT day, opr_id, act_id, ${figures} FROM rollup_days`);
  differences.holdList("rollup_days", lines(days), naive.days());
  const reaches = await world.rows("SELECT tar_id, milestone, reached_at, opr_id, act_id, elg_id FROM first_reaches");
  const kept = reaches
    .map(({ tar_id, milestone, reached_at, opr_id, act_id, elg_id }) =>
      [tar_id, milestone, reached_at, opr_id, act_id ?? "-", elg_id].map((value) => JSON.stringify(value)).join(" "),
    )
    .sort();
  const naively = naive
    .reaches()
    .map(({ target, milestone, event }) =>
      [target, milestone, event.at, event.operator, event.actor ?? "-", event.id]
        .map((value) => JSON.stringify(value))
        .join(" "),
    )
    .sort();
  differences.holdList("first_reaches", kept, naively);
}

async function compareOnce(world: World): Promise<Compared> {
  const naive = new Naive(await readRaw(world), world.isSample);
  const differences = new Differences();
  await compareHome(world, naive, differences);
  await compareLogs(world, naive, differences);
  await compareLeads(world, naive, differences);
  await compareTeam(world, naive, differences);
  await compareRollups(world, naive, differences);
  return { differences: differences.found, naive };
}

export interface Compared {
  readonly differences: readonly string[];
  readonly naive: Naive;
}

/** Everything that differs, in words. The reads are a moment's: when the server told the log of something meanwhile (a goal that
 * was reached), all is read again. */
export async function compare(world: World): Promise<Compared> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const compared = await compareOnce(world);
    const [row] = await world.rows("SELECT COUNT(*) AS events FROM event_logs");
    if (Number(row?.["events"]) === compared.naive.raw.events.length) return compared;
  }
  throw new Error(`Something happened during each of ${String(attemptsMax)} comparisons.`);
}
