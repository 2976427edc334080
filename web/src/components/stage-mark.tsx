import type { TargetStatus } from "@contract/contract";
import type { ReactNode } from "react";

const marks: Record<TargetStatus, { name: string; colour: string; shape: ReactNode }> = {
  "Cold No Reply": {
    name: "Cold No Reply",
    colour: "text-status-cold",
    shape: (
      <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.8" strokeDasharray="2.5 1.9" />
    ),
  },
  Replied: {
    name: "Replied",
    colour: "text-status-replied",
    shape: (
      <path d="M8 1.9c3.8 0 6.6 2.4 6.6 5.5S11.8 12.9 8 12.9c-.6 0-1.2-.1-1.8-.2l-3.3 1.7c-.4.2-.8-.1-.7-.6l.6-2.6C1.8 10.2 1.4 8.9 1.4 7.4 1.4 4.3 4.2 1.9 8 1.9z" />
    ),
  },
  Warm: {
    name: "Warm",
    colour: "text-status-warm",
    shape: (
      <path d="M9.2.9c.1-.2.4-.2.5 0 .5 2.5 3.8 4.2 3.8 8.1 0 3.5-2.6 5.9-5.5 5.9S2.5 12.6 2.5 9.5c0-2 .9-3.4 1.9-4.5.2-.2.5-.1.6.1.3.9.7 1.5 1.3 1.9C6.5 4.5 7.4 2.5 9.2.9z" />
    ),
  },
  Booked: {
    name: "Booked",
    colour: "text-status-booked",
    shape: (
      <path d="M4.2 1.1c.5 0 .9.4.9.9v.5h5.8V2c0-.5.4-.9.9-.9s.9.4.9.9v.5h.2c1 0 1.7.8 1.7 1.7v.6H1.4v-.6c0-.9.7-1.7 1.7-1.7h.2V2c0-.5.4-.9.9-.9zM1.4 6.3h13.2v6.6c0 1-.8 1.7-1.7 1.7H3.1c-1 0-1.7-.8-1.7-1.7z" />
    ),
  },
  Paid: {
    name: "Paid",
    colour: "text-status-paid",
    shape: (
      <>
        <circle cx="8" cy="8" r="6.8" />
        <path
          d="M4.9 8.3l2.2 2.2 4.1-4.6"
          fill="none"
          stroke="var(--surface)"
          strokeWidth="1.9"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </>
    ),
  },
  "Tableturnerr Client": {
    name: "Tableturnerr Client",
    colour: "text-status-client",
    shape: (
      <path d="M7.4 1.1c.2-.5.9-.5 1.1 0l1.7 3.8 4.1.4c.6.1.8.7.4 1.1l-3.1 2.8.9 4.1c.1.5-.4.9-.9.7L8 11.9l-3.6 2.1c-.5.3-1-.1-.9-.7l.9-4.1L1.3 6.4c-.4-.4-.2-1 .4-1.1l4.1-.4z" />
    ),
  },
  Excluded: {
    name: "Do not contact",
    colour: "text-status-excluded",
    shape: (
      <>
        <path d="M5.2.9h5.6l4.3 4.3v5.6l-4.3 4.3H5.2L.9 10.8V5.2z" />
        <path d="M4.6 8h6.8" stroke="var(--surface)" strokeWidth="2.3" strokeLinecap="round" />
      </>
    ),
  },
};

/** The sign of a target's stage, by shape as much as by colour. */
export function StageMark({ status }: { status: TargetStatus }) {
  const { name, colour, shape } = marks[status];
  return (
    <svg
      viewBox="0 0 16 16"
      fill="currentColor"
      role="img"
      aria-label={name}
      className={`size-3.5 flex-none ${colour}`}
    >
      <title>{name}</title>
      {shape}
    </svg>
  );
}
