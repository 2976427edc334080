// The operator's desktop: the real agent, installed into a browser profile and paired by its own command.

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "playwright-core";

import { instacrmAgent, plainEnvironment, run, until } from "../integration/server.ts";

const sanitizers = ["ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"];

export class Desktop {
  /** The agent's data folder; the browser must be started with it in its environment. */
  readonly data: string;
  readonly #top: string;
  readonly #reports: string;

  private constructor(top: string) {
    this.#top = top;
    this.data = join(top, "data");
    this.#reports = join(top, "reports");
  }

  static async make(): Promise<Desktop> {
    const desktop = new Desktop(await mkdtemp(join(tmpdir(), "instacrm-agent-")));
    await mkdir(desktop.#reports);
    return desktop;
  }

  /** What the agent needs, and where a sanitizer writes what nobody would read on the standard error of a host. */
  get environment(): Record<string, string> {
    const options = sanitizers.map((name) => {
      const given = process.env[name]?.replace(/:?log_path=[^:]*/u, "") ?? "";
      return [name, `${given}:log_path=${join(this.#reports, name)}`] as const;
    });
    return { INSTACRM_AGENT_DATA: this.data, ...Object.fromEntries(options) };
  }

  /** `instacrm-agent install`, for this profile. */
  async install(profile: string): Promise<void> {
    const ended = await run(instacrmAgent, ["install", "--profile", profile], this.environment);
    if (ended.code !== 0) throw new Error(`install: ${ended.stderr}`);
  }

  /** `instacrm-agent pair`, approved by whoever is signed in on the page. */
  async pair(url: string, dashboard: Page): Promise<void> {
    const agent = spawn(instacrmAgent, ["pair", url, "--name", "Test laptop"], {
      env: plainEnvironment(this.environment),
    });
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

  /** Kills a native host and waits until it is gone: the next one is another. */
  async kill(host: number): Promise<void> {
    process.kill(host, "SIGKILL");
    await until("the host is gone", async () => ((await this.hosts()).includes(host) ? undefined : true));
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

  /** Removes everything; fails when a sanitizer had something to say. */
  async remove(): Promise<void> {
    const names = await readdir(this.#reports);
    const reports = await Promise.all(names.map(async (name) => readFile(join(this.#reports, name), "utf8")));
    await rm(this.#top, { recursive: true, force: true, maxRetries: 5 });
    if (reports.length > 0) throw new Error(`A sanitizer speaks: ${reports.join("\n")}`);
  }
}
