import { Check, CircleX, X } from "lucide-react";
import { Toast } from "radix-ui";

import { dismissToast, type Toast as Notice } from "@/lib/toast";

import { Button } from "./button";

const SHOWN_MS = 6_000;

/** Bottom right, 6 s, pausing under pointer and focus; a refusal stays until it is closed. */
export default function Toaster({ toasts }: { toasts: readonly Notice[] }) {
  return (
    <Toast.Provider label="Notice" swipeDirection="right">
      {toasts.map(({ id, tone, text }) => (
        <Toast.Root
          key={id}
          duration={tone === "done" ? SHOWN_MS : Infinity}
          onOpenChange={(isOpen) => {
            if (!isOpen) dismissToast(id);
          }}
          className="arriving flex min-h-11 items-center gap-3 rounded-lg border border-line bg-raised py-1.5 pr-2 pl-3.5 shadow-3"
        >
          {tone === "done" ? (
            <Check aria-hidden className="size-4 flex-none text-good" />
          ) : (
            <CircleX aria-hidden className="size-4 flex-none text-bad" />
          )}
          <Toast.Description className="min-w-0 flex-1">{text}</Toast.Description>
          <Toast.Close asChild>
            <Button tone="ghost" size="icon" aria-label="Close">
              <X aria-hidden className="size-3.5" />
            </Button>
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed right-6 bottom-6 z-20 flex max-w-[calc(100vw-16px)] flex-col gap-2 outline-0 phone:right-2 phone:bottom-[68px] phone:left-2" />
    </Toast.Provider>
  );
}
