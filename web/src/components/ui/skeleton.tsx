import { cn } from "@/lib/cn";

/** A bar in the place of text that is on its way. */
export function Bar({ className }: { className?: string }) {
  return <span aria-hidden className={cn("block h-2.5 rounded-sm bg-track", className)} />;
}

/** Says to a screen reader that something loads; shown after 150 ms. */
export function Loading({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: React.ReactNode;
}) {
  return (
    <div role="status" aria-label={label} className={cn("delayed", className)}>
      {children}
    </div>
  );
}
