import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  /** Why it is empty. */
  children?: ReactNode;
  /** The one action that mends it. */
  action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-1.5 px-6 py-9 text-center text-fg-2">
      <Icon aria-hidden className="mb-1 size-6 text-fg-3" strokeWidth={1.75} />
      <p className="font-medium text-fg">{title}</p>
      {children !== undefined && <div className="max-w-[46ch]">{children}</div>}
      {action !== undefined && <div className="mt-2.5">{action}</div>}
    </div>
  );
}
