// Replays of rules over HTTP on the sample, against a count of the messages themselves that knows nothing of the product.

import { afterAll, beforeAll, expect, test } from "vitest";

import { type Client, join, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

type Replay = Schemas["Replay"];

interface Message {
  readonly elgId: string;
  readonly at: number;
  readonly oprId: string;
  readonly handle: string;
  readonly tarId: string;
  readonly text: string;
}

const daySec = 86_400;
let server: Server;
let anna: Client;
let messages: readonly Message[];
let replies: ReadonlyMap<string, readonly number[]>;

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  await anna.expect(201, "POST", "/api/v1/demo");
  let rows = "";
  for (let part = "-", i = 0; part !== ""; i += 1) {
    part = await server.sql(`
    SELECT e.elg_id, e.created_at, e.opr_id, a.act_username, e.tar_id,
      COALESCE(replace(replace(l.message_text, char(10), ' '), '|', ' '), '')
    FROM event_logs e JOIN actors a ON a.act_id = e.act_id JOIN outreach_logs l ON l.elg_id = e.elg_id
    WHERE e.event_type = 'Outreach' ORDER BY e.log_position LIMIT 2000 OFFSET ${String(i * 2000)}`);
    rows += part;
  }
  messages = rows
    .trim()
    .split("\n")
    .map((line) => line.split("|"))
    .map(([elgId = "", at = "", oprId = "", handle = "", tarId = "", text = ""]) => ({
      elgId,
      at: Number(at),
      oprId,
      handle,
      tarId,
      text,
    }));
  const moved = await server.sql(`
    SELECT tar_id, created_at FROM event_logs WHERE status_after = 'Replied' ORDER BY log_position`);
  const found = new Map<string, number[]>();
  for (const line of moved.trim().split("\n")) {
    const [tarId = "", at = ""] = line.split("|");
    found.set(tarId, [...(found.get(tarId) ?? []), Number(at)]);
  }
  replies = found;
}, 60_000);
afterAll(async () => {
  await server.end();
});

const replay = async (rule: object, query = ""): Promise<Replay> =>
  anna.expect<Replay>(200, "POST", `/api/v1/rules/replay${query}`, { json: rule });

/** Who of the messages before one counts for it. */
type Counts = (message: Message, before: Message) => boolean;

/** The messages since `from` that have at least `limit` before them within the window that count. */
function warned(
  from: number,
  limit: number,
  windowSec: number,
  counts: Counts,
  since: (message: Message) => number = () => 0,
): string[] {
  const found: string[] = [];
  messages.forEach((message, index) => {
    if (message.at < from) return;
    let count = 0;
    for (let i = index - 1; i >= 0; i -= 1) {
      const before = messages[i];
      if (before === undefined || before.at <= message.at - windowSec * 1000) break;
      if (counts(message, before) && before.at > since(message)) count += 1;
    }
    if (count >= limit) found.push(message.elgId);
  });
  return found;
}

const ofHandle: Counts = (message, before) => before.handle === message.handle;
const ofTarget: Counts = (message, before) => before.tarId === message.tarId;
const ofOthers: Counts = (message, before) => before.tarId === message.tarId && before.handle !== message.handle;
const ofText: Counts = (message, before) => message.text !== "" && before.text === message.text;
const lastReply = (message: Message): number =>
  (replies.get(message.tarId) ?? []).filter((at) => at <= message.at).at(-1) ?? 0;

async function wholeOf(rule: object): Promise<Replay> {
  let page = await replay(rule, "?limit=150");
  const first = page;
  const items = [...page.items];
  while (page.next !== null) {
    page = await replay(rule, `?limit=150&after=${page.next}`);
    expect(page.warnings).toBe(first.warnings);
    items.push(...page.items);
  }
  return { ...first, items };
}

async function agrees(rule: object, expected: (from: number) => readonly string[]): Promise<Replay> {
  const found = await wholeOf(rule);
  const ids = expected(found.from);
  expect(found.items.map(({ elg_id: id }) => id)).toEqual([...ids].reverse());
  expect(found.warnings).toBe(ids.length);
  const sum = (parts: readonly { warnings: number }[]): number =>
    parts.reduce((all, { warnings }) => all + warnings, 0);
  expect([sum(found.days), sum(found.operators), sum(found.actors)]).toEqual([ids.length, ids.length, ids.length]);
  expect(found.days.reduce((all, day) => all + day.messages, 0)).toBe(found.messages);
  expect(found.messages).toBe(messages.filter(({ at }) => at >= found.from).length);
  expect(found.missing).toBe(0);
  return found;
}

test("a cap of an actor is counted as its messages say", async () => {
  const actId = (
    await server.sql(`SELECT act_id FROM event_logs WHERE event_type = 'Outreach' GROUP BY act_id
    ORDER BY COUNT(*) DESC LIMIT 1`)
  ).trim();
  const handle = (await server.sql(`SELECT act_username FROM actors WHERE act_id = '${actId}'`)).trim();
  const rule = { type: "Frequency Cap", limit_value: 5, time_window_sec: daySec, assigned_to_act: actId };
  const own = (message: Message): boolean => message.handle === handle;
  const found = await agrees(rule, (from) => {
    const ids = new Set(messages.filter(own).map(({ elgId }) => elgId));
    return warned(from, 5, daySec, ofHandle).filter((id) => ids.has(id));
  });
  expect(found.warnings).toBeGreaterThan(50);
  expect(found.actors).toEqual([{ act_username: handle, warnings: found.warnings }]);
});

test("a cap of the team, a gap before the same target, another actor's message and repeated words too", async () => {
  const cap = await agrees({ type: "Frequency Cap", limit_value: 200, time_window_sec: daySec }, (from) =>
    warned(from, 200, daySec, () => true),
  );
  const gap = await agrees({ type: "Target Spacing", time_window_sec: 3 * daySec }, (from) =>
    warned(from, 1, 3 * daySec, ofTarget),
  );
  const other = await agrees({ type: "Other Actor", time_window_sec: 20 * daySec }, (from) =>
    warned(from, 1, 20 * daySec, ofOthers),
  );
  await agrees({ type: "Repeated Text", limit_value: 2, time_window_sec: daySec }, (from) =>
    warned(from, 2, daySec, ofText),
  );
  const awaited = await agrees({ type: "Await Reply", limit_value: 2, time_window_sec: 30 * daySec }, (from) =>
    warned(from, 2, 30 * daySec, ofTarget, lastReply),
  );
  expect(Math.min(cap.warnings, gap.warnings, awaited.warnings)).toBeGreaterThan(0);
  expect(other.judged).toBe(other.messages);
});

test("a proposal's replay is its rule's, a goal has none, and nothing is written", async () => {
  const before = await server.sql("SELECT COUNT(*) FROM event_logs");
  const rule = { type: "Target Spacing", time_window_sec: daySec };
  const draft = await replay(rule);
  expect(await server.sql("SELECT COUNT(*) FROM event_logs")).toBe(before);
  const made = await anna.expect<Schemas["Proposed"]>(201, "POST", "/api/v1/rules", { json: rule });
  const id = made.proposal_id ?? "";
  const proposed = await anna.expect<Replay>(200, "GET", `/api/v1/proposals/${id}/replay`);
  expect({ ...proposed, until: 0, from: 0, days: [], next: "" }).toEqual({
    ...draft,
    until: 0,
    from: 0,
    days: [],
    next: "",
  });
  const goal = { metric: "Bookings Made", target_value: 7, frequency: "Daily" };
  const other = await anna.expect<Schemas["Proposed"]>(201, "POST", "/api/v1/goals", { json: goal });
  expect(await anna.problem("GET", `/api/v1/proposals/${other.proposal_id ?? ""}/replay`)).toBe("404 not_found");
  expect(await anna.problem("POST", "/api/v1/rules/replay?after=x", { json: rule })).toBe("400 invalid_parameter");
  expect(await anna.problem("POST", "/api/v1/rules/replay", { json: { ...rule, limit_value: 3 } })).toBe(
    "400 invalid_field",
  );
});
