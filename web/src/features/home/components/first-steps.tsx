import { Link } from "@tanstack/react-router";
import { Check, Database } from "lucide-react";
import type { ReactNode } from "react";

import { Command } from "@/components/command";
import { Button, buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Refusal } from "@/components/ui/refusal";
import { useOperator } from "@/lib/operator";

import { useLoadDemo } from "../api";

function Step({
  number,
  title,
  isDone = false,
  children,
}: {
  number: number;
  title: string;
  isDone?: boolean;
  children: ReactNode;
}) {
  return (
    <li className="flex gap-3 border-line px-4 py-3.5 not-first:border-t">
      <span
        aria-hidden
        className={`grid size-6 flex-none place-items-center rounded-full text-small font-semibold tabular-nums ${isDone ? "bg-good-soft text-good" : "bg-track text-fg-2"}`}
      >
        {isDone ? <Check className="size-3.5" strokeWidth={2.25} /> : number}
      </span>
      <div className="min-w-0 flex-1">
        <h3 className="leading-6 font-semibold">
          {title}
          {isDone && <span className="ml-2 text-small font-normal text-good">Done</span>}
        </h3>
        <div className="flex flex-col items-start gap-2.5 text-fg-2">{children}</div>
      </div>
    </li>
  );
}

/** How the first message gets here. */
export function FirstSteps({ devices }: { devices: number }) {
  return (
    <Card title="Log the first message">
      <ol className="mt-2 border-t border-line">
        <Step number={1} title="Pair your desktop" isDone={devices > 0}>
          <p>The agent on your desktop logs what you send. It shows a code, you type it here.</p>
          {devices === 0 && (
            <Link to="/pair" className={buttonClass({ tone: "primary" })}>
              Pair a desktop
            </Link>
          )}
        </Step>
        <Step number={2} title="Install the extension">
          <p>In the folder of the project:</p>
          <div className="max-w-full">
            <Command>{"make extension\nbuild/release/instacrm-agent install"}</Command>
          </div>
          <p>
            Then open <code className="font-mono text-small">chrome://extensions</code>, turn on developer mode, choose
            Load unpacked and take the folder <code className="font-mono text-small">build/extension</code>.
          </p>
        </Step>
        <Step number={3} title="Write to somebody">
          <p>Send a message on Instagram by hand. It appears here within two seconds.</p>
        </Step>
      </ol>
    </Card>
  );
}

/** The offer to look around before there is anything of one's own. */
export function SampleData() {
  const { role } = useOperator();
  const loadDemo = useLoadDemo();
  if (role !== "owner") return null;
  return (
    <Card title="Look around first">
      <div className="flex flex-col items-start gap-3 px-4 pt-2 pb-4">
        <p className="text-fg-2">
          Sample data shows what the Command Center looks like in use. It is made up; load it only into a team that you
          try out.
        </p>
        {loadDemo.isError && <Refusal title="Not loaded" error={loadDemo.error} />}
        <Button
          busy={loadDemo.isPending}
          onClick={() => {
            loadDemo.mutate();
          }}
        >
          <Database aria-hidden className="size-3.5" strokeWidth={1.75} />
          Load sample data
        </Button>
      </div>
    </Card>
  );
}
