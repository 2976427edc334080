// What is written for visitors who have nothing to show: no session, no token, no link that is good, no password that is right. A walk
// through every route of the contract.

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client } from "./client.ts";
import { recipes } from "./route-recipes.ts";
import { routes } from "./routes.ts";
import { World } from "./route-world.ts";
import { contentsOf } from "./world-contents.ts";

let world: World;
beforeAll(async () => {
  world = await World.create();
}, 120_000);
afterAll(async () => {
  await world.end();
});

test("only a desktop that wants to be paired is written down, for some minutes", { timeout: 120_000 }, async () => {
  const page = Client.page(world.server).pageHeaders();
  const written: string[] = [];
  for (const { operationId, method, path } of routes) {
    const { path: ids = {}, json, undo } = (await recipes[operationId]?.(world, "owner", undefined)) ?? {};
    const filled = path.replaceAll(/\{([^}]+)\}/gu, (_, name: string) => ids[name] ?? "");
    const before = await contentsOf(world);
    await world.send({ method, path: filled, json }, page);
    if ((await contentsOf(world)) !== before) written.push(`${method} ${path}`);
    await undo?.();
  }
  expect(written).toEqual(["POST /api/v1/pairings"]);
});

test("nothing is written for wrong passwords", async () => {
  const page = Client.page(world.server);
  const before = await contentsOf(world);
  for (const account of ["owner@example.com", "owner", "nobody"]) {
    const json = { account, password: "not the right one" };
    expect(await page.problem("POST", "/api/v1/session", { json })).toBe("401 wrong_password");
  }
  expect(await contentsOf(world)).toBe(before);
});
