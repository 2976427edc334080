/** A value before and after, of one name. */
export interface Change {
  name: string;
  before: string | undefined;
  after: string | undefined;
}

function words(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function membersOf(json: string | undefined): Record<string, unknown> {
  if (json === undefined) return {};
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // A damaged entry is shown as it is.
  }
  return { value: json };
}

/** What an entry's values say, name by name: those of before first, in their order. */
export function changesOf(valueBefore: string | undefined, valueAfter: string | undefined): readonly Change[] {
  const before = membersOf(valueBefore);
  const after = membersOf(valueAfter);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].map((name) => ({ name, before: words(before[name]), after: words(after[name]) }));
}
