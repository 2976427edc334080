// The link to instacrm-agent, one for all tabs. It promises: every kept operation is sent until it is acknowledged, over
// as many connections as that takes, and is forgotten only then. Nothing is sent before the agent has answered the
// hello. The worker may be killed at any moment: all that matters lies in the browser's storage.

import { limits } from "@contract/contract";

import type { LinkState } from "../messages/link-state";
import { linkStateKey } from "../messages/link-state";
import type { Status, ToExtension, ToHost } from "../messages/native";
import { checkToExtension, checkToHost, hostName } from "../messages/native";
import { forgetOperation, listOperationIds, loadOperations } from "../kept/kept-operations";
import type { Backoff } from "./backoff";

/** So many operations may await their acknowledgement at once. */
const inFlightMax = 32;

/** An agent that has not acknowledged for so long hangs. */
const ackMsMax = 30_000;

const alarmName = "kept";
const alarmMinutes = 0.5;

export class HostLink {
  readonly #backoff: Backoff;
  #port: chrome.runtime.Port | null = null;
  #link: LinkState["link"] = "connecting";
  #status: Status | null = null;
  #refusal: string | null = null;
  /** Operations that were refused on this connection, or that are not fit to be sent; tried again at the alarm. */
  readonly #refused = new Set<string>();
  /** Operations sent on this connection, and when. */
  readonly #inFlight = new Map<string, number>();
  #retry: ReturnType<typeof setTimeout> | null = null;
  #published = "";
  /** Deliveries run one after the other, so that none is sent twice on one connection. */
  #delivery: Promise<void> = Promise.resolve();

  constructor(backoff: Backoff) {
    this.#backoff = backoff;
  }

  /** Connects now if there is no connection, without waiting for the next attempt. */
  open(): void {
    if (this.#port !== null) return;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    const port = chrome.runtime.connectNative(hostName);
    this.#port = port;
    port.onMessage.addListener((message: unknown) => {
      if (port === this.#port) this.#receive(message);
    });
    port.onDisconnect.addListener(() => {
      const reason = chrome.runtime.lastError?.message ?? "";
      if (port === this.#port) this.#lose(/not found|forbidden/i.test(reason) ? "missing" : "broken");
    });
    this.#send({
      type: "hello",
      protocol: limits.protocolVersion,
      extension_version: chrome.runtime.getManifest().version,
    });
  }

  /** Something waits, or the alarm rang: connects where needed, gives up a hanging agent, and tries again what was refused. */
  async retry(): Promise<void> {
    this.#refused.clear();
    const now = Date.now();
    if ([...this.#inFlight.values()].some((sentAt) => now - sentAt > ackMsMax)) this.#drop();
    this.open();
    await this.deliver();
  }

  /** Sends what waits and is not yet sent. */
  deliver(): Promise<void> {
    this.#delivery = this.#delivery.then(() => this.#deliverOnce()).catch(() => undefined);
    return this.#delivery;
  }

  async #deliverOnce(): Promise<void> {
    const waiting = await listOperationIds();
    if (waiting.length > 0) await chrome.alarms.create(alarmName, { periodInMinutes: alarmMinutes });
    else await chrome.alarms.clear(alarmName);
    const port = this.#port;
    if (port === null || this.#link !== "linked") return;
    const next = waiting
      .filter((opId) => !this.#inFlight.has(opId) && !this.#refused.has(opId))
      .slice(0, inFlightMax - this.#inFlight.size);
    const operations = await loadOperations(next);
    for (const [opId, operation] of operations) {
      if (port !== this.#port) return;
      if (operation.ok && this.#send({ type: "capture", operation: operation.value })) {
        this.#inFlight.set(opId, Date.now());
      } else {
        this.#refuse("invalid_field", opId);
      }
    }
  }

  #send(message: ToHost): boolean {
    if (!checkToHost(message).ok || this.#port === null) return false;
    this.#port.postMessage(message);
    return true;
  }

  #receive(message: unknown): void {
    const checked = checkToExtension(message);
    if (!checked.ok) {
      // Whatever this is, it does not speak the contract: better no agent than a misunderstood one.
      this.#refusal = "malformed_frame";
      this.#drop();
      return;
    }
    void this.#act(checked.value);
  }

  async #act(message: ToExtension): Promise<void> {
    if (message.type === "status") {
      this.#backoff.reset();
      this.#link = "linked";
      this.#status = message;
      if (this.#refused.size === 0) this.#refusal = null;
    } else if (message.type === "ack") {
      await forgetOperation(message.op_id);
      this.#inFlight.delete(message.op_id);
    } else {
      this.#refuse(message.code, message.op_id);
    }
    this.#publish();
    await this.deliver();
  }

  #refuse(code: string, opId?: string): void {
    this.#refusal = code;
    if (opId === undefined) return;
    this.#inFlight.delete(opId);
    this.#refused.add(opId);
    this.#publish();
  }

  /** Ends the connection from our side. */
  #drop(): void {
    this.#port?.disconnect();
    this.#lose("broken");
  }

  #lose(link: "missing" | "broken"): void {
    this.#port = null;
    this.#link = link;
    this.#inFlight.clear();
    this.#refused.clear();
    this.#publish();
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.open();
    }, this.#backoff.nextMs());
  }

  #publish(): void {
    const state: LinkState = {
      link: this.#link,
      status: this.#status,
      refused: this.#refused.size,
      refusal: this.#refusal,
    };
    const text = JSON.stringify(state);
    if (text === this.#published) return;
    this.#published = text;
    void chrome.storage.local.set({ [linkStateKey]: state });
  }
}
