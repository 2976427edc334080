// One run: people write at two desks on a bad network that is parted for a minute meanwhile; then it is counted what the
// server has. The network stays bad until it has all.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { Browser } from "../crash/browser.ts";
import { checkIntegrity } from "../crash/database.ts";
import { Draw } from "../crash/draw.ts";
import { compareReplica } from "../crash/replica.ts";
import { countStored, tally, type Tally } from "../crash/tally.ts";
import { join as joinTeam } from "../integration/client.ts";
import { Server, until } from "../integration/server.ts";
import { Cutter } from "./cutter.ts";
import { Desk, type DeskStatus } from "./desk.ts";
import { Link, serverAddress } from "./link.ts";

const deskCount = 2;
const browserCount = 2;
const partitionMs = 60_000;
/** So many messages arrive before the network is parted. */
const storedBeforeMin = 20;
const burstMax = 2;
const pauseMsMax = 1_000;
const lookAgainMs = 200;
const differencesShown = 10;
/** What is waited for on the bad network. */
const restDeadlineMs = 300_000;

export interface Story {
  readonly packets: { readonly carried: number; readonly lost: number };
  readonly responses: number;
  readonly cuts: number;
  readonly cutPushes: number;
  /** Messages that were acknowledged, and that the server had, when the network was parted and when it was whole again. */
  readonly parted: { readonly acknowledged: number; readonly stored: number };
  readonly joined: { readonly acknowledged: number; readonly stored: number };
  /** What waited at each desk at the end of the partition. */
  readonly pendingAtJoin: readonly number[];
  readonly tally: Tally;
  readonly desks: readonly DeskStatus[];
  readonly replicas: readonly (readonly string[])[];
  readonly databases: readonly string[];
  readonly troubles: readonly string[];
}

/** Runs in `top`, an empty folder that the caller removes. */
export async function run(top: string, seed: number, messageCount: number): Promise<Story> {
  const draw = new Draw(seed);
  const data = join(top, "server");
  await mkdir(data, { mode: 0o700 });
  const link = await Link.make(seed);
  const server = await Server.start({ data, listen: "0.0.0.0:0" });
  const cutter = await Cutter.start(serverAddress, server.port);
  const desks: Desk[] = [];
  try {
    const page = await joinTeam(server);
    const url = `http://${serverAddress}:${String(cutter.port)}`;
    link.become("bad");
    for (let index = 0; index < deskCount; index++) {
      const name = `desk${String(index)}`;
      const draws = Array.from({ length: browserCount }, () => draw.fork());
      desks.push(await Desk.open(join(top, name), name, { server, page, url, entering: link.entering }, draws));
    }
    const database = join(data, "instacrm.db");
    const amid = await writeAmidPartition(link, desks, database, messageCount, draw);
    const rest = await Promise.all(desks.map(async (desk) => comeToRest(desk, database)));
    const packets = await link.end();
    await Promise.all(desks.map(async (desk) => desk.close()));
    await server.end();
    const browsers = desks.flatMap((desk) => desk.browsers);
    return {
      ...amid,
      packets,
      responses: cutter.responses,
      cuts: cutter.cuts,
      cutPushes: cutter.cutPushes,
      tally: await tally(database, browsers),
      desks: rest.map(({ status }) => status),
      replicas: rest.map(({ differences }) => differences),
      databases: await Promise.all([database, ...desks.map(({ ledger }) => ledger)].map(checkIntegrity)),
      troubles: browsers.flatMap(({ troubles }) => troubles),
    };
  } finally {
    await Promise.all(desks.map(async (desk) => desk.close()));
    await cutter.end();
    await server.kill();
  }
}

/**
 * People write; when the server has some of it the network is parted, and when it is whole again they write so many
 * messages more.
 */
async function writeAmidPartition(
  link: Link,
  desks: readonly Desk[],
  database: string,
  messageCount: number,
  draw: Draw,
): Promise<Pick<Story, "parted" | "joined" | "pendingAtJoin">> {
  const browsers = desks.flatMap((desk) => desk.browsers);
  const count = (): number => browsers.reduce((sum, { written }) => sum + written, 0);
  const look = async (): Promise<{ acknowledged: number; stored: number }> => ({
    acknowledged: browsers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0),
    stored: await countStored(database),
  });
  let countMax = Infinity;
  const write = async (browser: Browser, pauses: Draw): Promise<void> => {
    while (count() < countMax) {
      browser.write(pauses.between(1, burstMax));
      await new Promise((wake) => setTimeout(wake, pauses.between(0, pauseMsMax)));
    }
  };
  const work = browsers.map(async (browser) => write(browser, draw.fork()));
  try {
    const hasBegun = async (): Promise<true | undefined> =>
      (await countStored(database)) >= storedBeforeMin || undefined;
    await until("messages arrive", hasBegun, restDeadlineMs);
    link.become("parted");
    const parted = await look();
    await new Promise((wake) => setTimeout(wake, partitionMs));
    const joined = await look();
    const pendingAtJoin = await Promise.all(desks.map(async (desk) => (await desk.status()).pending));
    link.become("bad");
    countMax = count() + messageCount;
    await Promise.all(work);
    return { parted, joined, pendingAtJoin };
  } finally {
    countMax = Math.min(countMax, count());
    await Promise.all(work);
  }
}

/** Waits until the server has all that was written at the desk, and the desk knows all there is. */
async function comeToRest(desk: Desk, database: string): Promise<{ status: DeskStatus; differences: string[] }> {
  const drained = async (): Promise<DeskStatus | undefined> => {
    await new Promise((wake) => setTimeout(wake, lookAgainMs));
    const status = await desk.status();
    return status.pending === 0 && !desk.browsers.some(({ isWaiting }) => isWaiting) ? status : undefined;
  };
  const status = await until("the server has all", drained, restDeadlineMs);
  const end = Date.now() + restDeadlineMs;
  let differences = await compareReplica(database, desk.ledger);
  while (differences.length > 0 && Date.now() < end) {
    await new Promise((wake) => setTimeout(wake, lookAgainMs));
    differences = await compareReplica(database, desk.ledger);
  }
  return { status, differences: differences.slice(0, differencesShown) };
}
