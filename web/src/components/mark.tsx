import { cn } from "@/lib/cn";

/** The product's sign: a list that somebody answered. */
export function Mark({ className }: { className?: string }) {
  return (
    <span className={cn("grid size-[22px] flex-none place-items-center rounded-md bg-ink text-on-ink", className)}>
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        aria-hidden
      >
        <path d="M2 3.5h10M2 7h6M2 10.5h3.5" />
        <circle cx="10.8" cy="9.7" r="1.3" fill="currentColor" stroke="none" />
      </svg>
    </span>
  );
}
