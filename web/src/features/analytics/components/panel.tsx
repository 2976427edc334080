import type { UseQueryResult } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { type ReactNode, useRef } from "react";

import { ProblemState } from "@/components/ui/problem-state";
import { Bar, Loading } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { type Cell, csvOf } from "@/lib/csv";
import { download } from "@/lib/download";
import { asProblem } from "@/lib/problem";
import { toast } from "@/lib/toast";

/** What a chart shows, as a table. */
export interface Table {
  name: string;
  rows: readonly (readonly Cell[])[];
}

function saveTable({ name, rows }: Table): void {
  download(`${name}.csv`, new Blob([csvOf(rows)], { type: "text/csv;charset=utf-8" }));
}

async function savePicture(name: string, element: HTMLElement): Promise<void> {
  try {
    const { pictureOf } = await import("@/lib/picture");
    download(`${name}.png`, await pictureOf(element));
  } catch (error) {
    toast("refused", `No picture was made: ${asProblem(error).message}`);
  }
}

const itemClass =
  "flex h-8 cursor-default items-center rounded-md px-2 outline-none data-highlighted:bg-hover phone:h-10";

function Export({ title, table, onPicture }: { title: string; table: Table; onPicture: () => void }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={`Export ${title}`}
        data-no-picture
        className="-mr-2 inline-flex size-7 items-center justify-center rounded-md text-fg-2 hover:bg-hover hover:text-fg phone:size-9"
      >
        <Download aria-hidden className="size-3.5" strokeWidth={1.75} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        align="end"
        sideOffset={4}
        collisionPadding={8}
        className="arriving z-20 w-36 rounded-lg border border-line bg-raised p-1 shadow-2"
      >
        <DropdownMenu.Item
          className={itemClass}
          onSelect={() => {
            saveTable(table);
          }}
        >
          As CSV
        </DropdownMenu.Item>
        <DropdownMenu.Item className={itemClass} onSelect={onPicture}>
          As PNG
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

interface PanelProps<T> {
  title: string;
  /** Beside the title: what is shown. */
  note?: string;
  query: UseQueryResult<T>;
  table: (data: T) => Table;
  /** Stands at the end of the head. */
  actions?: ReactNode;
  /** How high it is before its data arrive. */
  height: string;
  className?: string;
  children: (data: T) => ReactNode;
}

/** A card of the page in each of its states, with its export. */
export function Panel<T>({ title, note, query, table, actions, height, className, children }: PanelProps<T>) {
  const { data, isError, error, isFetching, isPlaceholderData, refetch } = query;
  const panel = useRef<HTMLElement>(null);
  return (
    <section
      ref={panel}
      aria-label={title}
      className={cn("min-w-0 rounded-lg border border-line bg-surface", className)}
    >
      <header className="flex min-h-10 flex-wrap items-center gap-x-2 px-4 pt-3">
        <h2 className="text-body font-semibold tracking-[-0.005em]">{title}</h2>
        {note !== undefined && <span className="text-small text-fg-2">{note}</span>}
        <span className="flex-1" />
        {actions}
        {data !== undefined && (
          <Export
            title={title}
            table={table(data)}
            onPicture={() => {
              if (panel.current !== null) void savePicture(table(data).name, panel.current);
            }}
          />
        )}
      </header>
      {data !== undefined ? (
        <div className={cn("transition-opacity duration-(--quick)", isPlaceholderData && "opacity-50")}>
          {children(data)}
        </div>
      ) : isError ? (
        <ProblemState
          title={`${title}: not loaded`}
          error={error}
          isRetrying={isFetching}
          onRetry={() => void refetch()}
        />
      ) : (
        <Loading label={`Loading ${title}`} className={cn("px-4 pt-4", height)}>
          <Bar className="w-2/5" />
          <Bar className="mt-4 h-2 w-4/5" />
          <Bar className="mt-3 h-2 w-3/5" />
        </Loading>
      )}
    </section>
  );
}
