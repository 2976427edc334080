// The link between the desks and the server: two network namespaces, this process's and one more, and bad_link between
// them. Neither has another way out. Addresses are of 127.0.0.0/8, because an agent speaks plain HTTP to no other; here
// they are routed like any network.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { build, run, until } from "../integration/server.ts";

export const serverAddress = "127.77.0.1";
const desksAddress = "127.77.0.2";

export type Weather = "clear" | "bad" | "parted";

export class Link {
  readonly #process: ChildProcessWithoutNullStreams;
  #said = "";

  private constructor(seed: number) {
    this.#process = spawn(join(build, "network", "bad_link"), [String(seed)]);
    this.#process.stdin.on("error", () => undefined);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on("data", (bytes: Buffer) => (this.#said += bytes.toString()));
    }
  }

  /** Makes the other namespace, and puts the link between the two. */
  static async make(seed: number): Promise<Link> {
    const link = new Link(seed);
    await until("the link is there", () => {
      if (link.#process.exitCode !== null) throw new Error(link.#said);
      return link.#said.includes("\n") || undefined;
    });
    await configure([], serverAddress, desksAddress);
    await configure(link.entering, desksAddress, serverAddress);
    return link;
  }

  /** The words before a command that let it run at the desks' end. */
  get entering(): readonly string[] {
    return ["nsenter", `--net=/proc/${String(this.#process.pid)}/ns/net`];
  }

  become(weather: Weather): void {
    this.#process.stdin.write(weather.charAt(0));
  }

  /** Ends it, and gives how many packets it carried and lost. */
  async end(): Promise<{ readonly carried: number; readonly lost: number }> {
    const closed = once(this.#process, "close");
    this.#process.stdin.end();
    await closed;
    const [, carried, lost] = /^carried (\d+), lost (\d+)$/mu.exec(this.#said) ?? [];
    if (carried === undefined) throw new Error(`The link ended badly: ${this.#said}`);
    return { carried: Number(carried), lost: Number(lost) };
  }
}

/** Gives one end its address; only 127.0.0.1 itself stays the end's own. */
async function configure(entering: readonly string[], own: string, other: string): Promise<void> {
  const script = `set -e
    ip link set lo up
    ip address delete 127.0.0.1/8 dev lo
    ip address add 127.0.0.1/32 dev lo
    echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet
    ip address add ${own}/32 peer ${other} dev bad0
    ip link set bad0 up`;
  const [program, ...words] = [...entering, "sh", "-c", script];
  const { code, stderr } = await run(program, words);
  if (code !== 0) throw new Error(`The link gets no addresses: ${stderr}`);
}
