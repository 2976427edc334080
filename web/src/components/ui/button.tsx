import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";

import { cn } from "@/lib/cn";

import { Turning } from "./turning";

const buttonStyle = cva(
  [
    "relative inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap",
    "transition-colors duration-(--quick)",
    "disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-fg-3",
  ],
  {
    variants: {
      tone: {
        primary: "border-ink bg-ink text-on-ink enabled:hover:opacity-90",
        secondary: "border-line-strong bg-surface enabled:hover:bg-[linear-gradient(var(--hover),var(--hover))]",
        ghost: "border-transparent text-fg-2 enabled:hover:bg-hover enabled:hover:text-fg",
        stop: "border-line-strong bg-surface text-bad enabled:hover:bg-[linear-gradient(var(--hover),var(--hover))]",
      },
      size: {
        normal: "h-(--control) px-3",
        small: "h-7 px-2.5 text-small phone:h-9",
        icon: "size-7 phone:size-9",
      },
    },
    defaultVariants: { tone: "secondary", size: "normal" },
  },
);

export type ButtonStyle = VariantProps<typeof buttonStyle>;

/** The look of a button, for links that lead somewhere. */
export function buttonClass(style: ButtonStyle, className?: string): string {
  return cn(buttonStyle(style), className);
}

interface ButtonProps extends ComponentProps<"button">, ButtonStyle {
  /** Busy keeps its width and takes no second press. */
  busy?: boolean;
}

export function Button({ tone, size, busy = false, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      className={buttonClass({ tone, size }, className)}
      onClick={
        busy
          ? (event) => {
              event.preventDefault();
            }
          : onClick
      }
    >
      {busy && <Turning className="absolute" />}
      <span className={cn("inline-flex items-center gap-1.5", busy && "invisible")}>{children}</span>
    </button>
  );
}
