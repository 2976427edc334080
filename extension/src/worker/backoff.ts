// How long to wait before trying again: doubling, bounded, and jittered so that many desktops do not try at once.

const firstMs = 250;
const lastMs = 30_000;

export class Backoff {
  #attempts = 0;
  readonly #random: () => number;

  /** `random` yields numbers from 0 up to but not including 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The next wait: between half of the doubled time and all of it. */
  nextMs(): number {
    const fullMs = Math.min(lastMs, firstMs * 2 ** Math.min(this.#attempts, 10));
    this.#attempts += 1;
    return Math.round((fullMs / 2) * (1 + this.#random()));
  }

  /** It worked: the next wait is short again. */
  reset(): void {
    this.#attempts = 0;
  }
}
