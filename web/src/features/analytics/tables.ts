// What each chart shows, as the table that its CSV is. Pure.

import type { Cell } from "@/lib/csv";
import { dayIn } from "@/lib/days";
import type { Analytics, CoverageAnswer, Figures, FunnelAnswer, OpenersAnswer } from "@/lib/wire";

const names = ["messages", "contacted", "answered", "replied", "warm", "booked", "paid"] as const;

const valuesOf = (figures: Figures): number[] => names.map((name) => figures[name]);

export function figuresTable({ figures, previous }: Analytics): Cell[][] {
  return [["figure", "value", "before"], ...names.map((name) => [name, figures[name], previous[name]])];
}

export function volumeTable({ volume, time_zone }: Analytics): Cell[][] {
  return [["from", ...names], ...volume.map(({ from, figures }) => [dayIn(from, time_zone), ...valuesOf(figures)])];
}

export function heatmapTable({ heatmap }: Analytics): Cell[][] {
  return [
    ["weekday", "hour", "messages", "contacted", "answered"],
    ...heatmap.map(({ messages, contacted, answered }, index) => [
      Math.floor(index / 24) + 1,
      index % 24,
      messages,
      contacted,
      answered,
    ]),
  ];
}

export function funnelTable({ total, cohorts, time_zone }: FunnelAnswer): Cell[][] {
  return [
    ["from", "contacted", ...total.stages.map(({ tar_status }) => tar_status)],
    ...[...cohorts, total].map(({ from, contacted, stages }, index) => [
      index === cohorts.length ? "all" : dayIn(from, time_zone),
      contacted,
      ...stages.map(({ reached }) => reached),
    ]),
  ];
}

export function openersTable({ openers }: OpenersAnswer): Cell[][] {
  return [
    ["example", "contacted", "answered", "contacted_before", "answered_before"],
    ...openers.map(({ example, counts, previous }) => [
      example.message_preview ?? "",
      counts.contacted,
      counts.answered,
      previous.contacted,
      previous.answered,
    ]),
  ];
}

export function coverageTable({ coverage }: CoverageAnswer): Cell[][] {
  return [
    ["field", "found", "not_found", "not_searched"],
    ...(["email", "phone_num"] as const).map((field) => [
      field,
      coverage[field].found,
      coverage[field].not_found,
      coverage[field].not_searched,
    ]),
  ];
}

export function leadersTable(
  what: string,
  leaders: readonly { name: string; figures: Figures; previous: Figures }[],
): Cell[][] {
  return [
    [what, ...names, ...names.map((name) => `${name}_before`)],
    ...leaders.map(({ name, figures, previous }) => [name, ...valuesOf(figures), ...valuesOf(previous)]),
  ];
}
