// The audit on the real server: whatever changes something leaves an entry, the chain can be recomputed by anybody who
// has read docs/decisions/audit.md, and the command finds what was done to it.

import { createHash } from "node:crypto";

import type { OutgoingHttpHeaders } from "node:http";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Client, type Schemas } from "./client.ts";
import { recipes } from "./route-recipes.ts";
import { World } from "./route-world.ts";
import { routes, type Route } from "./routes.ts";

type Entry = Schemas["AuditEntry"];

let world: World;

beforeAll(async () => {
  world = await World.create();
}, 60_000);
afterAll(async () => {
  await world.end();
});

async function list(query = ""): Promise<Schemas["AuditPage"]> {
  return world.owner.expect<Schemas["AuditPage"]>(200, "GET", `/api/v1/audit${query}`);
}

async function headNumber(): Promise<number> {
  return (await list("?limit=1")).head.audit_number;
}

async function newest(): Promise<Entry> {
  const [entry] = (await list("?limit=1")).items;
  if (entry === undefined) throw new Error("There is no entry.");
  return entry;
}

describe("every route that changes something", () => {
  // What a stranger begins is nobody's deed yet: a desktop that waits has an entry when somebody has approved it, and
  // one when it has its token. What is only judged or replayed changes nothing.
  const without = new Set([
    "startPairing",
    "claimPairing",
    "beginProviderSignIn",
    "beginProviderLink",
    "beginProviderProof",
    "getVerdict",
    "replayRule",
  ]);
  // These take what the walk would spend; they have tests of their own below, or need an empty team.
  const elsewhere = new Set(["loadDemo"]);
  const changing = routes.filter(
    ({ method, operationId }) => method !== "GET" && !without.has(operationId) && !elsewhere.has(operationId),
  );

  async function send(route: Route): Promise<{ readonly status: number; readonly code: string }> {
    const { path = {}, json, undo } = (await recipes[route.operationId]?.(world, "owner", "owner")) ?? {};
    const filled = route.path.replaceAll(/\{([^}]+)\}/gu, (_, name: string) => path[name] ?? `no ${name}`);
    const isDesktops = route.path.startsWith("/api/v1/sync/") || route.operationId === "renewDeviceToken";
    const headers: OutgoingHttpHeaders = isDesktops
      ? { Authorization: `Bearer ${(await world.pair("operator")).token}` }
      : world.owner.pageHeaders();
    const before = await headNumber();
    const answer = await world.send({ method: route.method, path: filled, json }, headers);
    await undo?.();
    if (answer.status < 300) {
      expect(await headNumber(), `${route.operationId} left no entry`).toBeGreaterThan(before);
    }
    return answer;
  }

  test.each(changing.map((route) => [`${route.method} ${route.path}`, route] as const))(
    "%s leaves an entry when it was done",
    async (_, route) => {
      const { status, code } = await send(route);
      // Links are spent by who has them: what comes of a wrong one is the route matrix's.
      if (code === "invalid_link") return;
      expect(status, code).toBeLessThan(300);
    },
  );

  test("joining, signing in and out have entries, too", async () => {
    const actions = new Set<string>();
    for (const action of ["joined", "signed_in", "signed_out", "link_created"]) {
      for (const entry of (await list(`?action=${action}`)).items) actions.add(entry.action);
    }
    expect([...actions].sort()).toEqual(["joined", "link_created", "signed_in", "signed_out"]);
  });
});

describe("an entry", () => {
  test("tells who did it, by what they were known, from where, to what, and the values before and after", async () => {
    const { tar_id: tarId } = await world.write({ tar_username: "audit.one" });
    const page = world.people.operator.page;
    await page.expect(200, "POST", `/api/v1/targets/${tarId}/rename`, { json: { tar_username: "audit.two" } });
    expect(await newest()).toMatchObject({
      action: "target_renamed",
      known_by: "browser",
      opr_id: world.people.operator.oprId,
      address: "127.0.0.1",
      object_id: tarId,
      value_before: '{"tar_username":"audit.one"}',
      value_after: '{"tar_username":"audit.two"}',
    });
  });

  test("of a push tells the desktop and seals its events", async () => {
    const result = await world.write();
    const entry = await newest();
    expect(entry).toMatchObject({ action: "operations_pushed", known_by: "desktop", value_after: '{"accepted":1}' });
    expect(entry.device_id).toMatch(/^DEV-/u);
    expect(entry.sealed_events).toMatch(new RegExp(`^${result.elg_id} [0-9a-f]{64}\n$`, "u"));
  });

  test("is found by its operator, its action and its object, and paged both ways", async () => {
    const all: Entry[] = [];
    for (let after = ""; ;) {
      const page: Schemas["AuditPage"] = await list(`?order=oldest&limit=7${after}`);
      all.push(...page.items);
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(all.map((entry) => entry.audit_number)).toEqual(all.map((_, index) => index + 1));
    const { oprId } = world.people.operator;
    const theirs = (await list(`?opr_id=${oprId}&order=oldest&limit=200`)).items;
    expect(theirs).toEqual(all.filter((entry) => entry.opr_id === oprId).slice(0, 200));
    const renamed = all.find((entry) => entry.action === "target_renamed");
    const found = (await list(`?object_id=${renamed?.object_id ?? ""}&action=target_renamed`)).items;
    expect(found).toEqual([renamed]);
  });
});

// What docs/decisions/audit.md says of the hash, written a second time.
function hashOf(entry: Entry): string {
  const fields = [
    "instacrm audit 1",
    String(entry.audit_number),
    String(entry.recorded_at),
    entry.action,
    entry.known_by,
    entry.opr_id ?? "",
    entry.device_id ?? "",
    entry.token_id ?? "",
    entry.address ?? "",
    entry.object_id ?? "",
    entry.value_before ?? "",
    entry.value_after ?? "",
    entry.sealed_events ?? "",
    String(entry.unsealed_count),
    entry.previous_hash,
  ];
  const encoded = fields.map((field) => `${String(Buffer.byteLength(field))}:${field},`).join("");
  return createHash("sha256").update(encoded).digest("hex");
}

describe("the command", () => {
  test("exports lines whose chain anybody can recompute, and records that it did", async () => {
    const { code, stdout } = await world.server.command("audit", "export");
    expect(code).toBe(0);
    const entries = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Entry);
    expect(entries.length).toBeGreaterThan(20);
    let previous = "0".repeat(64);
    for (const entry of entries) {
      expect(entry.previous_hash).toBe(previous);
      expect(entry.entry_hash).toBe(hashOf(entry));
      previous = entry.entry_hash;
    }
    expect(entries[0]?.action).toBe("chain_began");
    expect(entries.at(-1)).toMatchObject({ action: "audit_exported", known_by: "command" });
    expect(await list("?limit=1")).toMatchObject({ head: { entry_hash: previous } });
  });

  async function verify(...more: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    return world.server.command("audit", "verify", ...more);
  }

  test("verifies while the server runs, and prints the head that one keeps", async () => {
    const { code, stdout } = await verify();
    expect(stdout).toMatch(/^The audit is whole: \d+ entries, \d+ events sealed, \d+ not sealed\.\nIts head is \d+:/u);
    expect(code).toBe(0);
    const head = /\d+:[0-9a-f]{64}/u.exec(stdout)?.[0] ?? "";
    await world.write();
    expect((await verify("--head", head)).code).toBe(0);
  });

  test("refuses a head that is none", async () => {
    for (const head of ["12", "x:12", `0:${"a".repeat(64)}`, `1:${"A".repeat(64)}`, `1:${"a".repeat(63)}`, ""]) {
      const { code, stderr } = await verify(`--head=${head}`);
      expect([code, stderr.split("\n")[0]]).toEqual([2, expect.stringMatching(/^instacrm: --head/u)]);
    }
    expect((await world.server.command("audit")).code).toBe(2);
  });

  test("finds what was altered, removed and cut off, and says which", async () => {
    const head = /\d+:[0-9a-f]{64}/u.exec((await verify()).stdout)?.[0] ?? "";
    const last = Number(head.split(":")[0]);
    await world.sql(`UPDATE audit_entries SET opr_id = 'OPR-00000000' WHERE audit_number = 5`);
    let found = await verify();
    expect(found.code).toBe(1);
    expect(found.stdout).toContain("Entry 5 was altered.");
    await world.sql(`DELETE FROM audit_entries WHERE audit_number = 5`);
    found = await verify();
    expect(found.code).toBe(1);
    expect(found.stdout).toContain("Entry 5 was removed.");
    await world.sql(`DELETE FROM audit_entries WHERE audit_number >= ${String(last - 1)}`);
    found = await verify("--head", head);
    expect(found.stdout).toContain(`Entries ${String(last - 1)} to ${String(last)} were removed from the end.`);
    await world.sql(`UPDATE outreach_logs SET message_text = 'Never said.' WHERE rowid = 1`);
    found = await verify();
    expect(found.stdout).toMatch(/Event ELG-\w{10} of entry \d+ was altered\./u);
  });
});

test("what was refused is told when the server ends, at the latest, and counted together", async () => {
  const viewer = world.people.viewer;
  const role = `/api/v1/operators/${world.people.spare.oprId}/role`;
  for (let i = 0; i < 5; i += 1) {
    expect(await viewer.page.problem("PUT", role, { json: { role: "viewer" } })).toBe("403 forbidden");
  }
  const visitor = Client.page(world.server);
  for (let i = 0; i < 3; i += 1) {
    const json = { account: "owner", password: `wrong ${String(i)}` };
    expect(await visitor.problem("POST", "/api/v1/session", { json })).toContain("401");
  }
  expect(await world.server.stop()).toBe(0);
  // The last word of a server is the head that it leaves.
  const head = [
    ...world.server.stderr.matchAll(/ info audit\.head audit_number=(\d+) entry_hash="([0-9a-f]{64})"/gu),
  ].at(-1);
  const last = await world.sql("SELECT audit_number, entry_hash FROM audit_entries ORDER BY audit_number DESC LIMIT 1");
  expect(`${head?.[1] ?? ""}|${head?.[2] ?? ""}\n`).toBe(last);
  const told = await world.sql(`
    SELECT known_by, COALESCE(opr_id, '-'), object_id, value_after FROM audit_entries
    WHERE action = 'refused' ORDER BY audit_number`);
  const [first = "", ...rest] = told.split("\n").filter((line) => line.includes(`|${viewer.oprId}|change_role|`));
  expect(first).toContain('{"code":"forbidden","count":5,');
  expect(rest).toEqual([]);
  expect(told).toMatch(/^nothing\|[^|]*\|sign_in\|\{"code":"\w+","count":3,/mu);
});
