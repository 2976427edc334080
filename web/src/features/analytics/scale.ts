// Where things of a chart lie. Pure.

/** A round number that nothing is beyond, and the steps to it from 0. */
export function ticksOf(most: number, steps = 5): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? 10 * power;
  const step = Math.max(1, Math.ceil(nice));
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

/** The middle of the `index`th of `count` columns of a width. */
export function middleOf(index: number, count: number, width: number): number {
  return ((index + 0.5) * width) / Math.max(1, count);
}

/** The path of a line through the values, from the left to the right. */
export function pathOf(values: readonly number[], top: number, width: number, height: number): string {
  return values
    .map((value, index) => {
      const x = middleOf(index, values.length, width).toFixed(1);
      const y = (height - (value / top) * height).toFixed(1);
      return `${index === 0 ? "M" : "L"}${x} ${y}`;
    })
    .join(" ");
}

/** Which of the columns have a label, so that they do not touch: about so many of them. */
export function labelled(index: number, count: number, wanted: number): boolean {
  return index % Math.max(1, Math.ceil(count / wanted)) === 0;
}

/** One of six steps of heat for a rate between the least and the most. */
export function heatOf(rate: number, least: number, most: number): number {
  if (most <= least) return 3;
  return Math.min(5, Math.max(0, Math.floor(((rate - least) / (most - least)) * 6)));
}
