import { type EventType, eventTypes, limits } from "@contract/contract";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Download, Search } from "lucide-react";
import { useEffect, useState } from "react";

import { Button } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/field";
import { csvOf } from "@/lib/csv";
import { download } from "@/lib/download";
import { type LogFilter, logFilterOf } from "@/lib/log-filter";
import { plural } from "@/lib/number";
import { useOperator } from "@/lib/operator";
import { peopleQuery } from "@/lib/people";
import { reasonOf } from "@/lib/problem";
import { toast } from "@/lib/toast";
import { useSettled } from "@/lib/use-settled";

import { logTable, readRows } from "../api";

const typeNames: Record<EventType, string> = {
  Outreach: "Messages",
  "Change in Tar Info": "Changes of a target",
  "Tar Exception Toggle": "Do not contact",
  User: "People",
  System: "System",
};

function useSave(filter: LogFilter) {
  const { time_zone: zone } = useOperator();
  return useMutation({
    mutationFn: () => readRows(filter, zone),
    onSuccess: ({ rows, isCut }) => {
      download("logs.csv", new Blob([csvOf(logTable(rows))], { type: "text/csv;charset=utf-8" }));
      toast(
        "done",
        isCut ? `The newest ${plural(rows.length, "row")} are saved` : `${plural(rows.length, "row")} saved`,
      );
    },
    onError: (error) => {
      toast("refused", `Nothing is saved: ${reasonOf(error)}`);
    },
  });
}

/** Finds while it is typed. */
function SearchField({ search, onChange }: { search: string; onChange: (search: string) => void }) {
  const [typed, setTyped] = useState(search);
  const settled = useSettled(typed);
  useEffect(() => {
    if (settled === typed && settled !== search) onChange(settled);
    // Only what settles is told; what the address says meanwhile is older.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <span className="relative w-64 phone:w-full">
      <Search aria-hidden className="absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-fg-3" />
      <Input
        type="search"
        aria-label="Search handles and messages"
        placeholder="Handle or message"
        title={`${String(limits.searchCharactersMin)} letters or more`}
        maxLength={limits.searchCharactersMax}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
        }}
        className="pl-8"
      />
    </span>
  );
}

interface FilterBarProps {
  filter: LogFilter;
  /** What chosen ids are called, as far as rows tell. */
  nameOf: (of: "act_id" | "tar_id", id: string) => string;
  onChange: (filter: LogFilter) => void;
}

/** Which part of the log is shown; all of it stands in the address. */
export function FilterBar({ filter, nameOf, onChange }: FilterBarProps) {
  const people = useInfiniteQuery(peopleQuery());
  const save = useSave(filter);
  const names = (people.data?.pages ?? []).flatMap(({ items }) => items);
  const set = (change: Record<string, unknown>) => {
    onChange(logFilterOf({ ...filter, ...change }));
  };
  return (
    <div
      role="search"
      aria-label="Filter the logs"
      className="flex flex-none flex-wrap items-center gap-2 border-b border-line px-(--gutter) py-2"
    >
      <SearchField
        key={filter.search === undefined ? "none" : "some"}
        search={filter.search ?? ""}
        onChange={(search) => {
          set({ search });
        }}
      />
      <span className="w-40 phone:w-[calc(50%-4px)]">
        <Select
          aria-label="Operator"
          value={filter.opr_id ?? ""}
          onChange={(event) => {
            set({ opr_id: event.target.value });
          }}
        >
          <option value="">Everybody</option>
          {filter.opr_id !== undefined && !names.some(({ opr_id }) => opr_id === filter.opr_id) && (
            <option value={filter.opr_id}>{filter.opr_id}</option>
          )}
          {names.map(({ opr_id, opr_name }) => (
            <option key={opr_id} value={opr_id}>
              {opr_name}
            </option>
          ))}
        </Select>
      </span>
      <span className="w-44 phone:w-[calc(50%-4px)]">
        <Select
          aria-label="Kind"
          value={filter.event_type ?? ""}
          onChange={(event) => {
            set({ event_type: event.target.value });
          }}
        >
          <option value="">Everything</option>
          {eventTypes.map((type) => (
            <option key={type} value={type}>
              {typeNames[type]}
            </option>
          ))}
        </Select>
      </span>
      <span className="w-36 phone:w-[calc(50%-4px)]">
        <Input
          type="date"
          aria-label="From"
          value={filter.from ?? ""}
          max={filter.to}
          onChange={(event) => {
            set({ from: event.target.value });
          }}
        />
      </span>
      <span className="w-36 phone:w-[calc(50%-4px)]">
        <Input
          type="date"
          aria-label="To"
          value={filter.to ?? ""}
          min={filter.from}
          onChange={(event) => {
            set({ to: event.target.value });
          }}
        />
      </span>
      {(["act_id", "tar_id"] as const).map(
        (of) =>
          filter[of] !== undefined && (
            <Button
              key={of}
              onClick={() => {
                set({ [of]: undefined });
              }}
            >
              {of === "act_id" ? "From" : "To"} @{nameOf(of, filter[of])} <span aria-hidden>×</span>
              <span className="sr-only">, show all</span>
            </Button>
          ),
      )}
      {Object.keys(filter).length > 0 && (
        <Button
          tone="ghost"
          onClick={() => {
            onChange({});
          }}
        >
          Show all
        </Button>
      )}
      <span className="flex-1" />
      <Button
        busy={save.isPending}
        onClick={() => {
          save.mutate();
        }}
      >
        <Download aria-hidden className="size-3.5" strokeWidth={1.75} />
        Save as CSV
      </Button>
    </div>
  );
}
