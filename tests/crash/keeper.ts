// Who keeps the server running: starts it again, on the same port and data, whenever it was killed.

import type { Server } from "../integration/server.ts";
import type { Draw } from "./draw.ts";

const pauseMsMax = 200;

export class Keeper {
  readonly server: Server;
  /** Whatever should not have happened, in words. */
  readonly troubles: string[] = [];
  readonly #draw: Draw;
  #kills = 0;
  /** Settles when it is up again. */
  #returning: Promise<void> | null = null;

  constructor(server: Server, draw: Draw) {
    this.server = server;
    this.#draw = draw;
  }

  /** Kills it, also while it starts, and gives whom it killed; undefined when it was not running. */
  async kill(): Promise<number | undefined> {
    if (!this.server.isRunning) return undefined;
    const { pid } = this.server;
    this.#kills++;
    await this.server.kill();
    this.#returning ??= this.#startAgain().finally(() => (this.#returning = null));
    return pid;
  }

  /** Resolves when it is up. */
  async isUp(): Promise<void> {
    await this.#returning;
  }

  /** Ends it, as a person would; twice is once. */
  async close(): Promise<void> {
    await this.isUp();
    const code = await this.server.stop();
    if (code !== 0) this.troubles.push(`The server ended with ${String(code)}: ${this.server.stderr}`);
  }

  async #startAgain(): Promise<void> {
    for (;;) {
      await new Promise((wake) => setTimeout(wake, this.#draw.between(0, pauseMsMax)));
      const kills = this.#kills;
      try {
        await this.server.startAgain();
        return;
      } catch (error) {
        if (kills === this.#kills) {
          this.troubles.push(`The server does not start again: ${String(error)}`);
          return;
        }
      }
    }
  }
}
