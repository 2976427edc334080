// One run: desks capture without a pause while whoever works for them is killed; then all comes back, and is counted.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { join as joinTeam } from "../integration/client.ts";
import { Server, until } from "../integration/server.ts";
import type { Browser } from "./browser.ts";
import { Desk, type DeskStatus } from "./desk.ts";
import { Draw } from "./draw.ts";
import { Keeper } from "./keeper.ts";
import { Killer, type Kills } from "./killer.ts";
import { checkIntegrity, countStored, tally, type Tally } from "./tally.ts";

const deskCount = 3;
const browserCount = 3;
const burstMax = 4;
const pauseMsMax = 200;
const restDeadlineMs = 60_000;

export interface Story {
  readonly kills: Kills;
  readonly killingMs: number;
  /** What the server had when the last one was killed, before anything came to rest. */
  readonly storedMeanwhile: number;
  readonly tally: Tally;
  /** Captures whose first acknowledgement was killed: answered with `duplicate` when they were sent again. */
  readonly repeated: number;
  /** Captures that were refused for the moment, because another process held the ledger. */
  readonly busy: number;
  /** How things stand at each desk after all came to rest. */
  readonly desks: readonly DeskStatus[];
  /** What the integrity checks of the desktops' ledgers say, and that of the server's database: "ok" each. */
  readonly ledgers: readonly string[];
  readonly database: string;
  /** What `instacrm rollup check` says, and its exit status. */
  readonly rollups: { readonly code: number | null; readonly said: string };
  readonly troubles: readonly string[];
}

/** Runs in `top`, an empty folder that the caller removes. */
export async function run(top: string, seed: number, killCount: number): Promise<Story> {
  const draw = new Draw(seed);
  const data = join(top, "server");
  const database = join(data, "instacrm.db");
  await mkdir(data, { mode: 0o700 });
  const keeper = new Keeper(await Server.start({ data }), draw.fork());
  const desks: Desk[] = [];
  try {
    await openDesks(desks, top, keeper.server, draw);
    const killer = new Killer(desks, keeper, draw.fork());
    const startedAt = Date.now();
    await captureUntil(killer.killUpTo(killCount), desks, draw);
    const killingMs = Date.now() - startedAt;
    const storedMeanwhile = await countStored(database);
    await keeper.isUp();
    const statuses = await comeToRest(desks);
    await close(desks, keeper);
    return { kills: killer.kills, killingMs, storedMeanwhile, desks: statuses, ...(await inspect(keeper, desks)) };
  } finally {
    await close(desks, keeper);
  }
}

async function openDesks(desks: Desk[], top: string, server: Server, draw: Draw): Promise<void> {
  const page = await joinTeam(server);
  while (desks.length < deskCount) {
    const data = join(top, `desk${String(desks.length)}`);
    desks.push(await Desk.open(data, { server, page, browserCount, draw: draw.fork() }));
  }
}

/** People write at all desks until `killing` is over. */
async function captureUntil(killing: Promise<void>, desks: readonly Desk[], draw: Draw): Promise<void> {
  let isOver = false;
  const write = async (browser: Browser, pauses: Draw): Promise<void> => {
    while (!isOver) {
      browser.write(pauses.between(1, burstMax));
      await new Promise((wake) => setTimeout(wake, pauses.between(0, pauseMsMax)));
    }
  };
  const writing = desks.flatMap(({ browsers }) => browsers.map((browser) => write(browser, draw.fork())));
  try {
    await killing;
  } finally {
    isOver = true;
    await Promise.all(writing);
  }
}

/** Nobody is killed any more: waits until the browsers have handed over everything, and the desktops, too. */
async function comeToRest(desks: readonly Desk[]): Promise<DeskStatus[]> {
  return Promise.all(
    desks.map(async (desk) => {
      const isDone = (): true | undefined => !desk.browsers.some(({ isWaiting }) => isWaiting) || undefined;
      await until(`all that was written at ${desk.name} is acknowledged`, isDone, restDeadlineMs);
      const drained = async (): Promise<DeskStatus | undefined> => {
        const status = await desk.status();
        return status.pending === 0 ? status : undefined;
      };
      return until(`the server has all of ${desk.name}`, drained, restDeadlineMs);
    }),
  );
}

/** Ends whoever runs; twice is once. */
async function close(desks: readonly Desk[], keeper: Keeper): Promise<void> {
  await Promise.all(desks.flatMap(({ browsers }) => browsers.map(async (browser) => browser.close())));
  await keeper.close();
}

/** What is on the disks, when nobody runs any more. */
async function inspect(
  keeper: Keeper,
  desks: readonly Desk[],
): Promise<Pick<Story, "tally" | "repeated" | "busy" | "ledgers" | "database" | "rollups" | "troubles">> {
  const browsers = desks.flatMap((desk) => desk.browsers);
  const database = join(keeper.server.data, "instacrm.db");
  const rollups = await keeper.server.command("rollup", "check");
  return {
    tally: await tally(database, browsers),
    repeated: sum(browsers.map(({ acks }) => acks.duplicate)),
    busy: sum(browsers.map(({ refusals }) => refusals.get("busy") ?? 0)),
    ledgers: await Promise.all(desks.map(async ({ ledger }) => checkIntegrity(ledger))),
    database: await checkIntegrity(database),
    rollups: { code: rollups.code, said: `${rollups.stdout}${rollups.stderr}`.trim() },
    troubles: [...keeper.troubles, ...browsers.flatMap(({ troubles }) => troubles)],
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
