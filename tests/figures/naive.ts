// Every figure anew from what happened, by loops that anybody can follow: docs/schema.md, docs/sync.md and the contract say
// what each of them is. No roll-up is read, no code of the product's is used.

import type { Schemas } from "../integration/client.ts";
import type { Actor, Event, Given, Message, Raw, Target } from "./raw.ts";

const quarterMs = 15 * 60_000;
const previewCharacters = 280;

export const quarterOf = (time: number): number => Math.floor(time / quarterMs) * quarterMs;

/** What is said of a text: its first characters. */
function previewOf(text: string): string {
  return Array.from(text).slice(0, previewCharacters).join("");
}

/** Leaves out what is null, as the contract does. */
function known(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null && value !== undefined));
}

type Field = "tar_status" | "notes" | "email" | "phone_num" | "cont_source";

function fieldOf(target: Target, field: Field): { readonly value: string | null; readonly state: string | null } {
  switch (field) {
    case "tar_status":
      return { value: target.status, state: null };
    case "notes":
      return { value: target.notes, state: null };
    case "email":
      return { value: target.email, state: target.emailState };
    case "phone_num":
      return { value: target.phone, state: target.phoneState };
    case "cont_source":
      return { value: target.source, state: target.sourceState };
  }
}

export interface Reach {
  readonly target: string;
  readonly milestone: string;
  readonly event: Event;
}

/** Lists of what has the same key. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

export class Naive {
  readonly raw: Raw;
  readonly #isSample: boolean;
  readonly #targets: ReadonlyMap<string, Target>;
  readonly #actors: ReadonlyMap<string, Actor>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #messages: ReadonlyMap<string, Message>;
  /** Where an event stands in the log. */
  readonly #order: ReadonlyMap<string, number>;
  /** By what a target has become, in the order of the log. */
  readonly #eventsOf: ReadonlyMap<string, readonly Event[]>;
  readonly #givenTo: ReadonlyMap<string, readonly Given[]>;
  readonly #eventsAs: ReadonlyMap<string, readonly Event[]>;

  constructor(raw: Raw, isSample: boolean) {
    this.raw = raw;
    this.#isSample = isSample;
    this.#targets = new Map(raw.targets.map((target) => [target.id, target]));
    this.#actors = new Map(raw.actors.map((actor) => [actor.id, actor]));
    this.#names = new Map(raw.operators.map(({ id, name }) => [id, name]));
    this.#messages = new Map(raw.messages.map((message) => [message.event, message]));
    this.#order = new Map(raw.events.map((event, index) => [event.id, index]));
    this.#eventsOf = grouped(raw.events, ({ target }) => (target === null ? null : this.becomes(target).id));
    this.#givenTo = grouped(raw.given, ({ target }) => this.becomes(target).id);
    this.#eventsAs = grouped(raw.events, ({ actor }) => actor);
  }

  totals(): Schemas["Totals"] {
    return {
      targets: this.raw.targets.filter(({ mergedInto }) => mergedInto === null).length,
      logs: this.raw.events.length,
      actors: this.raw.actors.length,
      operators: this.raw.operators.length,
    };
  }

  /** The figures of every quarter of an hour, by operator and actor and of the team, as lines in order. */
  quarters(): string[] {
    return this.#figures(quarterOf, true);
  }

  /** The same of days in UTC, without the team's. */
  days(): string[] {
    return this.#figures((at) => at - (at % 86_400_000), false);
  }

  #figures(startOf: (at: number) => number, hasTeam: boolean): string[] {
    const figures = ["events", "messages", "contacted", "answered", "replied", "warm", "booked", "paid"];
    const rows = new Map<string, number[]>();
    const count = (event: Reach["event"], figure: string): void => {
      const start = String(startOf(event.at));
      const keys = [`${start} ${event.operator} ${event.actor ?? "-"}`, ...(hasTeam ? [`${start} - -`] : [])];
      for (const key of keys) {
        const row = rows.get(key) ?? figures.map(() => 0);
        row[figures.indexOf(figure)] = (row[figures.indexOf(figure)] ?? 0) + 1;
        rows.set(key, row);
      }
    };
    for (const event of this.raw.events) {
      count(event, "events");
      if (event.type === "Outreach") count(event, "messages");
    }
    const reaches = this.reaches();
    for (const { target, milestone, event } of reaches) {
      if (milestone === "First Contact") {
        count(event, "contacted");
        const reply = reaches.find((other) => other.target === target && other.milestone === "Replied");
        const wait = reply === undefined ? -1 : reply.event.at - event.at;
        if (wait >= 0 && wait <= 14 * 86_400_000) count(event, "answered");
      } else if (figures.includes(milestone.toLowerCase())) {
        count(event, milestone.toLowerCase());
      }
    }
    return [...rows].map(([key, row]) => `${key} ${row.join(" ")}`).sort();
  }

  /** A target's first message and its first arrival at each status: the first event of all, in the order of the log. */
  reaches(): Reach[] {
    const found: Reach[] = [];
    const has = new Set<string>();
    for (const event of this.raw.events) {
      if (event.target === null) continue;
      const milestones = [event.type === "Outreach" ? "First Contact" : null, event.after];
      for (const milestone of milestones) {
        if (milestone === null || has.has(`${event.target} ${milestone}`)) continue;
        has.add(`${event.target} ${milestone}`);
        found.push({ target: event.target, milestone, event });
      }
    }
    return found;
  }

  window(from: number, until: number): Omit<Schemas["Window"], "from" | "until"> {
    const isWithin = (event: Event): boolean => event.at >= from && event.at < until;
    const reaches = this.reaches().filter(({ event }) => isWithin(event));
    const reached = (milestone: string): number => reaches.filter((reach) => reach.milestone === milestone).length;
    return {
      messages: this.raw.events.filter((event) => event.type === "Outreach" && isWithin(event)).length,
      contacted: reached("First Contact"),
      replied: reached("Replied"),
      warm: reached("Warm"),
      booked: reached("Booked"),
      paid: reached("Paid"),
    };
  }

  target(id: string): Target {
    const found = this.#targets.get(id);
    if (found === undefined) throw new Error(`There is no target ${id}.`);
    return found;
  }

  actor(id: string): Actor {
    const found = this.#actors.get(id);
    if (found === undefined) throw new Error(`There is no actor ${id}.`);
    return found;
  }

  operatorName(id: string): string {
    return this.#names.get(id) ?? "";
  }

  /** What a target has become: itself, unless it was merged. */
  becomes(id: string): Target {
    let target = this.target(id);
    while (target.mergedInto !== null) target = this.target(target.mergedInto);
    return target;
  }

  messageOf(event: string): Message | undefined {
    return this.#messages.get(event);
  }

  /** An event as the log shows it. */
  entry(event: Event): Record<string, unknown> {
    const message = this.#messages.get(event.id);
    const target = event.target === null ? null : this.target(event.target);
    const text = message?.text ?? null;
    return known({
      elg_id: event.id,
      event_type: event.type,
      created_at: event.at,
      received_at: event.received,
      opr_id: event.operator,
      opr_name: this.operatorName(event.operator),
      act_id: event.actor,
      act_username: event.actor === null ? null : this.actor(event.actor).username,
      tar_id: event.target,
      tar_username: target?.username,
      tar_status: target?.status,
      details: event.details,
      olg_id: message?.id,
      sent_at: message?.sent,
      message_preview: text === null ? null : previewOf(text),
      message_characters: message === undefined ? null : Array.from(text ?? "").length,
    });
  }

  /** The log, newest first. */
  log(keeps: (event: Event) => boolean): Record<string, unknown>[] {
    return this.raw.events
      .filter(keeps)
      .reverse()
      .map((event) => this.entry(event));
  }

  /** The events of a target and of all that were merged into it. */
  eventsOf(target: Target): readonly Event[] {
    return this.#eventsOf.get(target.id) ?? [];
  }

  /** What holds of a field: of all values that it was given, itself or as one merged into it, the latest. */
  held(target: Target, field: Field): { readonly value: string | null; readonly state: string | null } | null {
    // The sample's fields were given by no operation: of those there is only the table.
    if (this.#isSample) return fieldOf(target, field);
    const all = (this.#givenTo.get(target.id) ?? []).filter((given) => given.field === field);
    all.sort(
      (left, right) =>
        left.hybrid - right.hybrid ||
        ((left.device ?? "") < (right.device ?? "") ? -1 : (left.device ?? "") > (right.device ?? "") ? 1 : 0) ||
        (this.#order.get(left.event) ?? 0) - (this.#order.get(right.event) ?? 0),
    );
    return all.at(-1) ?? null;
  }

  /** A lead as the list has to show it. */
  lead(target: Target): Record<string, unknown> {
    const first = this.eventsOf(target).find(({ type }) => type === "Outreach");
    const stage = this.held(target, "tar_status")?.value ?? "Cold No Reply";
    const contact = (field: Field): Record<string, unknown> => {
      const held = this.held(target, field);
      return known({ [`${field}_state`]: held?.state ?? "Not Searched", [field]: held?.value ?? null });
    };
    const notes = this.held(target, "notes")?.value ?? null;
    return {
      ...known({
        tar_id: target.id,
        tar_username: target.username,
        tar_status: this.raw.suppressed.has(target.username) ? "Excluded" : stage,
        last_updated: target.updated,
        first_contacted: first?.at,
        first_opr_id: first?.operator,
        first_opr_name: first === undefined ? null : this.operatorName(first.operator),
        first_act_id: first?.actor,
        first_act_username: first?.actor == null ? null : this.actor(first.actor).username,
        notes_preview: notes === null ? null : previewOf(notes),
        has_more_notes: notes !== null && Array.from(notes).length > previewCharacters,
      }),
      ...contact("email"),
      ...contact("phone_num"),
      ...contact("cont_source"),
    };
  }

  leads(): Record<string, unknown>[] {
    return this.raw.targets.filter(({ mergedInto }) => mergedInto === null).map((target) => this.lead(target));
  }

  /** An actor that is handed over was active for whoever gets it, and not for whoever had it. */
  actorEntry(actor: Actor): Record<string, unknown> {
    const gets = `-> ${this.operatorName(actor.operator)}`;
    const deeds = (this.#eventsAs.get(actor.id) ?? []).filter(
      ({ details }) => details?.startsWith(`${actor.username}: `) !== true || details.endsWith(gets),
    );
    return {
      act_id: actor.id,
      act_username: actor.username,
      opr_id: actor.operator,
      opr_name: this.operatorName(actor.operator),
      act_status: actor.status,
      created_at: actor.created,
      last_activity: deeds.reduce((latest, { at }) => Math.max(latest, at), 0),
    };
  }
}
