import { Check, Copy } from "lucide-react";
import { useId, useRef, useState } from "react";

import { Button } from "./ui/button";
import { Input } from "./ui/field";

interface OnceSecretProps {
  /** What it is: "Link for Jonas". */
  label: string;
  secret: string;
  /** What to do with it. */
  hint: string;
}

/** A secret that is told this once, ready to be copied. */
export function OnceSecret({ label, secret, hint }: OnceSecretProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      // Without leave to write, or over plain HTTP, what is selected is copied by hand.
      setCopied(false);
    }
  };
  return (
    <div className="flex flex-col gap-1 rounded-md bg-good-soft px-3 py-2.5">
      <label htmlFor={id} className="font-medium text-fg">
        {label}
      </label>
      <div className="flex gap-2">
        <Input
          ref={input}
          id={id}
          readOnly
          value={secret}
          aria-describedby={`${id}-hint`}
          className="min-w-0 font-mono text-small"
          onFocus={(event) => {
            event.currentTarget.select();
          }}
        />
        <Button onClick={() => void copy()}>
          {isCopied ? <Check aria-hidden className="size-3.5 text-good" /> : <Copy aria-hidden className="size-3.5" />}
          {isCopied ? "Copied" : "Copy"}
        </Button>
      </div>
      <p id={`${id}-hint`} className="text-small text-fg-2">
        {hint} It is shown only now.
      </p>
      <span role="status" className="sr-only">
        {isCopied ? "Copied" : ""}
      </span>
    </div>
  );
}
