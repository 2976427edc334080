import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { outreach } from "@/testing/entries";

import { LiveFeed, RETRY_MS_MAX, STALE_AFTER_MS, type Stream } from "./live";
import type { LiveChange } from "./wire";

/** A stream that the test plays the server's part of. */
class PlayedStream implements Stream {
  readyState = 1;
  onopen: ((event: Event) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  isClosed = false;
  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();

  constructor(readonly address: string) {}

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {
    this.isClosed = true;
  }

  say(type: string, id: number, data: unknown): void {
    this.listeners.get(type)?.({ lastEventId: String(id), data: JSON.stringify(data) } as MessageEvent<string>);
  }

  open(): void {
    this.onopen?.({} as Event);
  }

  fail(readyState = 0): void {
    this.readyState = readyState;
    this.onerror?.({} as Event);
  }
}

const change: LiveChange = { entry: outreach(1, "a"), totals: { targets: 1, logs: 1, actors: 1, operators: 1 } };

function play() {
  const streams: PlayedStream[] = [];
  const onChange = vi.fn();
  const onReset = vi.fn();
  const onDoubt = vi.fn();
  const feed = new LiveFeed({
    onChange,
    onReset,
    onDoubt,
    open: (address) => {
      const stream = new PlayedStream(address);
      streams.push(stream);
      return stream;
    },
  });
  const newest = () => {
    const stream = streams.at(-1);
    if (!stream) throw new Error("No stream was opened");
    return stream;
  };
  return { feed, streams, newest, onChange, onReset, onDoubt };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("LiveFeed", () => {
  it("begins behind the cursor and hands changes over", () => {
    const { feed, newest, onChange, onDoubt } = play();
    feed.start(41);
    expect(newest().address).toBe("/api/v1/live?cursor=41");
    newest().open();
    newest().say("change", 42, change);
    expect(feed.getState()).toEqual({ status: "live" });
    expect(onChange).toHaveBeenCalledExactlyOnceWith(change, 42);
    expect(onDoubt).not.toHaveBeenCalled();
  });

  it("resumes a lost connection behind the last change", () => {
    const { feed, streams, newest, onDoubt } = play();
    feed.start(41);
    newest().open();
    newest().say("change", 42, change);
    newest().fail();
    expect(feed.getState()).toEqual({ status: "reconnecting" });
    expect(streams[0]?.isClosed).toBe(true);
    vi.advanceTimersByTime(RETRY_MS_MAX);
    expect(newest().address).toBe("/api/v1/live?cursor=42");
    newest().open();
    expect(feed.getState()).toEqual({ status: "live" });
    expect(onDoubt).toHaveBeenCalledOnce();
  });

  it("keeps trying, but never more often than it should", () => {
    const { feed, streams, newest } = play();
    feed.start(1);
    for (let second = 0; second < 60; second++) {
      newest().fail();
      vi.advanceTimersByTime(1_000);
    }
    expect(streams.length).toBeGreaterThan(10);
    expect(streams.length).toBeLessThan(25);
  });

  it("says since when the page is stale, and forgets it when live again", () => {
    const { feed, newest } = play();
    feed.start(1);
    newest().open();
    vi.advanceTimersByTime(5_000);
    const lostAt = Date.now();
    newest().fail();
    vi.advanceTimersByTime(STALE_AFTER_MS - 1);
    expect(feed.getState()).toEqual({ status: "reconnecting" });
    vi.advanceTimersByTime(1);
    expect(feed.getState()).toEqual({ status: "stale", since: lostAt });
    newest().open();
    vi.advanceTimersByTime(STALE_AFTER_MS * 2);
    expect(feed.getState()).toEqual({ status: "live" });
  });

  it("doubts the session when the server refuses the stream", () => {
    const { feed, newest, onDoubt } = play();
    feed.start(1);
    newest().fail(2);
    expect(onDoubt).toHaveBeenCalledOnce();
  });

  it("asks for everything anew on a reset and goes on from there", () => {
    const { feed, newest, onReset } = play();
    feed.start(1);
    newest().open();
    newest().say("reset", 900, {});
    expect(onReset).toHaveBeenCalledOnce();
    newest().fail();
    vi.advanceTimersByTime(RETRY_MS_MAX);
    expect(newest().address).toBe("/api/v1/live?cursor=900");
  });

  it("connects anew when the computer slept", () => {
    const { feed, streams, newest } = play();
    feed.start(1);
    newest().open();
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(15_000);
    expect(streams).toHaveLength(2);
    newest().open();
    vi.advanceTimersByTime(60_000);
    expect(streams).toHaveLength(2);
  });

  it("is quiet once it is stopped", () => {
    const { feed, streams, newest } = play();
    feed.start(1);
    newest().open();
    feed.stop();
    feed.reconnect();
    vi.advanceTimersByTime(60_000);
    expect(streams).toHaveLength(1);
    expect(streams[0]?.isClosed).toBe(true);
    expect(feed.getState()).toEqual({ status: "connecting" });
  });
});
