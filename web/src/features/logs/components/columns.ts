// The logs' columns, shared by head, rows and skeleton. From 1200 px on all of them, from 768 px without the kind's
// name, below a card: handle and time, then the message.

export const rowClass = [
  "grid items-center gap-x-3 pr-(--gutter) pl-[calc(var(--gutter)-8px)]",
  "grid-cols-[28px_52px_minmax(0,10rem)_minmax(0,12rem)_minmax(0,11rem)_minmax(0,1fr)]",
  "max-wide:grid-cols-[28px_52px_minmax(0,8rem)_minmax(0,9.5rem)_minmax(0,1fr)]",
  "phone:grid-cols-[minmax(0,1fr)_auto_36px] phone:gap-y-0.5 phone:pr-2 phone:pl-4",
].join(" ");
