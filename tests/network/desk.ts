// A desk behind the link: one data folder, paired with the server, and browsers whose agents run at the desks' end.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Browser } from "../crash/browser.ts";
import type { Draw } from "../crash/draw.ts";
import { type Client, pair } from "../integration/client.ts";
import { instacrmAgent, run, type Server } from "../integration/server.ts";

/** What `instacrm-agent status --json` tells that matters here. */
export interface DeskStatus {
  readonly pending: number;
  readonly rejected: number;
}

export class Desk {
  readonly data: string;
  readonly browsers: readonly Browser[];

  private constructor(data: string, browsers: readonly Browser[]) {
    this.data = data;
    this.browsers = browsers;
  }

  /** Pairs a desk in the folder, lets its agents find the server at the URL, and opens browsers there. */
  static async open(
    data: string,
    name: string,
    { server, page, url, entering }: { server: Server; page: Client; url: string; entering: readonly string[] },
    draws: readonly Draw[],
  ): Promise<Desk> {
    await mkdir(data, { mode: 0o700 });
    const { deviceId, token } = await pair(server, page, name);
    const device = {
      server_url: url,
      device_id: deviceId,
      device_token: token,
      opr_name: name,
      token_created_at: Date.now(),
    };
    await writeFile(join(data, "device.json"), JSON.stringify(device), { mode: 0o600 });
    const browsers = draws.map((draw, index) => new Browser(`${name}-${String(index)}`, data, draw, entering));
    return new Desk(data, browsers);
  }

  get ledger(): string {
    return join(this.data, "ledger.db");
  }

  async status(): Promise<DeskStatus> {
    const ended = await run(instacrmAgent, ["status", "--json"], { INSTACRM_AGENT_DATA: this.data });
    if (ended.code !== 0) throw new Error(`status: ${ended.stderr}`);
    return JSON.parse(ended.stdout) as DeskStatus;
  }

  async close(): Promise<void> {
    await Promise.all(this.browsers.map(async (browser) => browser.close()));
  }
}
