// Questions that analytics are asked, and what counts for which of them, as docs/metrics.md says.

import type { Schemas } from "../integration/client.ts";
import { dateAt, startOfDay } from "./calendar.ts";
import type { Draw } from "./draw.ts";
import type { Naive } from "./naive.ts";
import { oddZones } from "./play.ts";
import type { Event } from "./raw.ts";
import { people, type World } from "./world.ts";

const dayMs = 86_400_000;
const answerMs = 14 * dayMs;
export const figureNames = ["messages", "contacted", "answered", "replied", "warm", "booked", "paid"] as const;

export type FigureName = (typeof figureNames)[number];
type Unit = Schemas["AnalyticsUnit"];

/** Something that counts, when it counts and whose it is. */
export interface Credit {
  readonly figure: FigureName;
  readonly event: Event;
}

function creditsOf(naive: Naive): Credit[] {
  const credits: Credit[] = naive.raw.events
    .filter(({ type }) => type === "Outreach")
    .map((event) => ({ figure: "messages", event }));
  const reaches = naive.reaches();
  for (const { target, milestone, event } of reaches) {
    if (milestone === "First Contact") {
      credits.push({ figure: "contacted", event });
      const reply = reaches.find((other) => other.target === target && other.milestone === "Replied");
      if (reply !== undefined && reply.event.at >= event.at && reply.event.at - event.at <= answerMs) {
        credits.push({ figure: "answered", event });
      }
    }
    const figure = figureNames.find((name) => name === milestone.toLowerCase());
    if (figure !== undefined) credits.push({ figure, event });
  }
  return credits;
}

export type Figures = Record<FigureName, number>;

export function count(credits: readonly Credit[]): Figures {
  const figures = Object.fromEntries(figureNames.map((name) => [name, 0])) as Figures;
  for (const { figure } of credits) figures[figure] += 1;
  return figures;
}

/** A date that lies so many days behind another. */
function dateAfter({ year, month, day }: ReturnType<typeof dateAt>, days: number): ReturnType<typeof dateAt> {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

const written = ({ year, month, day }: ReturnType<typeof dateAt>): string =>
  [String(year), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");

const startOf = (zone: string, { year, month, day }: ReturnType<typeof dateAt>): number =>
  startOfDay(zone, year, month, day);

/** The beginnings of the days, weeks or months of a range, the first cut to it. */
export function bucketsOf(zone: string, first: ReturnType<typeof dateAt>, days: number, by: Unit): number[] {
  const starts: number[] = [];
  for (let index = 0; index < days; index += 1) {
    const date = dateAfter(first, index);
    const weekday = new Date(Date.UTC(date.year, date.month - 1, date.day)).getUTCDay();
    if (index === 0 || by === "day" || (by === "week" && weekday === 1) || (by === "month" && date.day === 1)) {
      starts.push(startOf(zone, date));
    }
  }
  return starts;
}

export interface Question {
  readonly zone: string;
  readonly first: ReturnType<typeof dateAt>;
  readonly days: number;
  readonly by: Unit;
  readonly operator: string | null;
  readonly username: string | null;
}

export function drawQuestion(draw: Draw, world: World, usernames: readonly string[], now: number): Question {
  const zone = draw.one(oddZones);
  const days = draw.one([1, 2, 7, 30, 91, 366]);
  return {
    zone,
    days,
    first: dateAfter(dateAt(zone, now - draw.whole(0, 300) * dayMs), 1 - days),
    by: draw.one(["day", "week", "month"] as const),
    operator: draw.happens(30) ? world.id(draw.one(people)) : null,
    username: draw.happens(30) ? draw.one(usernames) : null,
  };
}

/** The parameters of a question, but for `by`. */
export function parametersOf(question: Question): URLSearchParams {
  return new URLSearchParams({
    from: written(question.first),
    to: written(dateAfter(question.first, question.days - 1)),
    time_zone: question.zone,
    ...(question.operator === null ? {} : { opr_id: question.operator }),
    ...(question.username === null ? {} : { act_username: question.username }),
  });
}

/** Where a question's range begins and ends, and the one before it. */
export function rangeOf({ zone, first, days }: Question): { previous: number; from: number; until: number } {
  const previous = startOf(zone, dateAfter(first, -days));
  return { previous, from: startOf(zone, first), until: startOf(zone, dateAfter(first, days)) };
}

/** Everything that there is, so that a world counts something. */
export function everything(now: number): Question {
  const first = dateAfter(dateAt("UTC", now), -365);
  return { zone: "UTC", first, days: 366, by: "month", operator: null, username: null };
}

/** What a question is about of everything that counts. */
export function askedOf(naive: Naive, { operator, username }: Question): Credit[] {
  const usernames = new Map(naive.raw.actors.map((actor) => [actor.id, actor.username]));
  return creditsOf(naive).filter(
    ({ event }) =>
      (operator === null || event.operator === operator) &&
      (username === null || usernames.get(event.actor ?? "") === username),
  );
}
