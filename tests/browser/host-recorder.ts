// Installs the recording host for a test, and reads what it wrote down.

import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Operation {
  readonly op_id: string;
  readonly kind: string;
  readonly act_username: string;
  readonly tar_username: string;
  readonly thread_id: string;
  readonly message_text?: string;
  readonly sent_at: number;
}

export interface Instructions {
  readonly status: { paired: boolean; online: boolean; pending: number; rejected: number };
  /** So many captures kill the host before it answers. */
  readonly dieBeforeAck: number;
  /** The code of the error that every capture is answered with; empty for none. */
  readonly refuse: string;
}

interface Entry {
  readonly pid: number;
  readonly started?: readonly string[];
  readonly message?: { readonly type: string; readonly operation?: Operation };
}

const obedient: Instructions = {
  status: { paired: true, online: true, pending: 0, rejected: 0 },
  dieBeforeAck: 0,
  refuse: "",
};

export class HostRecorder {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<HostRecorder> {
    const recorder = new HostRecorder(await mkdtemp(join(tmpdir(), "instacrm-host-")));
    const script = fileURLToPath(new URL("recording-host.mjs", import.meta.url));
    const quoted = [process.execPath, script, recorder.#recordPath, recorder.#instructionsPath].map(
      (each) => `'${each}'`,
    );
    await writeFile(recorder.#recordPath, "");
    await recorder.instruct({});
    await writeFile(recorder.hostPath, `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`);
    await chmod(recorder.hostPath, 0o755);
    return recorder;
  }

  get hostPath(): string {
    return join(this.#folder, "host.sh");
  }

  get #recordPath(): string {
    return join(this.#folder, "record.jsonl");
  }

  get #instructionsPath(): string {
    return join(this.#folder, "instructions.json");
  }

  /** Tells the host how to behave from now on. */
  async instruct(instructions: Partial<Instructions>): Promise<void> {
    const draft = `${this.#instructionsPath}.new`;
    await writeFile(draft, JSON.stringify({ ...obedient, ...instructions }));
    await rename(draft, this.#instructionsPath);
  }

  /** Every operation that arrived, in order, each as often as it arrived. */
  async operations(): Promise<Operation[]> {
    const entries = await this.#entries();
    return entries.flatMap(({ message }) => (message?.operation === undefined ? [] : [message.operation]));
  }

  /** The process ids of all hosts that were started. */
  async pids(): Promise<number[]> {
    const entries = await this.#entries();
    return entries.flatMap(({ started, pid }) => (started === undefined ? [] : [pid]));
  }

  /** Everything that arrived but operations. */
  async otherMessages(): Promise<unknown[]> {
    const entries = await this.#entries();
    return entries.flatMap(({ message }) =>
      message === undefined || message.operation !== undefined ? [] : [message],
    );
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #entries(): Promise<Entry[]> {
    const text = await readFile(this.#recordPath, "utf8");
    const lines = text.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Entry);
  }
}
