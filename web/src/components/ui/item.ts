/** A row of a list in a card. */
export const itemClass =
  "flex min-h-[52px] flex-wrap items-center gap-x-3 gap-y-1 border-line px-4 py-2 not-first:border-t";
