// One row of a thread: who sent it, and what it says.

import type { Evidence, Row, Sender } from "./facts";
import { conclude } from "./facts";
import { isEmojiPicture, readText } from "./read-text";
import type { SelectorPack } from "./selector-pack";

/** The side of the thread that a row's content hugs, from the layout; null where the layout does not say. */
export type ReadSide = (row: Element, content: Element) => "start" | "end" | null;

/** Names by which the page may call the two people of a thread. */
export interface Names {
  readonly own: string | null;
  readonly counterpart: readonly string[];
}

export function readRow(row: Element, names: Names, readSide: ReadSide, pack: SelectorPack): Row {
  const article = row.querySelector(pack.article) ?? row;
  const parts = textParts(article, pack);
  const texts = parts.map((part) => readText(part, pack.notText)).filter((text) => text !== "");
  return {
    element: row,
    sender: conclude(senderEvidence(row, parts[0] ?? article, names, readSide, pack)),
    texts,
    hasMedia: [...article.querySelectorAll(pack.media)].some((each) => isMedia(each, article, parts, pack)),
  };
}

/** The outermost parts of an article that may be its text; the article itself where nothing is marked as text. */
function textParts(article: Element, pack: SelectorPack): Element[] {
  const marked = [...article.querySelectorAll(pack.text)].filter((part) => {
    const above = part.parentElement?.closest(`${pack.text}, ${pack.article}`);
    return above?.matches(pack.article) !== false && !isWithin(part, pack.notText, article);
  });
  return marked.length > 0 ? marked : [article];
}

function isMedia(element: Element, article: Element, texts: readonly Element[], pack: SelectorPack): boolean {
  if (isEmojiPicture(element) || isWithin(element, pack.notText, article)) return false;
  return !texts.some((text) => text !== article && text.contains(element));
}

/** Whether an element, or one above it inside the article, matches. */
function isWithin(element: Element, selector: string, article: Element): boolean {
  const hit = element.closest(selector);
  return hit !== null && hit !== article && article.contains(hit);
}

function senderEvidence(
  row: Element,
  content: Element,
  names: Names,
  readSide: ReadSide,
  pack: SelectorPack,
): Evidence<Sender>[] {
  const evidence: Evidence<Sender>[] = [];
  for (const labelled of row.querySelectorAll("[aria-label]")) {
    const label = labelled.getAttribute("aria-label") ?? "";
    const prefix = pack.senderLabels.find((each) => label.startsWith(each));
    if (prefix === undefined) continue;
    const sender = senderOfName(label.slice(prefix.length), names);
    if (sender !== null) evidence.push({ source: `label: ${label}`, value: sender });
  }
  for (const part of row.querySelectorAll(pack.notText)) {
    const sentence = part.textContent.trim();
    if (pack.ownSentences.includes(sentence)) evidence.push({ source: `sentence: ${sentence}`, value: "own" });
  }
  const side = readSide(row, content);
  if (side !== null) evidence.push({ source: `side: ${side}`, value: side === "end" ? "own" : "other" });
  return evidence;
}

function senderOfName(name: string, names: Names): Sender | null {
  const called = name.trim().toLowerCase();
  const isOwn = called === names.own || called === "you";
  const isOther = names.counterpart.includes(called);
  // A name that both carry, or neither, says nothing.
  if (isOwn === isOther) return null;
  return isOwn ? "own" : "other";
}
