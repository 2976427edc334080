// What an attack at the door does to others: how long a signed-in person's pages take while one address tries 10,000 wrong
// passwords, beside how long they take in quiet, in turns; and what 2,000 idle connections cost. No time is asserted.
// `bench/door` runs this.

import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client, join } from "../integration/client.ts";
import { Server } from "../integration/server.ts";

const execute = promisify(execFile);
const attacker = fileURLToPath(new URL("attacker.mjs", import.meta.url));
const figuresFile = new URL("../../build/bench-door.json", import.meta.url);
const signIns = 10_000;
const rounds = 5;
const connectionCount = 2_000;
const millisecondsMax = 300_000;
/** The attack's length, in sign-ins each second. */
const speeds = [500, 2000];
/** As the home page asks for when it is opened. */
const page = ["/", "/api/v1/session", "/api/v1/home"];

let server: Server;
let anna: Client;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const figures: Record<string, { value: number; unit: string; goal?: string }> = {};

function tell(key: string, value: number, unit: string, goal?: string): void {
  figures[key] = { value, unit, ...(goal === undefined ? {} : { goal }) };
  const shown = `${value.toFixed(2)} ${unit}`;
  process.stdout.write(`# ${key.padEnd(36)} ${shown.padStart(14)}${goal === undefined ? "" : `   goal: ${goal}`}\n`);
}

/** The nearest rank. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}

beforeAll(async () => {
  server = await Server.start();
  anna = await join(server);
  await anna.expect(201, "POST", "/api/v1/demo");
}, 60_000);
afterAll(async () => {
  agent.destroy();
  await server.end();
  await writeFile(figuresFile, `${JSON.stringify({ figures }, null, 2)}\n`);
});

async function get(path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const options = { headers: anna.pageHeaders(), agent, localAddress: "127.0.0.2" };
    const asked = request(`${server.url}${path}`, options, (response) => {
      expect(response.statusCode).toBe(200);
      response.resume().on("end", resolve);
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** Opens the page again and again, until `isOver`, at least as often as `atLeast`. */
async function open(samples: number[], atLeast: number, isOver: () => boolean): Promise<void> {
  for (let i = 0; i < atLeast || !isOver(); i++) {
    const began = performance.now();
    for (const path of page) await get(path);
    samples.push(performance.now() - began);
    await new Promise((wake) => setTimeout(wake, 5));
  }
}

test.each(speeds)(
  "10,000 failed sign-ins from one address, %i a second",
  async (perSecond) => {
    const quiet: number[] = [];
    const attacked: number[] = [];
    const statuses: string[] = [];
    const count = String(signIns / rounds);
    await open([], 100, () => true);
    for (let round = 0; round < rounds; round++) {
      await open(quiet, 300, () => true);
      let isOver = false;
      // An attacker's own work is done on a computer of their own: here it comes after everything else.
      const args = [attacker, String(server.port), count, String(perSecond), "127.0.0.3"];
      const attack = execute("nice", ["-n", "19", "node", ...args]);
      void attack.finally(() => (isOver = true));
      await open(attacked, 1, () => isOver);
      statuses.push((await attack).stdout.trim());
    }
    process.stdout.write(`# answered: ${statuses.join(" ")}\n`);
    for (const percent of [50, 99]) {
      const key = `p${String(percent)}.at_${String(perSecond)}`;
      const ratio = percentile(attacked, percent) / percentile(quiet, percent);
      tell(`${key}.quiet`, percentile(quiet, percent), "ms");
      tell(`${key}.attacked`, percentile(attacked, percent), "ms");
      tell(`${key}.ratio`, ratio, "", "at most 1.20");
    }
  },
  millisecondsMax,
);

async function memoryKib(): Promise<number> {
  const status = await readFile(`/proc/${String(server.pid)}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/mu.exec(status)?.[1]);
}

test(
  "2,000 idle connections",
  async () => {
    const before = await memoryKib();
    const sockets: Socket[] = [];
    for (let i = 0; i < connectionCount; i++) {
      const socket = connect({ port: server.port, host: "127.0.0.1", localAddress: `127.0.1.${String(1 + (i % 8))}` });
      await new Promise((resolve) => socket.once("connect", resolve));
      sockets.push(socket);
    }
    await get("/healthz");
    const grown = (await memoryKib()) - before;
    tell("idle_connections.all", grown / 1024, "MiB");
    tell("idle_connections.each", grown / connectionCount, "KiB");
    for (const socket of sockets) socket.destroy();
  },
  millisecondsMax,
);
