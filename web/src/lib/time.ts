// Instants are milliseconds since 1970 UTC; everything shown is in the operator's time zone, with a 24-hour clock.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const formats = {
  clock: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  dayKey: { year: "numeric", month: "2-digit", day: "2-digit" },
  shortDay: { day: "numeric", month: "short" },
  weekday: { weekday: "long", day: "numeric", month: "long" },
  weekdayOfYear: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  year: { year: "numeric" },
  moment: {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

// Making a format costs far more than using one.
const made = new Map<string, Intl.DateTimeFormat>();

function formatFor(name: keyof typeof formats, zone: string): Intl.DateTimeFormat {
  const key = `${name} ${zone}`;
  let format = made.get(key);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat("en-GB", { ...formats[name], timeZone: zone });
    } catch {
      // The server may know a zone that this browser does not.
      format = new Intl.DateTimeFormat("en-GB", { ...formats[name], timeZone: "UTC" });
    }
    made.set(key, format);
  }
  return format;
}

/** 14:32 */
export function formatClock(at: number, zone: string): string {
  return formatFor("clock", zone).format(at);
}

/** Tue, 18 Nov 2025, 14:32:04 Europe/Lisbon: the exact time, for a tooltip. */
export function formatMoment(at: number, zone: string): string {
  return `${formatFor("moment", zone).format(at)} ${zone}`;
}

/** A value that two instants share exactly when they are on the same day there. */
export function dayOf(at: number, zone: string): string {
  return formatFor("dayKey", zone).format(at);
}

function isSameYear(one: number, other: number, zone: string): boolean {
  return formatFor("year", zone).format(one) === formatFor("year", zone).format(other);
}

/** Tuesday, 18 November; with the year where it is not this one. Joined by hand: browsers disagree about the comma. */
export function formatDay(at: number, now: number, zone: string): string {
  const format = formatFor(isSameYear(at, now, zone) ? "weekday" : "weekdayOfYear", zone);
  const parts = format.formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value;
  return `${part("weekday")}, ${[part("day"), part("month"), part("year")].filter(Boolean).join(" ")}`;
}

/** Today, Yesterday, or the day. */
export function formatDayHeading(at: number, now: number, zone: string): string {
  const day = dayOf(at, zone);
  if (day === dayOf(now, zone)) return "Today";
  if (day === dayOf(now - DAY_MS, zone)) return "Yesterday";
  return formatDay(at, now, zone);
}

/** 18 Nov */
export function formatDayOnly(at: number, zone: string): string {
  return formatFor("shortDay", zone).format(at);
}

/** 14:32 today, 18 Nov before. */
export function formatShort(at: number, now: number, zone: string): string {
  return dayOf(at, zone) === dayOf(now, zone) ? formatClock(at, zone) : formatFor("shortDay", zone).format(at);
}

/** "just now", "12 min", "2 h", "3 d". */
export function formatAge(at: number, now: number): string {
  const age = now - at;
  if (age < MINUTE_MS) return "just now";
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min`;
  if (age < DAY_MS) return `${Math.floor(age / HOUR_MS)} h`;
  return `${Math.floor(age / DAY_MS)} d`;
}

/** "Lisbon" out of "Europe/Lisbon". */
export function cityOf(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** The browser's zone, and every zone that it knows; UTC, which lists leave out, goes first. */
export function timeZones(): { own: string; all: string[] } {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { own, all: [...new Set(["UTC", own, ...Intl.supportedValuesOf("timeZone")])].sort() };
}
