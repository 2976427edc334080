// The text of an element exactly as a person reads it: line breaks, emoji that the page draws as pictures, and every
// character as it is. Only the tree is read, never the layout.

const blockTags = new Set(["BLOCKQUOTE", "DIV", "LI", "OL", "P", "PRE", "UL"]);
// Joiners and variation selectors are among the components.
const emoji = /^[\p{Emoji}\p{Emoji_Component}]+$/u;
const elementNode = 1;
const textNode = 3;

/** Whether a picture stands for an emoji, which is text, and not for a photo. */
export function isEmojiPicture(element: Element): boolean {
  return element.tagName === "IMG" && emoji.test(element.getAttribute("alt") ?? "");
}

/** The text of an element; parts that match `except` are left out. */
export function readText(root: Element, except?: string): string {
  let text = "";
  // A line ends when a block begins or ends, but only something after it makes that visible.
  let lineEnded = false;

  const append = (piece: string): void => {
    if (piece === "") return;
    if (lineEnded && text !== "") text += "\n";
    lineEnded = false;
    text += piece;
  };

  const visit = (node: Node): void => {
    if (node.nodeType === textNode) {
      append(node.nodeValue ?? "");
      return;
    }
    if (node.nodeType !== elementNode) return;
    const element = node as Element;
    if (except !== undefined && element !== root && element.matches(except)) return;
    if (element.tagName === "BR") {
      breakLine(element);
    } else if (element.tagName === "IMG") {
      if (isEmojiPicture(element)) append(element.getAttribute("alt") ?? "");
    } else {
      const isBlock = element !== root && blockTags.has(element.tagName);
      if (isBlock && text !== "") lineEnded = true;
      for (const child of element.childNodes) visit(child);
      if (isBlock) lineEnded = true;
    }
  };

  // The last <br> of a block only keeps its line open: the block's own end is the line break.
  const breakLine = (element: Element): void => {
    if (lineEnded && text !== "") text += "\n";
    const parent = element.parentElement;
    const closesBlock =
      element.nextSibling === null && parent !== null && (parent === root || blockTags.has(parent.tagName));
    lineEnded = closesBlock;
    if (!closesBlock) text += "\n";
  };

  visit(root);
  return text;
}
