import { CircleX } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";

import { cn } from "@/lib/cn";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  children: (control: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": true | undefined;
  }) => ReactNode;
}

/** Label above, hint and error below, tied together for a screen reader. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const describedBy = error !== undefined ? `${id}-error` : hint !== undefined ? `${id}-hint` : undefined;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": describedBy, "aria-invalid": error !== undefined || undefined })}
      {error !== undefined ? (
        <p id={`${id}-error`} role="alert" className="flex items-center gap-1 text-small text-bad">
          <CircleX aria-hidden className="size-3.5 flex-none" strokeWidth={1.75} />
          {error}
        </p>
      ) : (
        hint !== undefined && (
          <p id={`${id}-hint`} className="text-small text-fg-3">
            {hint}
          </p>
        )
      )}
    </div>
  );
}

const controlClass = cn(
  "h-(--control) w-full rounded-md border border-field bg-surface px-2.5 placeholder:text-fg-3 phone:text-title",
  "aria-invalid:border-bad aria-invalid:shadow-[0_0_0_1px_var(--bad)]",
);

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...rest} className={cn(controlClass, className)} />;
}

export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select {...rest} className={cn(controlClass, className)} />;
}
