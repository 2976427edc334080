// The real server as a child process, on a free port, with a data folder of its own.

import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** A test asks as fast as no person does; how fast one may, door.test.ts sees. */
const pace = { INSTACRM_REQUESTS_OF_ONE: "100000", INSTACRM_REQUESTS_OF_ADDRESS: "100000" };
const startDeadlineMs = 20_000;
const stopDeadlineMs = 10_000;

/** The folder of the build that is tested. */
export const build = resolve(root, process.env["INSTACRM_BUILD"] ?? "build/release");

export const instacrm = join(build, "instacrm");
export const instacrmAgent = join(build, "instacrm-agent");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment without what would change a program under test. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !entry[0].startsWith("INSTACRM_") &&
      !entry[0].startsWith("ORACLE_") &&
      entry[0] !== "XDG_DATA_HOME",
  );
  // The tests put nothing into the keyring of whoever runs them.
  return { ...Object.fromEntries(kept), INSTACRM_AGENT_KEYRING: "off", ...more };
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(program, args, { env: plainEnvironment(environment) });
  const output = collect(child);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output() };
}

function collect(child: ChildProcessWithoutNullStreams): () => { stdout: string; stderr: string } {
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on("data", (bytes: Buffer) => parts.stdout.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => parts.stderr.push(bytes));
  return () => ({ stdout: Buffer.concat(parts.stdout).toString(), stderr: Buffer.concat(parts.stderr).toString() });
}

/** Waits until `probe` gives something; fails with `what` after the deadline. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  deadlineMs = 10_000,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited ${String(deadlineMs)} ms in vain: ${what}`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

export interface StartOptions {
  /** A data folder that exists already and is kept; a new one if left out. */
  readonly data?: string;
  readonly listen?: string;
  /** The database's address; the file in the data folder if left out. */
  readonly database?: string;
  /** What its environment has besides. */
  readonly environment?: Readonly<Record<string, string>>;
}

export class Server {
  readonly data: string;
  readonly #keepsData: boolean;
  readonly #database: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcessWithoutNullStreams;
  #output: () => { stdout: string; stderr: string };
  #url = "";

  private constructor(
    data: string,
    keepsData: boolean,
    { listen = "127.0.0.1:0", database, environment = {} }: StartOptions,
  ) {
    this.data = data;
    this.#keepsData = keepsData;
    this.#database = database === undefined ? [] : ["--database", database];
    this.#environment = environment;
    [this.#child, this.#output] = this.#spawn(listen);
  }

  /** Starts a server and waits until it has told its address. */
  static async start(options: StartOptions = {}): Promise<Server> {
    const data = options.data ?? (await mkdtemp(join(tmpdir(), "instacrm-data-")));
    const server = new Server(data, options.data !== undefined, options);
    try {
      await server.#isUp();
    } catch (error) {
      await server.kill();
      if (options.data === undefined) await rm(data, { recursive: true, force: true });
      throw error;
    }
    return server;
  }

  /** "http://127.0.0.1:PORT". */
  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether its process lives, be it up already or still starting. */
  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get stdout(): string {
    return this.#output().stdout;
  }

  get stderr(): string {
    return this.#output().stderr;
  }

  /** The secret of the first owner's link that the server printed. */
  get ownerLink(): string {
    const found = /\/join#([A-Za-z0-9_-]{43})$/mu.exec(this.stdout);
    if (found?.[1] === undefined) throw new Error(`There is no link in: ${this.stdout}`);
    return found[1];
  }

  /** Asks it to end and gives its exit code. */
  async stop(signal: "SIGINT" | "SIGTERM" = "SIGTERM"): Promise<number | null> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const closed = once(child, "close");
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), stopDeadlineMs);
    const [code] = (await closed) as [number | null];
    clearTimeout(late);
    return code;
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, "close");
    this.#child.kill("SIGKILL");
    await closed;
  }

  /** Starts it again, on the same port and data. */
  async startAgain(): Promise<void> {
    [this.#child, this.#output] = this.#spawn(`127.0.0.1:${String(this.port)}`);
    await this.#isUp();
  }

  /** Stops it, checks that nothing was amiss, and removes its data. */
  async end(): Promise<void> {
    const code = await this.stop();
    const { stderr } = this.#output();
    if (!this.#keepsData) await rm(this.data, { recursive: true, force: true });
    if (code !== 0) throw new Error(`The server ended with ${String(code)}: ${stderr}`);
    if (/ERROR: |runtime error:/u.test(stderr)) throw new Error(`A sanitizer speaks: ${stderr}`);
  }

  /** Runs another command of the program on the same data. */
  async command(...args: readonly string[]): Promise<Ended> {
    return run(instacrm, [...args, "--data", this.data, ...this.#database], this.#environment);
  }

  /** Runs SQL on the file of its database, as nobody can from outside; gives what it says. */
  async sql(text: string): Promise<string> {
    const file = join(this.data, "instacrm.db");
    return (await promisify(execFile)("sqlite3", ["-cmd", ".timeout 5000", file, text])).stdout;
  }

  #spawn(listen: string): [ChildProcessWithoutNullStreams, () => { stdout: string; stderr: string }] {
    const args = ["serve", "--listen", listen, "--data", this.data, ...this.#database];
    const child = spawn(instacrm, args, { env: plainEnvironment({ ...pace, ...this.#environment }) });
    return [child, collect(child)];
  }

  async #isUp(): Promise<void> {
    this.#url = await until(
      "the server tells its address",
      () => {
        if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
          throw new Error(`The server ended with ${String(this.#child.exitCode)}: ${this.stderr}`);
        }
        const isWhole = this.stdout.includes("Ctrl-C ends the server.");
        // With an address of its own before it (AUTH_URL), it tells as well where it listens.
        const [, url] =
          /^\s*listening\s+(http:\S+)$/mu.exec(this.stdout) ?? /^\s*address\s+(http:\S+)$/mu.exec(this.stdout) ?? [];
        return isWhole ? url : undefined;
      },
      startDeadlineMs,
    );
  }
}
