// Days of the calendar, as 2026-03-29. Pure.

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
/** Clocks are at most so far from UTC. */
const OFFSET_MS_MAX = 15 * 3_600_000;

const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

/** Whether it is a day of the calendar, from 1970 on. */
export function isDay(value: unknown): value is string {
  return (
    typeof value === "string" &&
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/u.test(value) &&
    value >= "1970-01-01" &&
    !Number.isNaN(numberOf(value)) &&
    shiftDay(value, 0) === value
  );
}

/** The day so many days behind another. */
export function shiftDay(day: string, by: number): string {
  return new Date((numberOf(day) + by) * DAY_MS).toISOString().slice(0, 10);
}

/** How many days there are from one to another, both included. */
export function countDays(from: string, to: string): number {
  return numberOf(to) - numberOf(from) + 1;
}

/** The day that an instant lies on there. */
export function dayIn(at: number, zone: string): string {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone } as const;
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}

/** The first instant of a day there. Clocks change at quarters of an hour, and some at midnight: then it begins later. */
export function startOfDay(day: string, zone: string): number {
  const midnight = numberOf(day) * DAY_MS;
  let low = midnight - OFFSET_MS_MAX;
  let high = midnight + OFFSET_MS_MAX;
  while (high - low > QUARTER_MS) {
    const middle = low + Math.floor((high - low) / 2 / QUARTER_MS) * QUARTER_MS;
    if (dayIn(middle, zone) < day) low = middle;
    else high = middle;
  }
  return high;
}
