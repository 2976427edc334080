const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function firstLetter(word: string): string {
  return graphemes.segment(word).containing(0)?.segment ?? "";
}

/** "ML" for "Maya Lindqvist", "M" for "Maya"; whole characters, whatever the script. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/u).filter(Boolean);
  const last = words.length > 1 ? words.at(-1) : undefined;
  return `${firstLetter(words[0] ?? "")}${firstLetter(last ?? "")}`.toLocaleUpperCase("en");
}
