// The code that a desktop shows: eight characters without look-alikes, in two groups of four.

const SIZE = 8;
const FORM = /^[2-9A-HJ-NP-TV-Z]{8}$/u;

/** What was typed, without what only helps to read it. */
export function normaliseCode(typed: string): string {
  return typed.replaceAll(/[\s\-–—.]/gu, "").toUpperCase();
}

/** Why a code cannot be one; undefined where it can. */
export function codeFault(typed: string): string | undefined {
  const code = normaliseCode(typed);
  if (code === "") return "Type the code that the desktop shows.";
  const stranger = Array.from(code).find((character) => !/[2-9A-HJ-NP-TV-Z]/u.test(character));
  if (stranger !== undefined) return `Codes have no ${stranger}. They leave out 0, 1, I, O and U.`;
  if (code.length !== SIZE) return `A code has ${SIZE} characters, this has ${code.length}.`;
  return undefined;
}

export function isCode(code: string): boolean {
  return FORM.test(code);
}

/** ABCD-EFGH, as the desktop shows it. */
export function formatCode(code: string): string {
  return `${code.slice(0, SIZE / 2)}-${code.slice(SIZE / 2)}`;
}
