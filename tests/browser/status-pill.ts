// What a person reads in the extension's status. Its shadow root is closed, so that only the debugger sees into it.

import type { Page } from "playwright-core";

interface Node {
  readonly nodeName: string;
  readonly nodeValue: string;
  readonly attributes?: readonly string[];
  readonly children?: readonly Node[];
  readonly shadowRoots?: readonly Node[];
}

/** The status's words, or null where the page has no status. */
export async function readStatus(page: Page): Promise<string | null> {
  const session = await page.context().newCDPSession(page);
  try {
    const { root } = await session.send("DOM.getDocument", { depth: -1, pierce: true });
    const status = findStatus(root);
    return status === null ? null : textOf(status);
  } finally {
    await session.detach();
  }
}

function findStatus(node: Node): Node | null {
  const attributes = node.attributes ?? [];
  if (attributes.some((name, i) => i % 2 === 0 && name === "role" && attributes[i + 1] === "status")) return node;
  for (const child of [...(node.shadowRoots ?? []), ...(node.children ?? [])]) {
    const found = findStatus(child);
    if (found !== null) return found;
  }
  return null;
}

function textOf(node: Node): string {
  return node.nodeName === "#text" ? node.nodeValue : (node.children ?? []).map(textOf).join("");
}
