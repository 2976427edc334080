// Small worlds in which a figure goes wrong easily. Each is held twice: its numbers stand here, as anybody counts them, and every
// figure is what the slow computation says. At the end wrong figures are planted, to see that the comparison sees them.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Schemas } from "../integration/client.ts";
import { compare } from "./compare.ts";
import type { Naive } from "./naive.ts";
import { contact, type Engine, engineNames, exclusion, message, openEngine, status, type World } from "./world.ts";

type Counts = Partial<Schemas["Window"]>;
type Lead = Schemas["Lead"];

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const quarterMs = 15 * minuteMs;

const leads = async (world: World): Promise<readonly Lead[]> =>
  (await world.page("Anna").expect<Schemas["LeadPage"]>(200, "GET", "/api/v1/leads?limit=200")).items;
const lead = async (world: World, username: string): Promise<Lead> => {
  const found = (await leads(world)).find(({ tar_username }) => tar_username === username);
  if (found === undefined) throw new Error(`There is no lead ${username}.`);
  return found;
};

interface Small {
  readonly name: string;
  /** What happens. */
  readonly play: (world: World, now: number) => Promise<void>;
  /** The last thirty days of home. */
  readonly counts: Counts;
  readonly more?: (world: World, naive: Naive) => Promise<void>;
}

const none: Counts = { messages: 0, contacted: 0, replied: 0, warm: 0, booked: 0, paid: 0 };

const worlds: readonly Small[] = [
  {
    name: "nothing has happened",
    play: async () => {
      await Promise.resolve();
    },
    counts: none,
  },
  {
    name: "a message counts from the beginning of the window's first quarter, and not a millisecond before",
    play: async (world, now) => {
      const from = Math.floor(now / quarterMs) * quarterMs + quarterMs - 30 * dayMs;
      await world.push(
        "anna",
        message({ target: "just.before", at: from - 1 }),
        message({ target: "just.there", at: from }),
        status({ target: "just.before", at: from }, "Replied"),
        status({ target: "just.there", at: from - 1 }, "Replied"),
      );
    },
    counts: { ...none, messages: 1, contacted: 1, replied: 1 },
  },
  {
    name: "the earliest message is the first one, whoever reports it when",
    play: async (world, now) => {
      await world.push("anna", message({ target: "early", at: now - 2 * dayMs }));
      await world.push("dora-1", message({ target: "early", at: now - 40 * dayMs, as: "studio.dora" }));
    },
    counts: { ...none, messages: 1, contacted: 0 },
    more: async (world) => {
      expect(await lead(world, "early")).toMatchObject({ first_opr_name: "Dora", first_act_username: "studio.dora" });
    },
  },
  {
    name: "two messages of one millisecond have the order in which they were taken",
    play: async (world, now) => {
      const at = now - dayMs;
      await world.push("chiara", message({ target: "same", at, as: "studio.c" }));
      await world.push("anna", message({ target: "same", at, as: "studio.a" }));
    },
    counts: { ...none, messages: 2, contacted: 1 },
    more: async (world) => {
      expect(await lead(world, "same")).toMatchObject({ first_opr_name: "Chiara" });
    },
  },
  {
    name: "the same operation pushed again counts once",
    play: async (world, now) => {
      const once = message({ target: "again", at: now - dayMs });
      await world.push("anna", once, once);
      await world.push("anna", once);
    },
    counts: { ...none, messages: 1, contacted: 1 },
  },
  {
    name: "a clock that is a year ahead counts as now",
    play: async (world, now) => {
      await world.push("anna", message({ target: "ahead", at: now + 365 * dayMs }));
    },
    counts: { ...none, messages: 1, contacted: 1 },
  },
  {
    name: "a stage that is reached again, or a second time by another person, counts once",
    play: async (world, now) => {
      const said = { target: "back", at: now - 5 * dayMs };
      await world.push("anna", message(said), status({ ...said, at: said.at + 1 }, "Replied"));
      await world.push("anna", status({ ...said, at: said.at + 2 }, "Cold No Reply"));
      await world.push("dora-2", status({ ...said, at: said.at + 3 }, "Replied"));
    },
    counts: { ...none, messages: 1, contacted: 1, replied: 1 },
    more: async (_, naive) => {
      await Promise.resolve();
      const reach = naive.reaches().find(({ milestone }) => milestone === "Replied");
      expect(naive.operatorName(reach?.event.operator ?? "")).toBe("Anna");
    },
  },
  {
    name: "a stage that was leapt over is not reached",
    play: async (world, now) => {
      await world.push(
        "anna",
        message({ target: "leap", at: now - dayMs }),
        status({ target: "leap", at: now }, "Paid"),
      );
    },
    counts: { ...none, messages: 1, contacted: 1, paid: 1 },
  },
  {
    name: "a value that lost moves nobody's stage",
    play: async (world, now) => {
      await world.push("anna", message({ target: "late", at: now - 3 * dayMs }));
      await world.push("anna", status({ target: "late", at: now - dayMs }, "Warm"));
      await world.push("dora-1", status({ target: "late", at: now - 2 * dayMs }, "Booked"));
    },
    counts: { ...none, messages: 1, contacted: 1, warm: 1 },
    more: async (world) => {
      expect(await lead(world, "late")).toMatchObject({ tar_status: "Warm" });
    },
  },
  {
    name: "excluded and back has the stage that was set meanwhile, and reaches it when it is back",
    play: async (world, now) => {
      const said = { target: "out", at: now - 5 * dayMs };
      await world.push("anna", message(said), exclusion({ ...said, at: now - 4 * dayMs }, "exclude"));
      await world.push("dora-1", status({ ...said, at: now - 3 * dayMs }, "Replied"));
      await world.push("anna", message({ ...said, at: now - 2 * dayMs }));
      await world.push("anna", exclusion({ ...said, at: now - dayMs }, "lift"));
    },
    counts: { ...none, messages: 2, contacted: 1, replied: 1 },
    more: async (world) => {
      expect(await lead(world, "out")).toMatchObject({ tar_status: "Replied" });
    },
  },
  {
    name: "a handle that was excluded before anybody wrote is excluded from its first message on",
    play: async (world, now) => {
      await world.push("anna", exclusion({ target: "never", at: now - 2 * dayMs }, "exclude"));
      await world.push("chiara", message({ target: "never", at: now - dayMs }));
    },
    counts: { ...none, messages: 1, contacted: 1 },
    more: async (world) => {
      expect(await lead(world, "never")).toMatchObject({ tar_status: "Excluded" });
    },
  },
  {
    name: "messages without text are messages",
    play: async (world, now) => {
      await world.push(
        "anna",
        message({ target: "picture", at: now - 2, text: null }),
        message({ target: "picture", at: now - 1, text: "🚀".repeat(281) }),
      );
    },
    counts: { ...none, messages: 2, contacted: 1 },
  },
  {
    name: "a renamed target is one, whichever handle a desktop knows",
    play: async (world, now) => {
      await world.push("anna", message({ target: "old.name", at: now - 2 * dayMs }));
      const { tar_id } = await lead(world, "old.name");
      const json = { tar_username: "new.name" };
      await world.page("Anna").expect(200, "POST", `/api/v1/targets/${tar_id}/rename`, { json });
      await world.push("dora-1", message({ target: "old.name", at: now - dayMs }));
      await world.push("dora-2", status({ target: "new.name", at: now - dayMs }, "Replied"));
    },
    counts: { ...none, messages: 2, contacted: 1, replied: 1 },
    more: async (world) => {
      expect((await leads(world)).map(({ tar_username }) => tar_username)).toEqual(["new.name"]);
    },
  },
  {
    name: "a merged target is one lead, with the earlier first contact and the later values",
    play: async (world, now) => {
      await world.push("anna", message({ target: "twin.a", at: now - 40 * dayMs, as: "studio.a" }));
      await world.push("dora-1", message({ target: "twin.b", at: now - 2 * dayMs, as: "studio.d" }));
      await world.push("anna", status({ target: "twin.a", at: now - 3 * dayMs }, "Warm"));
      await world.push("dora-1", status({ target: "twin.b", at: now - dayMs }, "Replied"));
      await world.push("anna", contact({ target: "twin.a", at: now - dayMs }, "email", "twin@example.com"));
      const [from, into] = [await lead(world, "twin.a"), await lead(world, "twin.b")];
      const json = { merged_into: into.tar_id };
      await world.page("Anna").expect(200, "POST", `/api/v1/targets/${from.tar_id}/merge`, { json });
      await world.push("chiara", message({ target: "twin.a", at: now - 1000 }));
    },
    counts: { ...none, messages: 2, contacted: 1, replied: 1, warm: 1 },
    more: async (world) => {
      expect(await leads(world)).toHaveLength(1);
      const kept = { tar_status: "Replied", email: "twin@example.com", first_opr_name: "Anna" };
      expect(await lead(world, "twin.b")).toMatchObject(kept);
    },
  },
  {
    name: "a transferred actor leaves behind what was done with it",
    play: async (world, now) => {
      await world.push("dora-1", message({ target: "kept", at: now - 2 * dayMs, as: "studio.moves" }));
      const { items } = await world.page("Anna").expect<Schemas["ActorPage"]>(200, "GET", "/api/v1/actors");
      const json = { opr_id: world.id("Chiara") };
      const path = `/api/v1/actors/${items[0]?.act_id ?? ""}/transfer`;
      await world.page("Bela").expect(200, "POST", path, { json });
      await world.push("dora-2", message({ target: "late", at: now - dayMs, as: "studio.moves" }));
      await world.push("chiara", message({ target: "next", at: now - 1000, as: "studio.moves" }));
    },
    counts: { ...none, messages: 3, contacted: 3 },
    more: async (world, naive) => {
      const of = async (who: "Dora" | "Chiara"): Promise<number> => {
        const path = `/api/v1/logs?event_type=Outreach&opr_id=${world.id(who)}`;
        return (await world.page("Anna").expect<Schemas["LogPage"]>(200, "GET", path)).items.length;
      };
      expect([await of("Dora"), await of("Chiara")]).toEqual([2, 1]);
      expect(naive.totals().actors).toBe(2);
    },
  },
  {
    name: "what was said of somebody long ago, in an hour that the clocks showed twice, stays in its order",
    play: async (world) => {
      // Berlin's clocks went back at 01:00 UTC on 26 October 2025, Lord Howe's by half an hour on 5 April 2026 at 15:00 UTC.
      for (const [index, edge] of [Date.UTC(2025, 9, 26, 1), Date.UTC(2026, 3, 4, 15)].entries()) {
        const target = `twice.${String(index)}`;
        for (const at of [edge, edge - 1, edge + 30 * minuteMs, edge - 30 * minuteMs]) {
          await world.push("bela", message({ target, at, as: "studio.b" }));
        }
      }
    },
    counts: none,
    more: async (world) => {
      expect(await lead(world, "twice.0")).toMatchObject({ first_contacted: Date.UTC(2025, 9, 26, 0, 30) });
      expect(await lead(world, "twice.1")).toMatchObject({ first_contacted: Date.UTC(2026, 3, 4, 14, 30) });
    },
  },
];

/** Wrong figures, as a fault of the product's would leave them, and what has to be told about them. */
const plants: readonly { readonly name: string; readonly sql: string; readonly told: RegExp }[] = [
  {
    name: "a quarter of the team's roll-up",
    sql: "UPDATE rollup_quarters SET messages = messages + 1 WHERE opr_id = '-' AND messages > 0",
    told: /^home: the last 30 days: told \{"messages":4/u,
  },
  {
    name: "a quarter of an operator's roll-up",
    sql: "UPDATE rollup_quarters SET messages = messages + 1 WHERE opr_id <> '-'",
    told: /^rollup_quarters/u,
  },
  {
    name: "a first contact that lies a month earlier",
    sql: "UPDATE first_reaches SET reached_at = reached_at - 2592000000 WHERE milestone = 'First Contact'",
    told: /^first_reaches/u,
  },
  {
    name: "a total",
    sql: "UPDATE totals SET total_value = total_value + 1 WHERE total_name = 'targets'",
    told: /^home: totals/u,
  },
  {
    name: "a lead that forgot its address",
    sql: "UPDATE targets SET email = NULL, email_state = 'Not Found'",
    told: /^leads with an address: entries: told 0, but it is 1/u,
  },
  {
    name: "a first contact that is credited to another",
    sql: "UPDATE targets SET first_opr_id = (SELECT MIN(opr_id) FROM operators WHERE opr_name <> 'Anna')",
    told: /^leads of an operator: entries: told 0, but it is 1/u,
  },
  {
    name: "an actor that was active a second later",
    sql: "UPDATE actors SET last_activity = last_activity + 1000",
    told: /^actors, entry 0/u,
  },
  {
    name: "an exclusion that the target's status does not tell",
    sql: "UPDATE targets SET tar_status = 'Excluded', stage = 'Cold No Reply'",
    told: /^leads Excluded: entries: told 1, but it is 0/u,
  },
];

describe.each(engineNames)("on %s", (name) => {
  let engine: Engine | undefined;
  let world: World | undefined;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(async () => {
    await engine?.end();
  });

  async function inWorld(what: (world: World, now: number) => Promise<void>): Promise<void> {
    if (engine === undefined) return;
    world = await engine.open();
    try {
      await what(world, Date.now());
    } finally {
      await world.end();
    }
  }

  test.each(worlds)("$name", async ({ play, counts, more }) => {
    await inWorld(async (opened, now) => {
      await play(opened, now);
      const home = await opened.page("Anna").expect<Schemas["Home"]>(200, "GET", "/api/v1/home");
      expect(home.window).toMatchObject(counts);
      const { differences, naive } = await compare(opened);
      expect(differences).toEqual([]);
      await more?.(opened, naive);
    });
  });

  test.runIf(name === "SQLite").each(plants)("a wrong figure is seen: $name", async ({ sql, told }) => {
    await inWorld(async (opened, now) => {
      await opened.push(
        "anna",
        message({ target: "one", at: now - dayMs }),
        message({ target: "one", at: now - 1000 }),
      );
      await opened.push("anna", contact({ target: "one", at: now - 1000 }, "email", "one@example.com"));
      await opened.alter(sql);
      const { differences } = await compare(opened);
      expect(differences.filter((difference) => told.test(difference))).not.toEqual([]);
    });
  });
});
