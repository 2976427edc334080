// Verdicts of worlds that chance plays are what a slow reading of docs/rules.md says of everything that happened, on every engine.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Schemas } from "../integration/client.ts";
import { Draw } from "./draw.ts";
import { Naive } from "./naive.ts";
import { play, oddZones } from "./play.ts";
import { readRaw } from "./raw.ts";
import { type Finding, Judge, type Rule } from "./verdict.ts";
import { type Engine, engineNames, type Name, openEngine, people, type World } from "./world.ts";

const worlds = Math.ceil(Number(process.env["FIGURES_WORLDS"] ?? 20) / 4);
const firstSeed = Number(process.env["FIGURES_SEED"] ?? 1);
const questions = 20;
const hourSec = 3600;
const daySec = 24 * hourSec;

const types = [
  "Frequency Cap",
  "Frequency Cap",
  "Interval Spacing",
  "Target Spacing",
  "Await Reply",
  "Other Actor",
  "Quiet Hours",
  "Repeated Text",
] as const;
const metrics = [
  "Total Messages Sent",
  "Unique Profiles Contacted",
  "Replies Received",
  "Warm Leads Generated",
  "Bookings Made",
  "Payments Received",
] as const;
const authors = ["Anna", "Bela", "Chiara", "Dora"] as const;
const texts = ["Hi! Love your work.", "HI!   love\nyour work. ", "Something new.", null] as const;

/** The contract's defaults are in the generated type as if they had to be sent. */
type RuleRequest = Partial<Schemas["RuleRequest"]>;

function ruleRequest(draw: Draw, type: Schemas["RuleType"]): RuleRequest {
  if (type === "Quiet Hours") {
    const from = draw.whole(0, 1439);
    return {
      type,
      quiet_from_minute: from,
      quiet_to_minute: (from + draw.whole(60, 1380)) % 1440,
      ...(draw.happens(70) ? { quiet_zone: draw.one(oddZones) } : {}),
    };
  }
  const time_window_sec = draw.one([hourSec, daySec, 7 * daySec, 30 * daySec, 366 * daySec]);
  const isCap = type === "Frequency Cap" || type === "Interval Spacing";
  const hasLimit = type === "Frequency Cap" || type === "Await Reply" || type === "Repeated Text";
  return {
    type,
    time_window_sec,
    ...(isCap ? { metric: draw.one(metrics) } : {}),
    ...(hasLimit ? { limit_value: draw.whole(type === "Frequency Cap" ? 0 : 1, 8) } : {}),
  };
}

/** Somebody's own limit, or one of the team or of an actor that everybody votes for; it holds when this returns. */
async function adopt(draw: Draw, world: World, actors: readonly string[]): Promise<void> {
  const author = draw.one(authors);
  const whose = draw.whole(1, 3);
  const actor = draw.one(actors);
  const json: RuleRequest = {
    ...ruleRequest(draw, draw.one(types)),
    ...(whose === 1 ? { assigned_to_opr: world.id(author) } : whose === 2 ? { assigned_to_act: actor } : {}),
  };
  const proposed = await world.page(author).expect<Schemas["Proposed"]>(201, "POST", "/api/v1/rules", { json });
  let { outcome } = proposed;
  for (const name of people) {
    if (outcome !== "open" || name === author) continue;
    const path = `/api/v1/proposals/${proposed.proposal_id ?? ""}/vote`;
    const vote = await world.page(name).call("PUT", path, { json: { choice: "for" } });
    if (vote.status === 200) outcome = (vote.json as Schemas["Proposed"]).outcome;
  }
  expect(outcome).toBe("adopted");
}

async function readRules(world: World): Promise<Rule[]> {
  const rows = await world.rows("SELECT * FROM rules WHERE status = 'Active'");
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
  return rows.map((row) => ({
    id: text(row["rule_id"]) ?? "",
    type: row["type"] as Rule["type"],
    metric: row["metric"] as Rule["metric"],
    limit: Number(row["limit_value"]),
    windowMs: Number(row["time_window_sec"]) * 1000,
    quietFrom: Number(row["quiet_from_minute"]),
    quietTo: Number(row["quiet_to_minute"]),
    quietZone: text(row["quiet_zone"]),
    operator: text(row["assigned_to_opr"]),
    actor: text(row["assigned_to_act"]),
  }));
}

interface Question {
  readonly name: Name;
  readonly act_username: string;
  readonly tar_username: string;
  readonly message_text?: string;
}

function told({ findings }: Schemas["Verdict"]): Map<string, Finding> {
  return new Map(
    findings.map(({ rule_id, outcome, counted, wait_sec }) => [
      rule_id,
      { outcome: outcome === "missing" ? "clear" : outcome, counted, waitSec: wait_sec ?? null },
    ]),
  );
}

/** Asks once, and gives what differs. */
async function ask(world: World, naive: Naive, rules: readonly Rule[], question: Question): Promise<string[]> {
  const { name, ...json } = question;
  const verdict = await world.page(name).expect<Schemas["Verdict"]>(200, "POST", "/api/v1/verdict", { json });
  const operator = naive.raw.operators.find(({ id }) => id === world.id(name));
  const judge = new Judge(naive);
  const asked = {
    operator: world.id(name),
    zone: operator?.zone ?? "",
    actUsername: json.act_username,
    target: verdict.tar_id ?? null,
    text: json.message_text ?? null,
    now: verdict.judged_at,
  };
  const says = told(verdict);
  const differences: string[] = [];
  for (const rule of rules) {
    const finding = judge.judge(rule, asked);
    const found = says.get(rule.id) ?? null;
    const isSame = JSON.stringify(finding) === JSON.stringify(found);
    if (!isSame) {
      const [left, right, of] = [found, finding, { ...rule, ...asked }].map((part) => JSON.stringify(part));
      differences.push(`told ${left ?? ""}, but it is ${right ?? ""}: ${of ?? ""}`);
    }
  }
  return differences;
}

describe.each(engineNames)("on %s", (name) => {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(async () => {
    await engine?.end();
  });

  test.each(Array.from({ length: worlds }, (_, index) => firstSeed + index))("world %d", async (seed) => {
    if (engine === undefined) return;
    const world = await engine.open();
    try {
      await play(world, seed, 60);
      const draw = new Draw(seed);
      const before = await readRaw(world);
      const actors = before.actors
        .filter(({ status }) => status === "Active")
        .sort((left, right) => (`${left.username} ${left.operator}` < `${right.username} ${right.operator}` ? -1 : 1));
      for (let count = 0; count < 10; count += 1)
        await adopt(
          draw,
          world,
          actors.map(({ id }) => id),
        );
      const naive = new Naive(await readRaw(world), false);
      const rules = await readRules(world);
      const handles = [...naive.raw.targets.map(({ username }) => username).sort(), "nobody.knows"];
      const differences: string[] = [];
      for (let count = 0; count < questions; count += 1) {
        const text = draw.one(texts);
        const question = {
          name: draw.one(authors),
          act_username: draw.one(["studio.0", "studio.1", "studio.new"]),
          tar_username: draw.one(handles),
          ...(text === null ? {} : { message_text: text }),
        };
        differences.push(...(await ask(world, naive, rules, question)));
      }
      expect(differences).toEqual([]);
    } finally {
      await world.end();
    }
  });
});
