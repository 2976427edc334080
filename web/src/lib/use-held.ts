// A list that does not move under the pointer: while pointer or focus is inside, newer entries wait and are counted.

import { type FocusEvent, type PointerEvent, useState } from "react";

import { holdBack } from "./entries";
import type { LogEntry } from "./wire";

export interface HeldList {
  visible: readonly LogEntry[];
  waiting: number;
  /** Shows what waits. */
  release: () => void;
  /** For the element that must hold still. */
  handlers: {
    onPointerEnter: (event: PointerEvent) => void;
    onPointerLeave: (event: PointerEvent) => void;
    onFocus: () => void;
    onBlur: (event: FocusEvent) => void;
  };
}

/** `alsoHeld` holds for a reason of the list's own, such as being scrolled away from its top. */
export function useHeld(latest: readonly LogEntry[], alsoHeld = false): HeldList {
  const [shown, setShown] = useState(latest);
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const isHeld = isPointed || isFocused || alsoHeld;
  if ((!isHeld || shown.length === 0) && shown !== latest) setShown(latest);
  return {
    ...(isHeld ? holdBack(shown, latest) : { visible: latest, waiting: 0 }),
    release: () => {
      setShown(latest);
    },
    handlers: {
      // A finger that taps enters and leaves at once; only what can hover holds.
      onPointerEnter: (event) => {
        setPointed(event.pointerType !== "touch");
      },
      onPointerLeave: () => {
        setPointed(false);
      },
      onFocus: () => {
        setFocused(true);
      },
      onBlur: (event) => {
        setFocused(event.currentTarget.contains(event.relatedTarget));
      },
    },
  };
}
