// A desktop gets its token by a code that a person approves, once; a revoked one is unknown at once.

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, home, join, makeOperation, pair, push, type Schemas } from "./client.ts";
import { Server } from "./server.ts";

let server: Server;
let anna: Client;
let desktop: Client;

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  desktop = Client.desktop(server);
});
afterAll(async () => {
  await server.end();
});

async function start(deviceName = "Anna's Laptop 💻"): Promise<Schemas["PairingStarted"]> {
  const json = { device_name: deviceName, agent_version: "0.1.0" };
  return desktop.expect<Schemas["PairingStarted"]>(201, "POST", "/api/v1/pairings", { json });
}

test("a desktop waits, is looked at, approved, and claims its token once", async () => {
  const started = await start();
  const claim = { json: { pairing_secret: started.pairing_secret } };
  expect(await desktop.expect(202, "POST", "/api/v1/pairings/claim", claim)).toEqual({ state: "pending" });

  const path = `/api/v1/pairings/${started.pairing_code}`;
  const seen = await anna.expect<Schemas["Pairing"]>(200, "GET", path);
  expect(seen).toMatchObject({ device_name: "Anna's Laptop 💻", agent_version: "0.1.0", address: "127.0.0.1" });

  const device = await anna.expect<Schemas["Device"]>(201, "POST", `${path}/approval`);
  expect(device.last_seen_at).toBeNull();
  expect(await anna.problem("POST", `${path}/approval`)).toBe("404 unknown_pairing");
  expect(await anna.problem("GET", path)).toBe("404 unknown_pairing");

  const claimed = await desktop.expect<Schemas["PairingClaimed"]>(200, "POST", "/api/v1/pairings/claim", claim);
  expect(claimed).toMatchObject({ device_id: device.device_id, opr_name: "Anna Becker" });
  expect(await desktop.problem("POST", "/api/v1/pairings/claim", claim)).toBe("404 unknown_pairing");
  expect((await home(anna)).activity[0]?.details).toBe("paired desktop Anna's Laptop 💻");

  await push(Client.desktop(server, claimed.device_token), makeOperation());
  const { items } = await anna.expect<Schemas["DeviceList"]>(200, "GET", "/api/v1/devices");
  expect(items[0]?.device_id).toBe(device.device_id);
  expect(items[0]?.last_seen_at).toBeGreaterThan(0);
});

test("one token is told when twenty claim at once", async () => {
  const started = await start();
  await anna.expect(201, "POST", `/api/v1/pairings/${started.pairing_code}/approval`);
  const json = { pairing_secret: started.pairing_secret };
  const replies = await Promise.all(
    Array.from({ length: 20 }, async () => desktop.call("POST", "/api/v1/pairings/claim", { json })),
  );
  expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 404)]);
});

test("one desktop is made when twenty approve at once", async () => {
  const before = (await home(anna)).devices;
  const started = await start();
  const path = `/api/v1/pairings/${started.pairing_code}/approval`;
  const replies = await Promise.all(Array.from({ length: 10 }, async () => anna.call("POST", path)));
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
  expect((await home(anna)).devices).toBe(before + 1);
});

test("nobody else can approve, and nobody can claim without the secret", async () => {
  const started = await start();
  const path = `/api/v1/pairings/${started.pairing_code}`;
  expect(await Client.page(server).problem("POST", `${path}/approval`)).toBe("401 unauthenticated");
  expect(await anna.problem("POST", `${path}/approval`, { headers: { Origin: "http://evil.example" } })).toBe(
    "403 cross_site",
  );
  expect(await desktop.problem("GET", path)).toBe("401 unauthenticated");
  const json = { pairing_secret: "B".repeat(43) };
  expect(await desktop.problem("POST", "/api/v1/pairings/claim", { json })).toBe("404 unknown_pairing");
  const waiting = { json: { pairing_secret: started.pairing_secret } };
  await desktop.expect(202, "POST", "/api/v1/pairings/claim", waiting);
});

test("what a desktop says of itself is read strictly", async () => {
  const refuse = async (json: unknown): Promise<string> => desktop.problem("POST", "/api/v1/pairings", { json });
  expect(await refuse({ device_name: "", agent_version: "1" })).toBe("400 invalid_field");
  expect(await refuse({ device_name: "x".repeat(65), agent_version: "1" })).toBe("400 invalid_field");
  expect(await refuse({ device_name: "Lap\ntop", agent_version: "1" })).toBe("400 invalid_field");
  expect(await refuse({ device_name: "Laptop" })).toBe("400 missing_field");
  expect(await refuse({ device_name: "Laptop", agent_version: "1", opr_id: "OPR-00000000" })).toBe("400 unknown_field");
  expect(await refuse({ device_name: 7, agent_version: "1" })).toBe("400 invalid_field");
  expect(await desktop.problem("POST", "/api/v1/pairings/claim", { json: {} })).toBe("400 missing_field");
});

test("a revoked desktop is refused at once, and only its own operator may revoke it", async () => {
  const { desktop: laptop, deviceId, token } = await pair(server, anna, "Old laptop");
  await push(laptop, makeOperation());
  const before = await home(anna);
  expect(await laptop.problem("DELETE", `/api/v1/devices/${deviceId}`)).toBe("403 forbidden");
  await anna.expect(204, "DELETE", `/api/v1/devices/${deviceId}`);
  const json = { protocol: 1, operations: [makeOperation()] };
  expect(await laptop.problem("POST", "/api/v1/sync/push", { json })).toBe("401 invalid_token");
  const after = await home(anna);
  expect(after.devices).toBe(before.devices - 1);
  expect(after.totals.logs).toBe(before.totals.logs + 1);
  expect(after.activity[0]?.details).toBe("revoked desktop Old laptop");
  expect(await anna.problem("DELETE", `/api/v1/devices/${deviceId}`)).toBe("404 not_found");
  expect(await anna.problem("DELETE", "/api/v1/devices/DEV-nonsense")).toBe("404 not_found");
  await server.stop();
  await server.startAgain();
  const again = Client.desktop(server, token);
  expect(await again.problem("POST", "/api/v1/sync/push", { json })).toBe("401 invalid_token");
});

test("guessing codes ends in a pause", async () => {
  const seen = new Set<string>();
  for (let i = 0; i < 25; i++) seen.add(await anna.problem("GET", "/api/v1/pairings/22222222"));
  expect([...seen]).toEqual(["404 unknown_pairing", "429 too_many_requests"]);
  const started = await start();
  expect(await anna.problem("GET", `/api/v1/pairings/${started.pairing_code}`)).toBe("429 too_many_requests");
});
