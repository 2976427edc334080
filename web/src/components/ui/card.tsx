import type { ReactNode } from "react";

import { cn } from "@/lib/cn";

interface CardProps {
  title: string;
  /** Stands at the end of the head. */
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Card({ title, actions, className, children }: CardProps) {
  return (
    <section className={cn("min-w-0 rounded-lg border border-line bg-surface", className)}>
      <header className="flex min-h-10 items-center gap-2 px-4 pt-3">
        <h2 className="text-body font-semibold tracking-[-0.005em]">{title}</h2>
        <span className="flex-1" />
        {actions}
      </header>
      {children}
    </section>
  );
}
