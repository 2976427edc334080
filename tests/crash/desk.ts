// A person's desk: one data folder, paired by the agent's own command, and several browsers whose agents share it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { type Client, send } from "../integration/client.ts";
import { instacrmAgent, plainEnvironment, run, type Server, until } from "../integration/server.ts";
import { Browser } from "./browser.ts";
import { query } from "./database.ts";
import type { Draw } from "./draw.ts";

/** What `instacrm-agent status --json` tells that matters here. */
export interface DeskStatus {
  readonly pending: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly code: string; readonly detail: string }[];
}

export class Desk {
  readonly name: string;
  readonly data: string;
  /** Those that are open. */
  readonly browsers: Browser[] = [];
  readonly #draw: Draw;

  private constructor(data: string, draw: Draw) {
    this.data = data;
    this.name = basename(data);
    this.#draw = draw;
  }

  /** Pairs a new desk in the folder with whoever is signed in on the page. */
  static async pair(data: string, server: Server, page: Client, draw: Draw): Promise<Desk> {
    await mkdir(data, { mode: 0o700 });
    await pair(data, server, page);
    return new Desk(data, draw);
  }

  /** Opens browsers there. */
  open(count: number): void {
    for (let index = 0; index < count; index++) {
      this.browsers.push(new Browser(`${this.name}-${String(index)}`, this.data, this.#draw.fork()));
    }
  }

  get ledger(): string {
    return join(this.data, "ledger.db");
  }

  /** How often its agents found that the server had lost what it had acknowledged, and sent that again. */
  async resends(): Promise<number> {
    const [link] = await query<{ past: number }>(this.ledger, "SELECT past FROM link");
    return link?.past ?? 0;
  }

  /** The process that holds the uplink's lock: the one that speaks with the server for all. */
  async syncing(): Promise<number | undefined> {
    const lock = await stat(join(this.data, "uplink.lock")).catch(() => undefined); // The first agent makes it.
    return lock === undefined ? undefined : lockHolder(await readFile("/proc/locks", "utf8"), lock.ino);
  }

  async status(): Promise<DeskStatus> {
    const ended = await run(instacrmAgent, ["status", "--json"], { INSTACRM_AGENT_DATA: this.data });
    if (ended.code !== 0) throw new Error(`status: ${ended.stderr}`);
    return JSON.parse(ended.stdout) as DeskStatus;
  }
}

/** Who holds the lock of the file with that inode; who waits for it (`->`) is not meant. */
function lockHolder(locks: string, inode: number): number | undefined {
  const held = /^\d+: FLOCK\s+ADVISORY\s+WRITE (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /gmu;
  const found = [...locks.matchAll(held)].find(([, , of]) => Number(of) === inode);
  return found === undefined ? undefined : Number(found[1]);
}

async function pair(data: string, server: Server, page: Client): Promise<void> {
  const agent = spawn(instacrmAgent, ["pair", server.url, "--name", basename(data)], {
    env: plainEnvironment({ INSTACRM_AGENT_DATA: data }),
  });
  let said = "";
  agent.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
  agent.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const closed = once(agent, "close");
  try {
    const code = await until("the agent shows a code", () => /type ([2-9A-Z]{4}-[2-9A-Z]{4})\./u.exec(said)?.[1]);
    const path = `/api/v1/pairings/${code.replace("-", "")}/approval`;
    const { status, text } = await send(server.url, "POST", path, { headers: page.pageHeaders() });
    if (status !== 201) throw new Error(`approval: ${text}`);
  } catch (error) {
    agent.kill();
    throw error;
  }
  const [exit] = (await closed) as [number | null];
  if (exit !== 0) throw new Error(`pair ended with ${String(exit)}: ${said}`);
}
