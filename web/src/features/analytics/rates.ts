// Rates and changes in words. Pure.

import { formatCount } from "@/lib/number";

/** Fewer first contacts than this say nothing of a rate. */
export const FEW = 20;

/** null: of nothing. */
export function rateOf(answered: number, contacted: number): number | null {
  return contacted === 0 ? null : answered / contacted;
}

/** 12.9 % */
export function formatRate(rate: number | null): string {
  return rate === null ? "–" : `${(100 * rate).toFixed(1)} %`;
}

export interface Change {
  /** "12.7 %", "1.4 points", or nothing where there is nothing to compare. */
  by: string;
  direction: "more" | "less" | "same";
}

export function changeOf(now: number, before: number): Change {
  if (now === before) return { by: "", direction: "same" };
  const direction = now > before ? "more" : "less";
  const by = before === 0 ? formatCount(now) : `${((100 * Math.abs(now - before)) / before).toFixed(1)} %`;
  return { by, direction };
}

/** Of rates, in points of a hundred. */
export function changeOfRates(now: number | null, before: number | null): Change {
  if (now === null || before === null || Math.abs(now - before) < 0.0005) return { by: "", direction: "same" };
  return { by: `${(100 * Math.abs(now - before)).toFixed(1)} points`, direction: now > before ? "more" : "less" };
}

/** Wilson's interval of 95 %: where the rate of so few may lie. */
export function intervalOf(answered: number, contacted: number): readonly [number, number] {
  if (contacted === 0) return [0, 1];
  const z = 1.96;
  const rate = answered / contacted;
  const centre = rate + (z * z) / (2 * contacted);
  const spread = z * Math.sqrt((rate * (1 - rate)) / contacted + (z * z) / (4 * contacted * contacted));
  const whole = 1 + (z * z) / contacted;
  return [Math.max(0, (centre - spread) / whole), Math.min(1, (centre + spread) / whole)];
}

const spans = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
] as const;

/** "2 d 3 h", "51 min": the two largest units. */
export function formatWait(ms: number): string {
  const first = spans.findIndex(([, span]) => ms >= span);
  if (first < 0) return "under 1 min";
  const [name, span] = spans[first] ?? spans[0];
  const next = spans[first + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % span) / next[1]);
  return `${String(Math.floor(ms / span))} ${name}${next === undefined || rest === 0 ? "" : ` ${String(rest)} ${next[0]}`}`;
}
