// Who is there, what they did last and with which version, as the API tells it of real desktops; and a stream of news that
// has died without a word. What takes minutes goes on at the same time.

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, join, makeOperation, push, type Schemas } from "./client.ts";
import { Desk, type Host } from "./desk.ts";
import { Relay } from "./relay.ts";
import { Server, until } from "./server.ts";
import { Stream } from "./stream.ts";

const livePath = "/api/v1/sync/live";
const silenceMsMax = 45_000; // After which an agent gives up a stream.
const onlineMs = 90_000; // Behind what was heard last.
const upkeepMs = 15_000; // Until somebody looks who is there.
const slackMs = 30_000;
const refusedStreams = 8; // The next one would be begun after a wait of up to half a minute ...
const atOnceMs = 4_000; // ... and not so soon.

let server: Server;
let anna: Client;
const desks: Desk[] = [];

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
});
afterAll(async () => {
  for (const desk of desks) await desk.end();
  await server.end();
});

async function newDesk(name: string, url = server.url): Promise<Desk> {
  const desk = await Desk.pair(server, anna, name, { url });
  desks.push(desk);
  return desk;
}

async function isComplete(desk: Desk): Promise<void> {
  await until("the replica is complete", async () =>
    (await desk.json("status", "--json"))["is_complete"] === true ? true : undefined,
  );
}

async function deviceOf(name: string): Promise<Schemas["Device"]> {
  const { items } = await anna.expect<Schemas["DeviceList"]>(200, "GET", "/api/v1/devices");
  const device = items.find(({ device_name }) => device_name === name);
  if (device === undefined) throw new Error(`There is no desktop ${name}.`);
  return device;
}

async function operator(): Promise<Schemas["OperatorPage"]["items"][number]> {
  const { items } = await anna.expect<Schemas["OperatorPage"]>(200, "GET", "/api/v1/operators");
  const [only] = items;
  if (only === undefined) throw new Error("There is no operator.");
  return only;
}

test("a desktop's last sync and last contact are told, and become later", async () => {
  const desk = await newDesk("Synced");
  expect(await deviceOf("Synced")).toMatchObject({ last_seen_at: null, last_synced_at: null, is_online: false });
  const began = Date.now();
  expect(await desk.command("sync")).toMatchObject({ code: 0, stderr: "" });
  const device = await until("its sync is written down", async () => {
    const found = await deviceOf("Synced");
    return found.last_synced_at === null ? undefined : found;
  });
  for (const at of [device.last_synced_at, device.last_seen_at]) {
    expect(at).toBeGreaterThanOrEqual(began);
    expect(at).toBeLessThanOrEqual(Date.now());
  }
  expect(device.is_online).toBe(true);
});

test("a desktop's version is the one that it runs, also after an upgrade", async () => {
  const desk = await newDesk("Upgraded");
  const runs = String((await desk.json("status", "--json"))["agent_version"]);
  const before = { headers: { "User-Agent": "instacrm-agent/0.0.9" } };
  await Client.desktop(server, desk.token).expect(200, "GET", "/api/v1/sync/pull", before);
  for (const version of ["0.0.9", runs]) {
    await until(`its version is ${version}`, async () =>
      (await deviceOf("Upgraded")).agent_version === version ? true : undefined,
    );
    expect(await desk.command("sync")).toMatchObject({ code: 0 });
  }
});

test("an operator's and an actor's last activity is their newest event, on every page that tells it", async () => {
  const desk = await newDesk("Active");
  const desktop = Client.desktop(server, desk.token);
  for (const tar_username of ["active.one", "active.two"]) {
    const [result] = await push(desktop, makeOperation({ tar_username, act_username: "studio.active" }));
    const path = `/api/v1/logs/${result?.elg_id ?? ""}`;
    const { created_at } = (await anna.expect<Schemas["LogDetail"]>(200, "GET", path)).entry;
    const actors = await anna.expect<Schemas["ActorPage"]>(200, "GET", "/api/v1/actors");
    expect(actors.items.find(({ act_username }) => act_username === "studio.active")?.last_activity).toBe(created_at);
    expect((await operator()).last_activity).toBe(created_at);
    const page = await desktop.expect<Schemas["PullPage"]>(200, "GET", "/api/v1/sync/pull");
    expect(page.operators).toMatchObject([{ last_activity: created_at }]);
  }
});

test.concurrent(
  "an operator whose desktop is killed is offline in the API, and open pages are told so",
  async ({ expect: claim }) => {
    /* A team of their own: nobody else of the operator's is online. */
    const own = await Server.start();
    let host: Host | undefined;
    try {
      const boris = await join(own);
      const desk = await Desk.pair(own, boris, "Killed");
      desks.push(desk);
      const page = await Stream.open(own, boris);
      host = await desk.start();
      const status = async (): Promise<string | undefined> =>
        (await boris.expect<Schemas["OperatorPage"]>(200, "GET", "/api/v1/operators")).items[0]?.opr_status;
      await until("the operator is online", async () => ((await status()) === "online" ? true : undefined));
      await isComplete(desk);
      await host.kill();
      const killedAt = Date.now();
      const told = await until(
        "the operator goes",
        () => page.events.find(({ event, data }) => event === "operator" && data.includes("offline")),
        onlineMs + 2 * upkeepMs + slackMs,
      );
      claim(JSON.parse(told.data)).toMatchObject({ opr_status: "offline" });
      claim(await status()).toBe("offline");
      const devices = await boris.expect<Schemas["DeviceList"]>(200, "GET", "/api/v1/devices");
      claim(devices.items).toMatchObject([{ is_online: false }]);
      claim(devices.items[0]?.last_seen_at).toBeLessThanOrEqual(killedAt + slackMs);
      page.close();
    } finally {
      await host?.end();
      await own.end();
    }
  },
  onlineMs + 2 * upkeepMs + 3 * slackMs,
);

test.concurrent(
  "a stream that has fallen silent is given up for a new one, and what happened meanwhile is fetched",
  async ({ expect: claim }) => {
    const relay = await Relay.start(server);
    try {
      const desk = await newDesk("Deaf", relay.url);
      const host = await desk.start();
      await isComplete(desk);
      await until("it listens", () => (relay.to(livePath).some(({ status }) => status === 200) ? true : undefined));
      relay.fallSilent();
      const other = Client.desktop(server, (await newDesk("Speaking")).token);
      await push(other, makeOperation({ tar_username: "said.to.the.deaf" }));
      await until(
        "another stream is open",
        () => (relay.to(livePath).at(1)?.status === 200 ? true : undefined),
        silenceMsMax + slackMs,
      );
      const [silent, open] = relay.to(livePath);
      claim([silent?.isOver, open?.isOver]).toEqual([true, false]);
      await until("it is fetched", async () =>
        (await desk.lookUp("said.to.the.deaf"))["state"] === "contacted" ? true : undefined,
      );
      /* By the new stream: polling alone would not be as quick. */
      await push(other, makeOperation({ tar_username: "said.again" }));
      await until("the new stream is heard", async () =>
        (await desk.lookUp("said.again"))["state"] === "contacted" ? true : undefined,
      );
      claim(await host.end()).toBe(0);
    } finally {
      await relay.end();
    }
  },
  silenceMsMax + 3 * slackMs,
);

test.concurrent(
  "a server that is back is listened to at once, however often it could not be meanwhile",
  async ({ expect: claim }) => {
    const relay = await Relay.start(server);
    try {
      const desk = await newDesk("Patient", relay.url);
      const host = await desk.start();
      await isComplete(desk);
      await until("it listens", () => (relay.to(livePath).some(({ status }) => status === 200) ? true : undefined));
      relay.bend = () => ({ status: 503, headers: {}, body: "" });
      relay.cut();
      await until(
        "streams were refused",
        () => (relay.to(livePath).length > refusedStreams ? true : undefined),
        5 * slackMs,
      );
      relay.bend = () => undefined;
      const before = relay.passages.length;
      await until("it is asked well again", () =>
        relay.passages.slice(before).find(({ path, status }) => path !== livePath && status === 200),
      );
      await until(
        "it listens again",
        () => relay.to(livePath).find(({ isOver, status }) => status === 200 && !isOver),
        atOnceMs,
      );
      claim(await host.end()).toBe(0);
    } finally {
      await relay.end();
    }
  },
  7 * slackMs,
);
