const counts = new Intl.NumberFormat("en-GB");

/** 1,284 */
export function formatCount(value: number): string {
  return counts.format(value);
}

/** "1 desktop", "2 desktops". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}
