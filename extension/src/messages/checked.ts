// How every message is checked: a reader takes an unknown value apart and either returns it typed or says what is wrong.

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export const valid = <T>(value: T): Checked<T> => ({ ok: true, value });
export const invalid = (problem: string): Checked<never> => ({ ok: false, problem });

export type Fields = Readonly<Record<string, unknown>>;
type Rule = (value: unknown) => boolean;

/** The fields of an object that has exactly the required fields, perhaps optional ones, and each as its rule asks. */
export function checkFields(
  value: unknown,
  required: Readonly<Record<string, Rule>>,
  optional: Readonly<Record<string, Rule>> = {},
): Checked<Fields> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return invalid("It is not an object.");
  const fields = value as Fields;
  for (const name of Object.keys(required)) {
    if (!Object.hasOwn(fields, name)) return invalid(`The field ${name} is missing.`);
  }
  for (const [name, field] of Object.entries(fields)) {
    const rule = Object.hasOwn(required, name)
      ? required[name]
      : Object.hasOwn(optional, name)
        ? optional[name]
        : undefined;
    if (rule === undefined) return invalid("It has an unknown field.");
    if (!rule(field)) return invalid(`The field ${name} has a value that it cannot have.`);
  }
  return valid(fields);
}

export const isText: Rule = (value) => typeof value === "string";
export const isFlag: Rule = (value) => typeof value === "boolean";
export const isCount: Rule = (value) => Number.isInteger(value) && (value as number) >= 0;
export const isExactly =
  (expected: unknown): Rule =>
  (value) =>
    value === expected;
export const isOneOf =
  (...expected: readonly string[]): Rule =>
  (value) =>
    typeof value === "string" && expected.includes(value);
export const isLike =
  (pattern: RegExp): Rule =>
  (value) =>
    typeof value === "string" && pattern.test(value);
