import { cn } from "@/lib/cn";

/** An open ring that turns: something is on its way. */
export function Turning({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cn("turning size-[9px] rounded-full border-[1.5px] border-current border-r-transparent", className)}
    />
  );
}
