/** A command to type into a terminal. */
export function Command({ children }: { children: string }) {
  return (
    <code
      tabIndex={0}
      className="block overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-small whitespace-pre text-fg ring-1 ring-line ring-inset"
    >
      {children}
    </code>
  );
}
