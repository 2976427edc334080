import { CircleX } from "lucide-react";

import type { ProviderSearch } from "@/lib/providers";

interface ProviderRefusalProps {
  provider: ProviderSearch["provider"] | undefined;
  /** "Not signed in". */
  title: string;
  /** What the provider's answer did not do, and what helps. */
  refused: string;
}

/** Somebody came back from a provider and it did not work; why is in the server's log alone. */
export function ProviderRefusal({ provider, title, refused }: ProviderRefusalProps) {
  if (provider === undefined) return null;
  return (
    <div role="alert" className="flex items-start gap-2.5 rounded-md bg-bad-soft px-3 py-2.5">
      <CircleX aria-hidden className="mt-0.5 size-4 flex-none text-bad" strokeWidth={1.75} />
      <p>
        <b className="font-medium">{title}.</b>{" "}
        {provider === "later" ? "The provider does not answer. Try again in a moment." : refused}
      </p>
    </div>
  );
}
