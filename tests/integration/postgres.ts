// A PostgreSQL server of a test's own (tests/postgres), on a private socket; it goes when the test's process does.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { run } from "./server.ts";

const script = fileURLToPath(new URL("../postgres", import.meta.url));
const notInstalled = 77;

export class Postgres {
  readonly #folder: string;
  readonly #guard: ChildProcess;
  #url = "";

  private constructor(folder: string) {
    this.#folder = folder;
    this.#guard = spawn(script, ["guard", folder], { stdio: ["pipe", "ignore", "ignore"] });
  }

  /** Makes a cluster and starts it; undefined, said loudly, where PostgreSQL is not installed, but not in CI. */
  static async start(): Promise<Postgres | undefined> {
    const postgres = new Postgres(await mkdtemp("/tmp/ic-pg-"));
    const { code, stderr } = await postgres.#control("start");
    if (code === notInstalled && process.env["CI"] === undefined) {
      console.warn(`SKIPPED: ${stderr}`);
      await postgres.end();
      return undefined;
    }
    if (code !== 0) throw new Error(`PostgreSQL did not start: ${stderr}`);
    return postgres;
  }

  /** Where the cluster is. */
  get folder(): string {
    return this.#folder;
  }

  /** What --database takes. */
  get url(): string {
    return this.#url;
  }

  /** Starts it again after a kill. */
  async startAgain(): Promise<void> {
    const { code, stderr } = await this.#control("start");
    if (code !== 0) throw new Error(`PostgreSQL did not start again: ${stderr}`);
  }

  async kill(): Promise<void> {
    await this.#control("kill");
  }

  async pause(): Promise<void> {
    await this.#control("pause");
  }

  async resume(): Promise<void> {
    await this.#control("resume");
  }

  /** Runs a query and gives its lines, columns parted by |. */
  async query(sql: string): Promise<string[]> {
    const { code, stdout, stderr } = await run("psql", ["-X", "-At", "-c", sql, this.#url]);
    if (code !== 0) throw new Error(`psql: ${stderr}`);
    return stdout.split("\n").filter((line) => line !== "");
  }

  async end(): Promise<void> {
    await this.#control("kill");
    this.#guard.stdin?.end();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #control(command: string): Promise<{ code: number | null; stderr: string }> {
    const { code, stdout, stderr } = await run(script, [command, this.#folder]);
    if (command === "start" && code === 0) this.#url = stdout.trim().split("\n").at(-1) ?? "";
    return { code, stderr };
  }
}
