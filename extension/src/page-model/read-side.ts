// The one place where layout is read: which side of the thread a row's content hugs.

import type { ReadSide } from "./read-row";

/** Content that is nearly centred (a notice, a date) hugs no side. */
const marginDifferenceMin = 16;

export const readSideFromLayout: ReadSide = (row, content) => {
  const outer = row.getBoundingClientRect();
  const range = row.ownerDocument.createRange();
  range.selectNodeContents(content);
  const inner = range.getBoundingClientRect();
  if (outer.width === 0 || inner.width === 0) return null;
  const left = inner.left - outer.left;
  const right = outer.right - inner.right;
  if (Math.abs(left - right) < marginDifferenceMin) return null;
  const isRightToLeft = getComputedStyle(row).direction === "rtl";
  return left > right !== isRightToLeft ? "end" : "start";
};

/** Reads each row's side once: a row keeps its side, and layout is the dear part of reading a page. */
export function rememberSides(readSide: ReadSide): ReadSide {
  const sides = new WeakMap<Element, "start" | "end">();
  return (row, content) => {
    const remembered = sides.get(row);
    if (remembered !== undefined) return remembered;
    const side = readSide(row, content);
    if (side !== null) sides.set(row, side);
    return side;
  };
}
