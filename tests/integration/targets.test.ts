// What people do to targets and actors: each deed is told in the log, nothing of the past moves, and who may not is refused.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { askForLink, Client, home, join, makeOperation, makeOpId, pair, push, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

let server: Server;
let anna: Client;
let bruno: Client;
let brunoId: string;
let desktop: Client;

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  await anna.expect(201, "POST", "/api/v1/demo");
  ({ desktop } = await pair(server, anna));
  const team = await anna.expect<Schemas["OperatorPage"]>(200, "GET", "/api/v1/operators?role=operator");
  const found = team.items[0];
  if (found === undefined) throw new Error("The sample has no operators.");
  brunoId = found.opr_id;
  bruno = Client.page(server);
  await bruno.expect(201, "POST", "/api/v1/session", { json: { link: await askForLink(server, found.opr_name) } });
});
afterAll(async () => {
  await server.end();
});

/** A target that was written to; gives its id. */
async function contact(handle: string, more: Partial<Schemas["OutreachOperation"]> = {}): Promise<string> {
  const [result] = await push(desktop, makeOperation({ tar_username: handle, ...more }));
  return result?.tar_id ?? "";
}

async function setField(handle: string, field: Schemas["TargetField"], value: string, ms: number): Promise<string> {
  const [result] = await push(desktop, {
    op_id: makeOpId(),
    kind: "set_field",
    tar_username: handle,
    field,
    value,
    sent_at: Date.now(),
    hybrid_time: (Date.now() + ms) * 1024,
  });
  return result?.elg_id ?? "";
}

const leadOf = async (tarId: string): Promise<Schemas["LeadDetail"]> =>
  anna.expect<Schemas["LeadDetail"]>(200, "GET", `/api/v1/leads/${tarId}`);
const historyOf = async (tarId: string, query = ""): Promise<Schemas["HistoryPage"]> =>
  anna.expect<Schemas["HistoryPage"]>(200, "GET", `/api/v1/targets/${tarId}/history${query}`);
const post = async (path: string, json: unknown, by = anna): Promise<Schemas["TargetChanged"]> =>
  by.expect<Schemas["TargetChanged"]>(200, "POST", path, { json });

describe("renaming", () => {
  test("gives a target another handle, tells who did it, and the former one means it", async () => {
    const tarId = await contact("name.one");
    const changed = await post(`/api/v1/targets/${tarId}/rename`, { tar_username: "Name.Two" }, bruno);
    expect(changed.tar_id).toBe(tarId);
    const { items } = await historyOf(tarId);
    expect(items[0]?.entry).toMatchObject({
      elg_id: changed.elg_id,
      opr_id: brunoId,
      tar_username: "name.two",
      details: "tar_username: name.one -> name.two",
    });
    expect(await contact("name.one")).toBe(tarId);
    const found = await anna.expect<Schemas["LeadPage"]>(200, "GET", "/api/v1/leads?search=name.two");
    expect(found.items.map(({ tar_id }) => tar_id)).toEqual([tarId]);
    expect((await anna.expect<Schemas["LeadPage"]>(200, "GET", "/api/v1/leads?search=name.one")).items).toEqual([]);
  });

  test.each<[string, string, unknown, string]>([
    ["to a handle that another target has", "rename", { tar_username: "name.taken" }, "409 conflict"],
    ["to what is no handle", "rename", { tar_username: "a b" }, "400 invalid_field"],
    ["without a handle", "rename", {}, "400 missing_field"],
    ["with more than a handle", "rename", { tar_username: "x", tar_status: "Warm" }, "400 unknown_field"],
  ])("%s is refused", async (_, deed, json, problem) => {
    const tarId = await contact("name.three");
    await contact("name.taken");
    expect(await anna.problem("POST", `/api/v1/targets/${tarId}/${deed}`, { json })).toBe(problem);
  });

  test("of nobody, from another site or by nobody is refused", async () => {
    const tarId = await contact("name.four");
    const json = { tar_username: "name.five" };
    expect(await anna.problem("POST", "/api/v1/targets/TAR-00000000/rename", { json })).toBe("404 not_found");
    expect(await anna.problem("POST", "/api/v1/targets/x/rename", { json })).toBe("404 not_found");
    const headers = { Origin: "http://evil.example" };
    expect(await anna.problem("POST", `/api/v1/targets/${tarId}/rename`, { json, headers })).toBe("403 cross_site");
    const stranger = Client.page(server);
    expect(await stranger.problem("POST", `/api/v1/targets/${tarId}/rename`, { json })).toBe("401 unauthenticated");
  });
});

describe("merging", () => {
  test("leaves one target with the later values, and the history of both where it was", async () => {
    const from = await contact("merge.old");
    const into = await contact("merge.new");
    await setField("merge.old", "email", "later@b.example", -1000);
    await setField("merge.new", "email", "earlier@b.example", -2000);
    const totals = (await home(anna)).totals;
    const past = (await historyOf(from)).items.map(({ entry }) => entry.elg_id);
    const changed = await post(`/api/v1/targets/${from}/merge`, { merged_into: into }, bruno);
    expect(changed.tar_id).toBe(into);
    expect((await home(anna)).totals).toEqual({ ...totals, targets: totals.targets - 1, logs: totals.logs + 2 });
    expect((await leadOf(into)).lead.email).toBe("later@b.example");
    expect((await leadOf(from)).lead.merged_into).toBe(into);
    const [newest, ...rest] = (await historyOf(from)).items.map(({ entry }) => entry);
    expect(newest?.details).toBe("merged: merge.old -> merge.new");
    expect(rest.map(({ elg_id }) => elg_id)).toEqual(past);
    const [told] = (await historyOf(into)).items;
    expect(told?.entry.elg_id).toBe(changed.elg_id);
    expect(told?.changes).toMatchObject([
      { field: "email", value_before: "earlier@b.example", value_after: "later@b.example", has_won: true },
    ]);
    expect(await contact("merge.old")).toBe(into);
    const listed = await anna.expect<Schemas["LeadPage"]>(200, "GET", "/api/v1/leads?search=merge.");
    expect(listed.items.map(({ tar_id }) => tar_id)).toEqual([into]);
  });

  test("into itself, into nobody or a second time is refused", async () => {
    const [one, two] = [await contact("merge.one"), await contact("merge.two")];
    const path = `/api/v1/targets/${one}/merge`;
    expect(await anna.problem("POST", path, { json: { merged_into: one } })).toBe("409 conflict");
    expect(await anna.problem("POST", path, { json: { merged_into: "TAR-00000000" } })).toBe("404 not_found");
    expect(await anna.problem("POST", path, { json: { merged_into: "two" } })).toBe("400 invalid_field");
    await post(path, { merged_into: two });
    expect(await anna.problem("POST", path, { json: { merged_into: two } })).toBe("409 conflict");
    const rename = { json: { tar_username: "merge.three" } };
    expect(await anna.problem("POST", `/api/v1/targets/${one}/rename`, rename)).toBe("409 conflict");
  });
});

describe("restoring", () => {
  test("gives a value again that has lost, later than everything that was said", async () => {
    const tarId = await contact("lost.one");
    await setField("lost.one", "notes", "Holds.", 30_000);
    const lost = await setField("lost.one", "notes", "Lost.", -1000);
    expect((await leadOf(tarId)).notes).toBe("Holds.");
    const changed = await post(`/api/v1/targets/${tarId}/fields/restore`, { elg_id: lost, field: "notes" });
    expect((await leadOf(tarId)).notes).toBe("Lost.");
    const [newest] = (await historyOf(tarId)).items;
    expect(newest?.entry).toMatchObject({ elg_id: changed.elg_id, details: "notes: changed (restored)" });
    expect(newest?.changes).toMatchObject([{ value_before: "Holds.", value_after: "Lost.", has_won: true }]);
    expect(newest?.changes[0]).not.toHaveProperty("device_id");
  });

  test("of what the event did not give is refused", async () => {
    const tarId = await contact("lost.two");
    const stranger = await contact("lost.three");
    const given = await setField("lost.two", "notes", "Given.", 0);
    const refused = async (id: string, json: unknown): Promise<string> =>
      anna.problem("POST", `/api/v1/targets/${id}/fields/restore`, { json });
    expect(await refused(tarId, { elg_id: given, field: "email" })).toBe("404 not_found");
    expect(await refused(stranger, { elg_id: given, field: "notes" })).toBe("404 not_found");
    expect(await refused(tarId, { elg_id: "ELG-0000000000", field: "notes" })).toBe("404 not_found");
    expect(await refused(tarId, { elg_id: given, field: "tar_id" })).toBe("400 invalid_field");
  });
});

test("the history of a target is whole, page by page, both ways", async () => {
  const tarId = await contact("paged");
  for (let i = 0; i < 6; i++) await setField("paged", "notes", `Note ${String(i)}`, i);
  const whole = (await historyOf(tarId)).items.map(({ entry }) => entry.elg_id);
  expect(whole).toHaveLength(7);
  for (const order of ["newest", "oldest"]) {
    const walked: string[] = [];
    for (let after: string | null = ""; after !== null;) {
      const query = `?limit=2&order=${order}${after === "" ? "" : `&after=${after}`}`;
      const page: Schemas["HistoryPage"] = await historyOf(tarId, query);
      walked.push(...page.items.map(({ entry }) => entry.elg_id));
      after = page.next;
    }
    expect(walked).toEqual(order === "newest" ? whole : [...whole].reverse());
  }
  const { next } = await historyOf(tarId, "?limit=2");
  const elsewhere = `/api/v1/targets/${await contact("paged.other")}/history?limit=2&after=${next ?? ""}`;
  expect(await anna.problem("GET", elsewhere)).toBe("400 invalid_parameter");
  expect(await anna.problem("GET", "/api/v1/targets/TAR-00000000/history")).toBe("404 not_found");
});

describe("a transfer", () => {
  async function actorOf(handle: string): Promise<Schemas["ActorEntry"][]> {
    const page = await anna.expect<Schemas["ActorPage"]>(200, "GET", `/api/v1/actors?search=${handle}`);
    return page.items.filter(({ act_username }) => act_username === handle);
  }

  test("makes the actor another operator's, and leaves what was done as it", async () => {
    const [result] = await push(desktop, makeOperation({ act_username: "studio.east" }));
    const actId = result?.act_id ?? "";
    const moved = await anna.expect<Schemas["ActorTransferred"]>(200, "POST", `/api/v1/actors/${actId}/transfer`, {
      json: { opr_id: brunoId },
    });
    const actors = new Map((await actorOf("studio.east")).map((actor) => [actor.act_id, actor]));
    expect(actors.get(actId)?.act_status).toBe("Discarded");
    expect(actors.get(moved.act_id)).toMatchObject({ opr_id: brunoId, act_status: "Active" });
    const told = await anna.expect<Schemas["LogDetail"]>(200, "GET", `/api/v1/logs/${moved.elg_id}`);
    expect(told.entry).toMatchObject({ event_type: "User", act_id: moved.act_id });
    expect(told.entry.details).toMatch(/^studio\.east: Anna Becker -> /u);
    const kept = await anna.expect<Schemas["LogDetail"]>(200, "GET", `/api/v1/logs/${result?.elg_id ?? ""}`);
    expect(kept.entry.act_id).toBe(actId);
    // What Anna's desktop still had is her own.
    const [late] = await push(desktop, makeOperation({ act_username: "studio.east" }));
    expect(late?.act_id).toBe(actId);
    const again = { json: { opr_id: brunoId } };
    expect(await anna.problem("POST", `/api/v1/actors/${actId}/transfer`, again)).toBe("409 conflict");
  });

  test("is for admins, of an actor that is there, to an operator who is", async () => {
    const [result] = await push(desktop, makeOperation({ act_username: "studio.west" }));
    const path = `/api/v1/actors/${result?.act_id ?? ""}/transfer`;
    const json = { opr_id: brunoId };
    expect(await bruno.problem("POST", path, { json })).toBe("403 forbidden");
    expect(await anna.problem("POST", "/api/v1/actors/ACT-00000000/transfer", { json })).toBe("404 not_found");
    expect(await anna.problem("POST", path, { json: { opr_id: "OPR-00000000" } })).toBe("404 not_found");
    expect(await anna.problem("POST", path, { json: { opr_id: "Bruno" } })).toBe("400 invalid_field");
  });
});

test("whom the sample excludes is Excluded, and the roll-ups agree with everything that was done", async () => {
  const page = await anna.expect<Schemas["LeadPage"]>(200, "GET", "/api/v1/leads?tar_status=Excluded&limit=1");
  expect(page.items).toHaveLength(1);
  const [lifted] = await push(desktop, {
    op_id: makeOpId(),
    kind: "lift",
    tar_username: page.items[0]?.tar_username ?? "",
    sent_at: Date.now(),
    hybrid_time: Date.now() * 1024,
  });
  expect((await leadOf(lifted?.tar_id ?? "")).lead.tar_status).toMatch(/^(Cold No Reply|Replied)$/u);
  expect((await server.command("rollup", "check")).code).toBe(0);
});
