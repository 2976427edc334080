// A calendar that asks the platform what the clocks show, and nothing else: slow and obvious. The product's own counts offsets.

const formats = new Map<string, Intl.DateTimeFormat>();

interface Local {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** What the clocks of a zone show at an instant. */
function localAt(zone: string, time: number): Local {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: part("second"),
  };
}

/** How far the clocks are ahead of UTC, in milliseconds. */
function offsetAt(zone: string, time: number): number {
  const { year, month, day, hour, minute, second } = localAt(zone, time);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000;
}

/** The minute of the day that the clocks show. */
export function minuteOfDayAt(zone: string, time: number): number {
  const { hour, minute } = localAt(zone, time);
  return hour * 60 + minute;
}

/** The date that the clocks show; the months from 1. */
export function dateAt(
  zone: string,
  time: number,
): { readonly year: number; readonly month: number; readonly day: number } {
  const { year, month, day } = localAt(zone, time);
  return { year, month, day };
}

/** The hour of the week, from Monday, 0 h. */
export function hourOfWeekAt(zone: string, time: number): number {
  const { year, month, day, hour } = localAt(zone, time);
  return ((new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7) * 24 + hour;
}

const hourMs = 3_600_000;

/** The instants from `from` to `until` at which the clocks of a zone are put forward or back. */
export function changesOfClocks(zone: string, from: number, until: number): number[] {
  const found: number[] = [];
  for (let time = from; time < until; time += 24 * hourMs) {
    let [before, behind] = [time, time + 24 * hourMs];
    if (offsetAt(zone, before) === offsetAt(zone, behind)) continue;
    const offset = offsetAt(zone, before);
    while (behind - before > 1000) {
      const middle = Math.floor((before + behind) / 2000) * 1000;
      if (offsetAt(zone, middle) === offset) before = middle;
      else behind = middle;
    }
    found.push(behind);
  }
  return found;
}

const stepMs = 15 * 60_000;

/** The first instant at which the clocks show a date or a later one; the month and the day may lie beyond their ends. */
export function startOfDay(zone: string, year: number, month: number, day: number): number {
  const wanted = Date.UTC(year, month - 1, day);
  let time = wanted - 20 * hourMs;
  for (;;) {
    const shown = localAt(zone, time);
    if (Date.UTC(shown.year, shown.month - 1, shown.day) >= wanted) return time;
    time += stepMs;
  }
}

export interface Period {
  readonly from: number;
  readonly until: number;
}

/** The day or month of a zone that lies so many before the one that an instant is of. */
export function periodBefore(zone: string, time: number, kind: "Daily" | "Monthly", back: number): Period {
  const { year, month, day } = localAt(zone, time);
  const isDaily = kind === "Daily";
  const start = (index: number): number =>
    isDaily ? startOfDay(zone, year, month, day + index) : startOfDay(zone, year, month + index, 1);
  // Where clocks go back over midnight, the date of before is shown again; it is not the day any more.
  let index = 1;
  while (start(index) > time) index -= 1;
  return { from: start(index - back), until: start(index - back + 1) };
}
