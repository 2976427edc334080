// The live stream: Server-Sent Events out of the change feed. Promises: every change behind the cursor it was started
// with is handed over in order and once per connection (merging is idempotent); a lost connection is taken up again
// behind the last change, sooner or later for ever; the state tells a person whether what they see is current.

import type { LiveChange } from "./wire";

export type LiveState = { status: "connecting" | "live" | "reconnecting" } | { status: "stale"; since: number };

/** The part of EventSource that is used. */
export interface Stream {
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface LiveOptions {
  onChange: (change: LiveChange, cursor: number) => void;
  /** The cursor is of no use any more; everything must be asked for again. */
  onReset: () => void;
  /** It was connected again, or the server refused: the session may have ended, the server may be a new one. */
  onDoubt: () => void;
  open?: (address: string) => Stream;
}

const RETRY_MS_FIRST = 500;
export const RETRY_MS_MAX = 5_000;
export const STALE_AFTER_MS = 10_000;
const TICK_MS = 15_000;
const ASLEEP_AFTER_MS = 45_000;
const CLOSED = 2;

export class LiveFeed {
  private state: LiveState = { status: "connecting" };
  private readonly listeners = new Set<() => void>();
  private stream: Stream | undefined;
  private cursor = 0;
  private failures = 0;
  private lastLiveAt = Date.now();
  private lastTickAt = Date.now();
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private staleTimer: ReturnType<typeof setTimeout> | undefined;
  private tickTimer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: LiveOptions) {}

  readonly getState = (): LiveState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Begins behind the cursor; on a running stream, begins anew there. */
  start(cursor: number): void {
    this.stop();
    this.cursor = cursor;
    this.lastLiveAt = this.lastTickAt = Date.now();
    this.staleTimer = setTimeout(this.becomeStale, STALE_AFTER_MS);
    this.tickTimer = setInterval(this.tick, TICK_MS);
    this.connect();
  }

  stop(): void {
    this.stream?.close();
    this.stream = undefined;
    this.failures = 0;
    clearTimeout(this.retryTimer);
    clearTimeout(this.staleTimer);
    clearInterval(this.tickTimer);
    this.staleTimer = this.tickTimer = undefined;
    this.setState({ status: "connecting" });
  }

  /** The network is back, or the computer woke up: the connection may be dead without having said so. */
  readonly reconnect = (): void => {
    if (this.tickTimer === undefined) return;
    this.failures = 0;
    this.lose();
    this.connect();
  };

  private connect(): void {
    clearTimeout(this.retryTimer);
    this.stream?.close();
    const address = `/api/v1/live?cursor=${this.cursor}`;
    const stream: Stream = this.options.open?.(address) ?? new EventSource(address);
    this.stream = stream;
    stream.onopen = () => {
      this.opened();
    };
    stream.onerror = () => {
      this.failed(stream);
    };
    stream.addEventListener("change", (event) => {
      this.received(event);
    });
    stream.addEventListener("reset", (event) => {
      this.cursor = Number(event.lastEventId) || this.cursor;
      this.options.onReset();
    });
  }

  private opened(): void {
    const wasLost = this.state.status !== "connecting";
    this.failures = 0;
    clearTimeout(this.staleTimer);
    this.staleTimer = undefined;
    this.setState({ status: "live" });
    if (wasLost) this.options.onDoubt();
  }

  private received(event: MessageEvent<string>): void {
    this.cursor = Number(event.lastEventId);
    this.options.onChange(JSON.parse(event.data) as LiveChange, this.cursor);
  }

  /** The browser would try again by itself, at its own pace and with the first address; ours tells the newest cursor. */
  private failed(stream: Stream): void {
    if (stream !== this.stream) return;
    const wasRefused = stream.readyState === CLOSED;
    this.lose();
    const wait = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** this.failures) * (0.75 + Math.random() / 4);
    this.failures += 1;
    this.retryTimer = setTimeout(() => {
      this.connect();
    }, wait);
    if (wasRefused) this.options.onDoubt();
  }

  private lose(): void {
    this.stream?.close();
    this.stream = undefined;
    clearTimeout(this.retryTimer);
    if (this.state.status === "live") this.lastLiveAt = Date.now();
    if (this.state.status !== "stale") this.setState({ status: "reconnecting" });
    this.staleTimer ??= setTimeout(this.becomeStale, STALE_AFTER_MS);
  }

  private readonly becomeStale = (): void => {
    this.setState({ status: "stale", since: this.lastLiveAt });
  };

  /** A timer that comes far too late says that the computer slept. */
  private readonly tick = (): void => {
    const now = Date.now();
    const slept = now - this.lastTickAt > ASLEEP_AFTER_MS;
    this.lastTickAt = now;
    if (slept) this.reconnect();
  };

  private setState(state: LiveState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
