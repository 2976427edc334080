// Real desktops and a real server: what one sends the others see, whatever dies in between.

import { open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, home, join as joinTeam, push } from "./client.ts";
import { Desk, makeCapture } from "./desk.ts";
import { Server, until } from "./server.ts";

let server: Server;
let anna: Client;
const desks: Desk[] = [];

beforeAll(async () => {
  server = await Server.start();
  anna = await joinTeam(server);
});
afterAll(async () => {
  for (const desk of desks) await desk.end();
  await server.end();
});

async function newDesk(name: string): Promise<Desk> {
  const desk = await Desk.pair(server, anna, name);
  desks.push(desk);
  return desk;
}

async function sees(desk: Desk, handle: string, state: string): Promise<Record<string, unknown>> {
  return until(`${handle} is ${state}`, async () => {
    const found = await desk.lookUp(handle);
    return found["state"] === state ? found : undefined;
  });
}

test("what one desktop captures the other one shows, by the stream and not by polling", async () => {
  const [first, second] = [await newDesk("First"), await newDesk("Second")];
  const [sender, listener] = [await first.start(), await second.start()];
  /* Both have pulled, and listen. */
  for (const desk of [first, second]) {
    await until("it is complete", async () =>
      (await desk.json("status", "--json"))["is_complete"] === true ? true : undefined,
    );
  }
  await until("both are online", async () => {
    const { items } = await anna.expect<{ items: { is_online: boolean }[] }>(200, "GET", "/api/v1/devices");
    return items.filter((device) => device.is_online).length >= 2 ? true : undefined;
  });
  expect((await second.lookUp("by.stream"))["state"]).toBe("free");
  const ack = await sender.capture(makeCapture("by.stream"));
  expect(ack).toMatchObject({ type: "ack", outcome: "stored" });
  /* One's own is shown before the server has it. */
  expect((await first.lookUp("by.stream"))["state"]).toBe("contacted");
  const started = Date.now();
  const found = await sees(second, "by.stream", "contacted");
  expect(found["contacts"]).toMatchObject([
    { opr_name: "Anna Becker", act_username: "studio.north", is_pending: false },
  ]);
  /* Polling alone would take up to half a minute; until() would have given up before. */
  expect(Date.now() - started).toBeLessThan(10_000);
  expect(await listener.end()).toBe(0);
});

test("sync pushes and pulls now, by itself or by asking the process that has the lock", async () => {
  const desk = await newDesk("Third");
  const host = await desk.start();
  await host.capture(makeCapture("by.sync"));
  const asked = await desk.command("sync");
  expect(asked).toMatchObject({ code: 0, stderr: "" });
  expect(asked.stdout).toContain("Pending   0\n");
  expect(await host.end()).toBe(0);
  const alone = await desk.command("sync");
  expect(alone).toMatchObject({ code: 0, stderr: "" });
  expect((await desk.lookUp("by.stream"))["state"]).toBe("contacted");
  const exported = await desk.json("export");
  expect(exported["operations"]).toMatchObject([{ state: "acknowledged", operation: { tar_username: "by.sync" } }]);
  expect((await desk.command("export", "--csv")).stdout).toMatch(
    /^op_id,kind,state,.*\r\n"[^"]+","outreach","acknowledged"/u,
  );
});

test("a damaged ledger is restored, nothing is lost and the person is told", async () => {
  const desk = await newDesk("Fourth");
  const operation = makeCapture("before.the.damage");
  let host = await desk.start();
  await host.capture(operation);
  await until("it is pushed", async () => ((await desk.json("status", "--json"))["pending"] === 0 ? true : undefined));
  await host.end();
  const ledger = join(desk.data, "ledger.db");
  const file = await open(ledger, "r+");
  await file.write(Buffer.alloc(4096, "#"), 0, 4096, 0);
  await file.close();
  host = await desk.start();
  await until("the person is told", () =>
    host.messages.find((message) => (message["type"] === "error" && message["code"] === "corrupt" ? true : undefined)),
  );
  expect((await host.capture(makeCapture("after.the.damage")))["outcome"]).toBe("stored");
  expect((await readdir(desk.data)).filter((name) => /^ledger-damaged-.*\.db$/u.test(name))).toHaveLength(1);
  expect((await stat(ledger)).mode & 0o777).toBe(0o600);
  await until("all is fetched and pushed", async () => {
    const status = await desk.json("status", "--json");
    return status["pending"] === 0 && status["is_complete"] === true ? true : undefined;
  });
  expect((await desk.lookUp("before.the.damage"))["state"]).toBe("contacted");
  expect((await desk.command("status")).stdout).toContain("Restored  ");
  expect(await host.end()).toBe(0);
});

test("when the one process that syncs is killed, another one takes over its pushes and its stream", async () => {
  const desk = await newDesk("Fifth");
  const first = await desk.start();
  await until("it syncs", async () =>
    (await desk.json("status", "--json"))["is_complete"] === true ? true : undefined,
  );
  const second = await desk.start();
  await first.kill();
  await second.capture(makeCapture("after.the.kill"));
  await until("it is pushed", async () => ((await desk.json("status", "--json"))["pending"] === 0 ? true : undefined));
  const other = await newDesk("Sixth");
  const sender = await other.start();
  await sender.capture(makeCapture("to.the.heir"));
  await sees(desk, "to.the.heir", "contacted");
  expect(await second.end()).toBe(0);
});

test("a server that was away is found again, and what happened meanwhile is fetched", async () => {
  const desk = await newDesk("Seventh");
  const host = await desk.start();
  await until("it is complete", async () =>
    (await desk.json("status", "--json"))["is_complete"] === true ? true : undefined,
  );
  await server.kill();
  await host.capture(makeCapture("while.away"));
  await server.startAgain();
  await until("it is pushed", async () => ((await desk.json("status", "--json"))["pending"] === 0 ? true : undefined));
  await until("it is fetched", async () => {
    const contacts = (await desk.lookUp("while.away"))["contacts"] as { is_pending: boolean }[];
    return contacts.length === 1 && contacts[0]?.is_pending === false ? true : undefined;
  });
  expect((await home(anna)).totals.logs).toBeGreaterThan(0);
  expect(await host.end()).toBe(0);
});

test("what another desktop excludes is excluded here", async () => {
  const desk = await newDesk("Eighth");
  const host = await desk.start();
  const other = await newDesk("Ninth");
  const results = await push(Client.desktop(server, other.token), {
    op_id: makeCapture("x").op_id,
    kind: "exclude",
    tar_username: "please.stop",
    reason: "Asked us to stop.",
    sent_at: Date.now(),
    hybrid_time: Date.now() * 1024,
  });
  expect(results[0]?.outcome).toBe("accepted");
  expect((await sees(desk, "please.stop", "excluded"))["reason"]).toBe("Asked us to stop.");
  expect(await host.end()).toBe(0);
});

test("a desktop replaces a token that is a week old, and goes on with the next one", async () => {
  const weekMs = 7 * 24 * 60 * 60 * 1000;
  const desk = await Desk.pair(server, anna, "Week-old", { since: Date.now() - weekMs });
  desks.push(desk);
  const host = await desk.start();
  const next = await until("the token is replaced", async () => {
    const device = JSON.parse(await readFile(join(desk.data, "device.json"), "utf8")) as Record<string, unknown>;
    return device["device_token"] === desk.token ? undefined : device;
  });
  expect(next["token_created_at"]).toBeGreaterThan(Date.now() - weekMs);
  expect(await host.capture(makeCapture("by.the.next"))).toMatchObject({ type: "ack", outcome: "stored" });
  await until("the server has it", async () => {
    const { activity } = await home(anna);
    return activity.find((entry) => entry.tar_username === "by.the.next");
  });
  // Another desktop's reaches it, and what its next host captures when the one that replaced the token is gone goes out.
  const sender = await (await newDesk("Sender")).start();
  await sender.capture(makeCapture("to.the.next"));
  await sees(desk, "to.the.next", "contacted");
  const heir = await desk.start();
  await host.kill();
  await heir.capture(makeCapture("by.the.heir"));
  await until("the server has that, too", async () => {
    const { activity } = await home(anna);
    return activity.find((entry) => entry.tar_username === "by.the.heir");
  });
  expect(await heir.end()).toBe(0);
  const former = Client.desktop(server, desk.token);
  expect(await former.problem("GET", "/api/v1/sync/pull?protocol=1")).toBe("401 invalid_token");
});
