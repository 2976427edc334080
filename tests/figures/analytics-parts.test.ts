// The funnel, openers, the coverage and the rows behind every figure, in worlds that chance plays: against loops over everything
// that happened, as docs/metrics.md says, on every engine.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Schemas } from "../integration/client.ts";
import { hourOfWeekAt } from "./calendar.ts";
import { Draw } from "./draw.ts";
import { Naive } from "./naive.ts";
import { play } from "./play.ts";
import {
  askedOf,
  bucketsOf,
  type Credit,
  drawQuestion,
  everything,
  figureNames,
  parametersOf,
  type Question,
  rangeOf,
} from "./questions.ts";
import { type Event, readRaw } from "./raw.ts";
import { type Engine, engineNames, openEngine, type World } from "./world.ts";

const worlds = Math.ceil(Number(process.env["FIGURES_WORLDS"] ?? 20) / 4);
const firstSeed = Number(process.env["FIGURES_SEED"] ?? 1);
const questionsOfWorld = 6;
const stages = ["Replied", "Warm", "Booked", "Paid", "Tableturnerr Client"] as const;
const states = ["Found", "Not Found", "Not Searched"] as const;

/** The credits of first contacts in a span, and for each of them whether it was answered. */
class Contacts {
  readonly #naive: Naive;
  readonly #credits: readonly Credit[];

  constructor(naive: Naive, question: Question) {
    this.#naive = naive;
    this.#credits = askedOf(naive, question);
  }

  within(from: number, until: number): Event[] {
    return this.#of("contacted").filter(({ at }) => at >= from && at < until);
  }

  isAnswered(contact: Event): boolean {
    return this.#of("answered").includes(contact);
  }

  #of(figure: Credit["figure"]): Event[] {
    return this.#credits.filter((credit) => credit.figure === figure).map(({ event }) => event);
  }

  /** When who was contacted reached a stage or a later one, not before the contact. */
  reachedAt(contact: Event, stage: number): number | null {
    const later: readonly string[] = stages.slice(stage);
    const times = this.#naive
      .reaches()
      .filter(({ target, milestone }) => target === contact.target && later.includes(milestone))
      .map(({ event }) => event.at)
      .filter((at) => at >= contact.at);
    return times.length === 0 ? null : Math.min(...times);
  }
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle];
  const [left, right] = [sorted[middle - 1], sorted[middle]];
  return left === undefined || right === undefined ? undefined : Math.floor((left + right) / 2);
}

function funnelOf(contacts: Contacts, from: number, until: number): Schemas["Funnel"] {
  const contacted = contacts.within(from, until);
  return {
    from,
    until,
    contacted: contacted.length,
    stages: stages.map((status, stage) => {
      const sinceContact: number[] = [];
      const sinceBefore: number[] = [];
      for (const contact of contacted) {
        const at = contacts.reachedAt(contact, stage);
        const before = stage === 0 ? contact.at : contacts.reachedAt(contact, stage - 1);
        if (at === null || before === null) continue;
        sinceContact.push(at - contact.at);
        sinceBefore.push(at - before);
      }
      const medians = { since_contact_ms: medianOf(sinceContact), since_before_ms: medianOf(sinceBefore) };
      return { tar_status: status, reached: sinceContact.length, ...(sinceContact.length === 0 ? {} : medians) };
    }) as Schemas["Funnel"]["stages"],
  };
}

function isLetter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return /[A-Za-z]/u.test(character);
  return code <= 0xffff && !(code >= 0x2000 && code <= 0x2fff) && !(code >= 0xfe00 && code <= 0xfe0f);
}
const lower = (text: string): string => text.replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase());

/** What is the same of two openers that count as one; empty: there are no words. */
function wordsOf(text: string | null): string {
  const kept: string[] = [];
  let words = 0;
  for (const line of (text ?? "").split("\n")) {
    let begins = true;
    for (const token of line.split(/[ \t-\r]+/u).filter((part) => part !== "")) {
      const letters = Array.from(token).filter(isLetter);
      const isWord =
        letters.length > 0 && !token.startsWith("@") && !token.startsWith("www.") && !token.includes("://");
      if (isWord) {
        const isName = !begins && /^[A-Z]/u.test(letters.join(""));
        const isGreeted = words < 3 && token.endsWith(",");
        if (!isName && !isGreeted) kept.push(lower(letters.join("")));
        words += 1;
        begins = false;
      }
      if (/[.!?]$/u.test(token)) begins = true;
    }
  }
  return kept.length > 0
    ? kept.join(" ")
    : lower(text ?? "")
        .split(/[ \t-\r]+/u)
        .filter((part) => part !== "")
        .join(" ");
}

interface Answers {
  readonly page: (path: string) => Promise<unknown>;
  readonly naive: Naive;
  readonly question: Question;
  readonly contacts: Contacts;
}

/** All pages of the rows, as the ids of their events. */
async function rowsOf({ page, question }: Answers, asked: Readonly<Record<string, string>>): Promise<string[]> {
  const ids: string[] = [];
  const parameters = parametersOf(question);
  for (const [name, value] of Object.entries({ limit: "7", ...asked })) parameters.set(name, value);
  for (;;) {
    const { items, next } = (await page(
      `/analytics/rows?${parameters.toString().replaceAll("+", "%20")}`,
    )) as Schemas["FigureRows"];
    ids.push(...items.map(({ elg_id }) => elg_id));
    if (next === null) return ids;
    parameters.set("after", next);
  }
}

const idsOf = (events: readonly Event[]): string[] => {
  const sorted = [...events].sort((left, right) => (left.position > right.position ? -1 : 1));
  return sorted.map(({ id }) => id);
};

async function checkFunnel({ page, question, contacts }: Answers): Promise<void> {
  const { previous, from, until } = rangeOf(question);
  const told = (await page(`/analytics/funnel?${parametersOf(question).toString()}`)) as Schemas["FunnelAnswer"];
  const starts = bucketsOf(question.zone, question.first, question.days, "week");
  expect(told.total).toEqual(funnelOf(contacts, from, until));
  expect(told.previous).toEqual(funnelOf(contacts, previous, from));
  expect(told.cohorts).toEqual(starts.map((start, index) => funnelOf(contacts, start, starts[index + 1] ?? until)));
}

async function checkOpeners(answers: Answers): Promise<void> {
  const { page, question, contacts, naive } = answers;
  const { previous, from, until } = rangeOf(question);
  const told = (await page(`/analytics/openers?${parametersOf(question).toString()}`)) as Schemas["OpenersAnswer"];
  const now = contacts.within(from, until);
  const before = contacts.within(previous, from);
  const wordsOfEvent = ({ id }: Event): string => wordsOf(naive.messageOf(id)?.text ?? null);
  const countOf = (events: readonly Event[]): Schemas["OpenerCounts"] => ({
    contacted: events.length,
    answered: events.filter((event) => contacts.isAnswered(event)).length,
  });
  const groups = new Map(now.map((event) => [wordsOfEvent(event), event]));
  expect(told.total).toEqual(countOf(now));
  expect(told.previous).toEqual(countOf(before));
  expect(told.different).toBe([...groups.keys()].filter((words) => words !== "").length);
  const naively = [...groups.keys()].map((words) => {
    const own = now.filter((event) => wordsOfEvent(event) === words);
    const example = own.reduce((left, right) => (left.position > right.position ? left : right));
    return {
      counts: countOf(own),
      previous: countOf(before.filter((event) => wordsOfEvent(event) === words)),
      example: naive.entry(example),
      own: idsOf(own),
      position: example.position,
    };
  });
  naively.sort(
    (left, right) => right.counts.contacted - left.counts.contacted || (left.position > right.position ? -1 : 1),
  );
  expect(told.openers.map(({ counts, previous: earlier, example }) => ({ counts, earlier, example }))).toEqual(
    naively.slice(0, 50).map(({ counts, previous: earlier, example }) => ({ counts, earlier, example })),
  );
  for (const [index, { opener }] of told.openers.slice(0, 2).entries()) {
    expect(await rowsOf(answers, { figure: "contacted", opener })).toEqual(naively[index]?.own);
  }
}

async function checkCoverage(answers: Answers): Promise<void> {
  const { page, question, contacts, naive } = answers;
  const { previous, from, until } = rangeOf(question);
  const told = (await page(`/analytics/coverage?${parametersOf(question).toString()}`)) as Schemas["CoverageAnswer"];
  const isOf = (event: Event, field: "email" | "phone_num", state: string): boolean => {
    const target = naive.becomes(event.target ?? "");
    return (field === "email" ? target.emailState : target.phoneState) === state;
  };
  const coverageOf = (events: readonly Event[]): Schemas["Coverage"] => {
    const countOf = (field: "email" | "phone_num"): Schemas["CoverageStates"] => ({
      found: events.filter((event) => isOf(event, field, "Found")).length,
      not_found: events.filter((event) => isOf(event, field, "Not Found")).length,
      not_searched: events.filter((event) => isOf(event, field, "Not Searched")).length,
    });
    const known = events.map((event) => [isOf(event, "email", "Found"), isOf(event, "phone_num", "Found")]);
    return {
      contacted: events.length,
      email: countOf("email"),
      phone_num: countOf("phone_num"),
      either: known.filter((pair) => pair.includes(true)).length,
      both: known.filter((pair) => !pair.includes(false)).length,
    };
  };
  const now = contacts.within(from, until);
  expect(told.coverage).toEqual(coverageOf(now));
  expect(told.previous).toEqual(coverageOf(contacts.within(previous, from)));
  for (const state of states) {
    const asked = { figure: "contacted", email_state: state };
    expect(await rowsOf(answers, asked)).toEqual(idsOf(now.filter((event) => isOf(event, "email", state))));
  }
}

async function checkRows(answers: Answers, draw: Draw): Promise<void> {
  const { question, contacts, naive } = answers;
  const { from, until } = rangeOf(question);
  const credits = askedOf(naive, question).filter(({ event }) => event.at >= from && event.at < until);
  for (const figure of figureNames) {
    const own = credits.filter((credit) => credit.figure === figure).map(({ event }) => event);
    expect(await rowsOf(answers, { figure }), figure).toEqual(idsOf(own));
    const at = own.length > 0 ? draw.one(own).at : from;
    const hour = hourOfWeekAt(question.zone, at);
    const ofHour = own.filter((event) => hourOfWeekAt(question.zone, event.at) === hour);
    expect(await rowsOf(answers, { figure, hour_of_week: String(hour) }), figure).toEqual(idsOf(ofHour));
  }
  for (const [stage, status] of stages.entries()) {
    const own = contacts.within(from, until).filter((contact) => contacts.reachedAt(contact, stage) !== null);
    expect(await rowsOf(answers, { figure: "contacted", stage: status }), status).toEqual(idsOf(own));
  }
}

describe.each(engineNames)("on %s", (name) => {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(async () => {
    await engine?.end();
  });

  test.each(Array.from({ length: worlds }, (_, index) => firstSeed + index))("world %d", async (seed) => {
    if (engine === undefined) return;
    const world: World = await engine.open();
    try {
      await play(world, seed, 80);
      const draw = new Draw(seed);
      const naive = new Naive(await readRaw(world), false);
      const usernames = [...new Set(naive.raw.actors.map(({ username }) => username))].sort();
      const page = (path: string): Promise<unknown> => world.page("Anna").expect<unknown>(200, "GET", `/api/v1${path}`);
      const questions = [everything(Date.now())];
      for (let asked = 0; asked < questionsOfWorld; asked += 1) {
        questions.push(drawQuestion(draw, world, usernames, Date.now()));
      }
      for (const question of questions) {
        const answers = { page, naive, question, contacts: new Contacts(naive, question) };
        await checkFunnel(answers);
        await checkOpeners(answers);
        await checkCoverage(answers);
        await checkRows(answers, draw);
      }
    } finally {
      await world.end();
    }
  });
});
