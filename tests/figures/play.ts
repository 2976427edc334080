// Plays a world from a seed: what a team does over months, received in whatever order, through the server's own API.

import type { Schemas } from "../integration/client.ts";
import { changesOfClocks } from "./calendar.ts";
import { Draw } from "./draw.ts";
import { contact, exclusion, message, status, type Name, type World } from "./world.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const quarterMs = 15 * minuteMs;

/** Zones whose clocks do what a program may not expect: half hours of summer time, quarters, changes at midnight, a Ramadan. */
export const oddZones = [
  "Europe/Berlin",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Africa/Casablanca",
  "America/Santiago",
  "Asia/Beirut",
  "Pacific/Apia",
  "UTC",
] as const;

const statuses = ["Cold No Reply", "Replied", "Warm", "Booked", "Paid", "Tableturnerr Client"] as const;
const openers = [
  "Hi! Love your work.",
  "hi!  love your work.",
  "Hi Ana, love your work!",
  "Hi @bela_1, love your 2 works. https://example.com/x",
  "Hello, do you take bookings?",
  "Olá 🚀, tudo bem?",
  "x".repeat(300),
  null,
] as const;

/** What was pushed, and what the server said of it. */
export interface Pushed {
  readonly desktop: string;
  readonly operation: Schemas["Operation"];
  readonly result: Schemas["OperationResult"];
}

/** Edges that times are drawn about: clocks that change, new years, the ends of quarters and of the last thirty days. */
function edgesOf(draw: Draw, now: number): number[] {
  const zone = draw.one(oddZones);
  const clocks = changesOfClocks(zone, now - 700 * dayMs, now);
  const quarter = Math.floor(now / quarterMs) * quarterMs;
  return [
    ...draw.shuffled(clocks).slice(0, 2),
    Date.UTC(2026, 0, 1),
    now - 30 * dayMs,
    quarter - 30 * dayMs,
    quarter + quarterMs - 30 * dayMs,
    quarter - draw.whole(0, 40) * dayMs,
  ];
}

function timeNear(draw: Draw, edges: readonly number[], now: number): number {
  const edge = draw.one(edges);
  const near = [0, -1, 1, -quarterMs, quarterMs - 1, 60 * minuteMs, -dayMs, draw.whole(-3 * dayMs, 3 * dayMs)];
  const drawn = draw.happens(60) ? edge + draw.one(near) : now - draw.whole(0, 60 * dayMs);
  // A clock that is ahead is bounded by the server.
  return drawn > now && !draw.happens(20) ? now - draw.whole(0, dayMs) : drawn;
}

function operationAt(
  draw: Draw,
  targets: readonly string[],
  actors: readonly string[],
  at: number,
): Schemas["Operation"] {
  const said = { target: draw.one(targets), at, counter: draw.whole(0, 3) };
  const as = draw.one(actors);
  const kind = draw.whole(1, 100);
  if (kind <= 55) return message({ ...said, as, text: draw.one(openers) });
  const edit = draw.happens(50) ? { ...said, as } : said;
  if (kind <= 78) return status(edit, draw.one(statuses));
  if (kind <= 90) {
    const field = draw.one(["notes", "email", "phone_num", "cont_source"] as const);
    const value = draw.happens(60) ? `${field} ${String(draw.whole(1, 9))}` : null;
    return contact(edit, field, value, draw.one(["Not Searched", "Not Found"]));
  }
  return exclusion(edit, draw.happens(55) ? "exclude" : "lift");
}

/** What people do in the Command Center; a refusal is as good as a deed. */
async function deed(draw: Draw, world: World): Promise<void> {
  const anna = world.page("Anna");
  // In an order of names: ids are the server's own chance.
  const path = "/api/v1/leads?order=handle_ascending&limit=200";
  const leads = (await anna.expect<Schemas["LeadPage"]>(200, "GET", path)).items;
  const { items } = await anna.expect<Schemas["ActorPage"]>(200, "GET", "/api/v1/actors?limit=200");
  const named = (actor: Schemas["ActorEntry"]): string => `${actor.act_username} ${actor.opr_name}`;
  const actors = items.sort((left, right) => (named(left) < named(right) ? -1 : 1));
  if (leads.length === 0 || actors.length === 0) return;
  const lead = draw.one(leads);
  switch (draw.whole(1, 5)) {
    case 1: {
      const json = { tar_username: `renamed.${String(draw.whole(1, 20))}` };
      await anna.call("POST", `/api/v1/targets/${lead.tar_id}/rename`, { json });
      return;
    }
    case 2: {
      await anna.call("POST", `/api/v1/targets/${lead.tar_id}/merge`, {
        json: { merged_into: draw.one(leads).tar_id },
      });
      return;
    }
    case 3: {
      const json = { opr_id: world.id(draw.one(["Anna", "Bela", "Chiara", "Dora"] as const)) };
      await world.page("Bela").call("POST", `/api/v1/actors/${draw.one(actors).act_id}/transfer`, { json });
      return;
    }
    case 4: {
      const all = `/api/v1/targets/${lead.tar_id}/history?limit=200`;
      const history = (await anna.expect<Schemas["HistoryPage"]>(200, "GET", all)).items;
      const choices = history.flatMap(({ entry, changes }) =>
        changes.map(({ field }) => ({ elg_id: entry.elg_id, field })),
      );
      if (choices.length === 0) return;
      await anna.call("POST", `/api/v1/targets/${lead.tar_id}/fields/restore`, { json: draw.one(choices) });
      return;
    }
    default: {
      const role: Schemas["Role"] = draw.one(["admin", "viewer", "operator"]);
      const whom: Name = draw.one(["Bela", "Vera"]);
      await anna.call("PUT", `/api/v1/operators/${world.id(whom)}/role`, { json: { role } });
      if (whom === "Bela") {
        await anna.call("PUT", `/api/v1/operators/${world.id(whom)}/role`, { json: { role: "admin" } });
      }
    }
  }
}

/** Plays `count` operations. What is given back is everything that was pushed, each rerun too. */
export async function play(world: World, seed: number, count: number): Promise<readonly Pushed[]> {
  const draw = new Draw(seed);
  const now = Date.now();
  const edges = edgesOf(draw, now);
  const targets = Array.from({ length: draw.whole(2, Math.max(3, count / 6)) }, (_, index) => `lead.${String(index)}`);
  const actors = Array.from({ length: draw.whole(1, 4) }, (_, index) => `studio.${String(index)}`);
  const waiting = Array.from({ length: count }, () => ({
    desktop: draw.one([...world.desktops.keys()]),
    operation: operationAt(draw, targets, actors, timeNear(draw, edges, now)),
  }));
  const done: Pushed[] = [];
  let rest = waiting;
  while (rest.length > 0) {
    const size = draw.whole(1, Math.max(8, Math.floor(count / 6)));
    const batch = rest.slice(0, size);
    rest = rest.slice(size);
    for (const desktop of new Set(batch.map((entry) => entry.desktop))) {
      const reruns = done.filter((entry) => entry.desktop === desktop && draw.happens(5));
      const operations = [...batch.filter((entry) => entry.desktop === desktop), ...reruns].map(
        (entry) => entry.operation,
      );
      const results = await world.push(desktop, ...operations.slice(0, 200));
      results.forEach((result, index) => {
        const operation = operations[index];
        if (operation !== undefined) done.push({ desktop, operation, result });
      });
    }
    if (draw.happens(60)) await deed(draw, world);
  }
  return done;
}
