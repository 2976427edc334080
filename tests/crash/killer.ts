// Who kills: hosts, the host that syncs, and the server, with SIGKILL, at moments that a seed draws.

import { until } from "../integration/server.ts";
import type { Browser } from "./browser.ts";
import type { Desk } from "./desk.ts";
import type { Draw } from "./draw.ts";
import type { Keeper } from "./keeper.ts";

/** host: any agent of a browser; sync: the one that holds the uplink's lock; server. */
export type Victim = "host" | "sync" | "server";

export type Kills = Readonly<Record<Victim, number>>;

/** midway: about as long as a burst takes from a browser over the ledger to the server's commit. */
const waitMsMax = { any: 250, midway: 12, hurry: 150 };
const burstMax = 12;
const nextOneDeadlineMs = 20_000;

export class Killer {
  readonly kills: Record<Victim, number> = { host: 0, sync: 0, server: 0 };
  readonly #desks: readonly Desk[];
  readonly #keeper: Keeper;
  readonly #draw: Draw;

  constructor(desks: readonly Desk[], keeper: Keeper, draw: Draw) {
    this.#desks = desks;
    this.#keeper = keeper;
    this.#draw = draw;
  }

  get count(): number {
    return this.kills.host + this.kills.sync + this.kills.server;
  }

  /** Kills until there were so many; fails when a victim does not come back. */
  async killUpTo(count: number): Promise<void> {
    while (this.count < count) {
      const desk = this.#draw.one(this.#desks.filter(({ browsers }) => browsers.length > 0));
      const browser = this.#draw.one(desk.browsers);
      const victim = this.#draw.one<Victim>(["host", "sync", "server"]);
      await this.#waitForAMoment(browser);
      if (this.#draw.isOnceIn(12)) await this.#killAll(desk);
      else if (victim === "server") await this.#killServer();
      else if (victim === "sync") await this.#killSyncing(desk);
      else await this.#killHost(browser);
    }
  }

  /** One moment in three is any; one is in the midst of a burst; one is while all hurry, because the server is back. */
  async #waitForAMoment(browser: Browser): Promise<void> {
    const moment = this.#draw.one(["any", "midway", "hurry"] as const);
    const waitMs = this.#draw.between(0, waitMsMax[moment]);
    if (moment === "midway") browser.write(this.#draw.between(1, burstMax));
    if (moment === "hurry") await this.#keeper.isUp();
    await new Promise((wake) => setTimeout(wake, waitMs));
  }

  async #killHost(browser: Browser): Promise<void> {
    await until("a host to kill", () => browser.kill(), nextOneDeadlineMs);
    this.kills.host++;
  }

  /** Waits for the one that syncs: when the last one was killed, another has to take over. */
  async #killSyncing(desk: Desk): Promise<void> {
    const kill = async (): Promise<true | undefined> => killProcess(await desk.syncing());
    await until(`somebody syncs at ${desk.name}`, kill, nextOneDeadlineMs);
    this.kills.sync++;
  }

  async #killServer(): Promise<void> {
    await until("a server to kill", () => this.#keeper.kill(), nextOneDeadlineMs);
    this.kills.server++;
  }

  /** The power goes: all of a desk's hosts at once, and the server with them. */
  async #killAll(desk: Desk): Promise<void> {
    if (killProcess(await desk.syncing()) === true) this.kills.sync++;
    const hosts = desk.browsers.map(async (browser) => {
      if ((await browser.kill()) !== undefined) this.kills.host++;
    });
    await Promise.all([this.#killServer(), ...hosts]);
  }
}

/** Kills a process at once; undefined when there was none any more. */
function killProcess(pid: number | undefined): true | undefined {
  if (pid === undefined) return undefined;
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return undefined;
    throw error;
  }
}
