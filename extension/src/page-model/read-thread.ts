// The page as facts: which thread is open, between whom, with which rows and which draft.

import type { Evidence, Fact, Row, Thread } from "./facts";
import { conclude } from "./facts";
import { parseHandle, parseProfilePath } from "./handle";
import type { Names, ReadSide } from "./read-row";
import { readRow } from "./read-row";
import { readText } from "./read-text";
import type { SelectorPack } from "./selector-pack";

/** The thread that an address names, or null where it names none. */
export function threadIdOfPath(path: string): string | null {
  return /^\/direct\/t\/([A-Za-z0-9_-]{1,64})(?:\/|$)/.exec(path)?.[1] ?? null;
}

/** The thread that is open, or null where none is. `path` is the address's path. */
export function readThread(root: ParentNode, path: string, readSide: ReadSide, pack: SelectorPack): Thread | null {
  const threadId = threadIdOfPath(path);
  if (threadId === null) return null;
  const own = readOwn(root, pack);
  const links = profileLinks(root, pack);
  const counterpart = readCounterpart(links);
  const names: Names = {
    own: own.known ? own.value : null,
    counterpart: [
      ...(counterpart.known ? [counterpart.value] : []),
      ...links.map(({ link }) => link.textContent.trim().toLowerCase()).filter((name) => name !== ""),
    ],
  };
  const list = findList(root, pack);
  return {
    threadId,
    own,
    counterpart,
    hasList: list !== null,
    rows: list === null ? [] : readRows(list, names, readSide, pack),
    draft: readDraft(root, pack),
  };
}

/** The composer's text, or null where there is no composer. The line that an empty editor keeps open is not text. */
export function readDraft(root: ParentNode, pack: SelectorPack): string | null {
  const composer = root.querySelector(pack.composer);
  return composer === null ? null : readText(composer);
}

/** Whether a node belongs to the composer. */
export function isInComposer(node: Node, pack: SelectorPack): boolean {
  const element = node.nodeType === Node.ELEMENT_NODE ? (node as Element) : node.parentElement;
  return element?.closest(pack.composer) != null;
}

function readOwn(root: ParentNode, pack: SelectorPack): Fact<string> {
  const evidence: Evidence<string>[] = [];
  for (const heading of root.querySelectorAll(pack.ownHandle)) {
    const handle = parseHandle(heading.textContent);
    if (handle !== null) evidence.push({ source: pack.ownHandle, value: handle });
  }
  return conclude(evidence);
}

interface ProfileLink {
  readonly link: Element;
  readonly label: string;
  readonly named: string;
}

/** The links to profiles that belong to the open thread: those of the header and of the rows, not of the thread list. */
function profileLinks(root: ParentNode, pack: SelectorPack): ProfileLink[] {
  const found: ProfileLink[] = [];
  for (const link of root.querySelectorAll("a[aria-label]")) {
    const label = link.getAttribute("aria-label") ?? "";
    const prefix = pack.profileLinkLabels.find((each) => label.startsWith(each));
    if (prefix === undefined || link.closest(pack.threadList) !== null) continue;
    found.push({ link, label, named: label.slice(prefix.length) });
  }
  return found;
}

/** What the label says and where the link goes must name the same person, in every link. */
function readCounterpart(links: readonly ProfileLink[]): Fact<string> {
  const evidence: Evidence<string>[] = [];
  for (const { link, label, named } of links) {
    const byLabel = parseHandle(named);
    const byAddress = parseProfilePath(link.getAttribute("href") ?? "");
    if (byLabel !== null) evidence.push({ source: `label: ${label}`, value: byLabel });
    if (byAddress !== null) evidence.push({ source: "address", value: byAddress });
  }
  return conclude(evidence);
}

function findList(root: ParentNode, pack: SelectorPack): Element | null {
  for (const selector of pack.messageLists) {
    const list = root.querySelector(selector);
    if (list !== null) return list;
  }
  return null;
}

function readRows(list: Element, names: Names, readSide: ReadSide, pack: SelectorPack): Row[] {
  const elements = [...list.querySelectorAll(pack.row)].filter((row) => row.querySelector(pack.article) !== null);
  if (elements[0] !== undefined && isReversed(elements[0])) elements.reverse();
  return elements.map((element) => readRow(element, names, readSide, pack));
}

/** Whether the rows' container shows its last child first. */
function isReversed(row: Element): boolean {
  const parent = row.parentElement;
  return parent !== null && getComputedStyle(parent).flexDirection === "column-reverse";
}
