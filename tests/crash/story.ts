// One run: desks capture without a pause while whoever works for them is killed; then all comes back, and is counted.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { join as joinTeam, pair } from "../integration/client.ts";
import { Server, until } from "../integration/server.ts";
import type { Browser } from "./browser.ts";
import { Colleague } from "./colleague.ts";
import { checkIntegrity } from "./database.ts";
import { Desk, type DeskStatus } from "./desk.ts";
import { Draw } from "./draw.ts";
import { Keeper } from "./keeper.ts";
import { Killer, type Kills } from "./killer.ts";
import { compareReplica, listSuppressed } from "./replica.ts";
import { countStored, tally, type Tally } from "./tally.ts";

const deskCount = 4;
const browserCount = 3;
const burstMax = 4;
const pauseMsMax = 200;
/** Whom the team knew before the first desk was opened: several pages of a first sync. */
const knownCount = 4000;
const lookAgainMs = 100;
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
  /** Where each desk's replica differs from what the server has. */
  readonly replicas: readonly (readonly string[])[];
  /** Whom the colleague has excluded, and who is on the server. */
  readonly excluded: { readonly wanted: readonly string[]; readonly stored: readonly string[] };
  /** How often each desk found the server to have lost its past: it makes a loss good, which must not be needed. */
  readonly resends: readonly number[];
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
  await mkdir(data, { mode: 0o700 });
  const keeper = new Keeper(await Server.start({ data }), draw.fork());
  const desks: Desk[] = [];
  try {
    const page = await joinTeam(keeper.server);
    const colleague = new Colleague(keeper.server.url, await pair(keeper.server, page), draw.fork());
    await colleague.contact(knownCount);
    while (desks.length < deskCount) {
      desks.push(await Desk.pair(join(top, `desk${String(desks.length)}`), keeper.server, page, draw.fork()));
    }
    const killer = new Killer(desks, keeper, draw.fork());
    const startedAt = Date.now();
    await killAmidWork(killer, killCount, desks, colleague, draw);
    const killingMs = Date.now() - startedAt;
    const storedMeanwhile = await countStored(databaseOf(keeper));
    await keeper.isUp();
    const rest = await Promise.all(desks.map(async (desk) => comeToRest(desk, databaseOf(keeper))));
    await close(desks, keeper);
    return {
      kills: killer.kills,
      killingMs,
      storedMeanwhile,
      desks: rest.map(({ status }) => status),
      replicas: rest.map(({ differences }) => differences),
      ...(await inspect(keeper, desks, colleague)),
    };
  } finally {
    await close(desks, keeper);
  }
}

function databaseOf({ server }: Keeper): string {
  return join(server.data, "instacrm.db");
}

/** People work at their desks while there is killing; one desk after the other is opened, and fills its replica amid it. */
async function killAmidWork(
  killer: Killer,
  killCount: number,
  desks: readonly Desk[],
  colleague: Colleague,
  draw: Draw,
): Promise<void> {
  let isOver = false;
  const write = async (browser: Browser, pauses: Draw): Promise<void> => {
    while (!isOver) {
      browser.write(pauses.between(1, burstMax));
      await new Promise((wake) => setTimeout(wake, pauses.between(0, pauseMsMax)));
    }
  };
  const work = [colleague.work(() => isOver)];
  try {
    for (const [index, desk] of desks.entries()) {
      desk.open(browserCount);
      work.push(...desk.browsers.map(async (browser) => write(browser, draw.fork())));
      await killer.killUpTo(Math.ceil((killCount * (index + 1)) / desks.length));
    }
  } finally {
    isOver = true;
    await Promise.all(work);
  }
}

/** Nobody is killed any more: waits until the desk has handed over all that was written there, and knows all there is. */
async function comeToRest(desk: Desk, database: string): Promise<{ status: DeskStatus; differences: string[] }> {
  const isDone = (): true | undefined => !desk.browsers.some(({ isWaiting }) => isWaiting) || undefined;
  await until(`all that was written at ${desk.name} is acknowledged`, isDone, restDeadlineMs);
  const drained = async (): Promise<DeskStatus | undefined> => {
    const status = await desk.status();
    return status.pending === 0 ? status : undefined;
  };
  const status = await until(`the server has all of ${desk.name}`, drained, restDeadlineMs);
  const end = Date.now() + restDeadlineMs;
  let differences = await compareReplica(database, desk.ledger);
  while (differences.length > 0 && Date.now() < end) {
    await new Promise((wake) => setTimeout(wake, lookAgainMs));
    differences = await compareReplica(database, desk.ledger);
  }
  return { status, differences };
}

/** Ends whoever runs; twice is once. */
async function close(desks: readonly Desk[], keeper: Keeper): Promise<void> {
  await Promise.all(desks.flatMap(({ browsers }) => browsers.map(async (browser) => browser.close())));
  await keeper.close();
}

type Found = Omit<Story, "kills" | "killingMs" | "storedMeanwhile" | "desks" | "replicas">;

/** What is on the disks, when nobody runs any more. */
async function inspect(keeper: Keeper, desks: readonly Desk[], colleague: Colleague): Promise<Found> {
  const browsers = desks.flatMap((desk) => desk.browsers);
  const database = databaseOf(keeper);
  const rollups = await keeper.server.command("rollup", "check");
  return {
    tally: await tally(database, [colleague, ...browsers]),
    excluded: { wanted: [...colleague.excluded].sort(), stored: await listSuppressed(database) },
    repeated: sum(browsers.map(({ acks }) => acks.duplicate)),
    busy: sum(browsers.map(({ refusals }) => refusals.get("busy") ?? 0)),
    resends: await Promise.all(desks.map(async (desk) => desk.resends())),
    ledgers: await Promise.all(desks.map(async ({ ledger }) => checkIntegrity(ledger))),
    database: await checkIntegrity(database),
    rollups: { code: rollups.code, said: `${rollups.stdout}${rollups.stderr}`.trim() },
    troubles: [...keeper.troubles, ...browsers.flatMap(({ troubles }) => troubles)],
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
