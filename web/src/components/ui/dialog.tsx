import { type ReactNode, useEffect, useId, useRef } from "react";

import { cn } from "@/lib/cn";

interface DialogProps {
  title: string;
  onClose: () => void;
  /** For lists. */
  wide?: boolean;
  children: ReactNode;
  /** The last one does it; the first one leaves things as they are and has the focus. */
  actions: ReactNode;
}

/** Modal, by the browser's own element: it keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({ title, onClose, wide = false, children, actions }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      className={cn(
        "arriving m-auto rounded-lg border border-line bg-raised p-0 text-fg shadow-3 backdrop:bg-scrim",
        wide ? "w-[min(44rem,calc(100vw-2rem))]" : "w-[min(26rem,calc(100vw-2rem))]",
      )}
    >
      <div className="flex flex-col gap-2 p-5">
        <h2 id={titleId} className="text-title font-semibold">
          {title}
        </h2>
        <div className="text-body text-fg-2">{children}</div>
        <div className="mt-3 flex flex-wrap justify-end gap-2">{actions}</div>
      </div>
    </dialog>
  );
}
