// The operator's desktop: the real agent, installed into a browser profile and paired by its own command.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "playwright-core";

import { instacrmAgent, plainEnvironment, run, until } from "../integration/server.ts";

export class Desktop {
  /** The agent's data folder; the browser must be started with it in its environment. */
  readonly data: string;

  private constructor(data: string) {
    this.data = data;
  }

  static async make(): Promise<Desktop> {
    return new Desktop(await mkdtemp(join(tmpdir(), "instacrm-agent-")));
  }

  get environment(): Record<string, string> {
    return { INSTACRM_AGENT_DATA: this.data };
  }

  /** `instacrm-agent install`, for this profile. */
  async install(profile: string): Promise<void> {
    const ended = await run(instacrmAgent, ["install", "--profile", profile], this.environment);
    if (ended.code !== 0) throw new Error(`install: ${ended.stderr}`);
  }

  /** `instacrm-agent pair`, approved by whoever is signed in on the page. */
  async pair(url: string, dashboard: Page): Promise<void> {
    const agent = spawn(instacrmAgent, ["pair", url, "--name", "Test laptop"], { env: plainEnvironment(this.environment) });
    let said = "";
    agent.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
    agent.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
    const ended = new Promise<number | null>((resolve) => agent.once("close", resolve));
    const code = await until("the agent shows a code", () => /type ([2-9A-Z]{4}-[2-9A-Z]{4})\./u.exec(said)?.[1]);
    await dashboard.goto(`${url}/pair`);
    await dashboard.getByLabel("The code that it shows").fill(code);
    await dashboard.keyboard.press("Enter");
    await dashboard.getByText("Test laptop").first().waitFor();
    await dashboard.getByRole("button", { name: "Approve desktop" }).click();
    const exit = await ended;
    if (exit !== 0) throw new Error(`pair ended with ${String(exit)}: ${said}`);
  }

  /** The processes that a browser started as this desktop's native host. */
  async hosts(): Promise<number[]> {
    const found: number[] = [];
    for (const name of await readdir("/proc")) {
      if (/^\d+$/u.test(name) && (await this.#isHost(name))) found.push(Number(name));
    }
    return found;
  }

  /** The one native host; waits for it. */
  async host(): Promise<number> {
    return until("the browser starts the native host", async () => (await this.hosts())[0]);
  }

  async #isHost(pid: string): Promise<boolean> {
    try {
      if ((await readlink(`/proc/${pid}/exe`)) !== instacrmAgent) return false;
      const environment = await readFile(`/proc/${pid}/environ`, "utf8");
      const state = /\) (\S)/u.exec(await readFile(`/proc/${pid}/stat`, "utf8"))?.[1];
      return state !== "Z" && environment.split("\0").includes(`INSTACRM_AGENT_DATA=${this.data}`);
    } catch {
      return false; // It has ended meanwhile.
    }
  }

  async remove(): Promise<void> {
    await rm(this.data, { recursive: true, force: true, maxRetries: 5 });
  }
}
