import { X } from "lucide-react";
import type { ReactNode } from "react";

import { type AnalyticsFilter, type Days, units, windowDays } from "@/lib/analytics-filter";
import { cn } from "@/lib/cn";
import type { AnalyticsUnit } from "@/lib/wire";

const windowNames: Record<(typeof windowDays)[number], string> = { 7: "7 d", 28: "28 d", 91: "13 w", 364: "52 w" };
const unitNames: Record<AnalyticsUnit, string> = { day: "Day", week: "Week", month: "Month" };

function Segments({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={label} className="flex rounded-md bg-track p-0.5">
      {children}
    </div>
  );
}

function Segment({ isOn, onPress, children }: { isOn: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onPress}
      className={cn(
        "h-7 rounded-[4px] px-2.5 text-small font-medium whitespace-nowrap phone:h-9",
        isOn ? "bg-thumb text-fg shadow-1" : "text-fg-2 hover:text-fg",
      )}
    >
      {children}
    </button>
  );
}

function Chip({ name, onDrop, children }: { name: string; onDrop: () => void; children: ReactNode }) {
  return (
    <span className="inline-flex h-8 items-center gap-1.5 rounded-md border border-line-strong pr-1 pl-2.5 text-small">
      {children}
      <button
        type="button"
        aria-label={name}
        onClick={onDrop}
        className="inline-flex size-6 items-center justify-center rounded-sm text-fg-2 hover:bg-hover hover:text-fg"
      >
        <X aria-hidden className="size-3.5" strokeWidth={1.75} />
      </button>
    </span>
  );
}

interface FilterBarProps {
  filter: AnalyticsFilter;
  days: Days;
  unit: AnalyticsUnit;
  zone: string;
  /** Of the operator that is looked at alone. */
  operatorName: string | undefined;
  onChange: (change: Partial<Record<keyof AnalyticsFilter, unknown>>) => void;
}

/** Which days, of whom and by what: all of it in the address. */
export function FilterBar({ filter, days, unit, zone, operatorName, onChange }: FilterBarProps) {
  const isOwnRange = filter.from !== undefined;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segments label="Whose data">
        <Segment
          isOn={filter.scope === "mine"}
          onPress={() => {
            onChange({ scope: "mine", opr_id: undefined });
          }}
        >
          My data
        </Segment>
        <Segment
          isOn={filter.scope === undefined}
          onPress={() => {
            onChange({ scope: undefined });
          }}
        >
          Team data
        </Segment>
      </Segments>
      <Segments label="Window">
        {windowDays.map((count) => (
          <Segment
            key={count}
            isOn={!isOwnRange && days.count === count}
            onPress={() => {
              onChange({ days: count, from: undefined, to: undefined });
            }}
          >
            {windowNames[count]}
          </Segment>
        ))}
      </Segments>
      <span className="flex items-center gap-1.5 text-small text-fg-2">
        <input
          type="date"
          aria-label="From"
          value={days.from}
          max={days.to}
          onChange={({ target }) => {
            if (target.value !== "") onChange({ from: target.value, to: days.to, days: undefined });
          }}
          className="h-8 rounded-md border border-field bg-surface px-2 text-fg phone:h-10"
        />
        to
        <input
          type="date"
          aria-label="To"
          value={days.to}
          min={days.from}
          onChange={({ target }) => {
            if (target.value !== "") onChange({ from: days.from, to: target.value, days: undefined });
          }}
          className="h-8 rounded-md border border-field bg-surface px-2 text-fg phone:h-10"
        />
      </span>
      <Segments label="By">
        {units.map((one) => (
          <Segment
            key={one}
            isOn={unit === one}
            onPress={() => {
              onChange({ by: one });
            }}
          >
            {unitNames[one]}
          </Segment>
        ))}
      </Segments>
      {filter.alone === true ? (
        <button
          type="button"
          onClick={() => {
            onChange({ alone: undefined });
          }}
          className="inline-flex h-8 items-center rounded-md border border-dashed border-line-strong px-2.5 text-small font-medium text-fg-2 hover:bg-hover"
        >
          Compare
        </button>
      ) : (
        <Chip
          name="Stop comparing"
          onDrop={() => {
            onChange({ alone: true });
          }}
        >
          <span className="text-fg-2">Compare</span> {days.count} days before
        </Chip>
      )}
      {filter.opr_id !== undefined && (
        <Chip
          name="Every operator"
          onDrop={() => {
            onChange({ opr_id: undefined });
          }}
        >
          <span className="text-fg-2">Operator</span> {operatorName ?? filter.opr_id}
        </Chip>
      )}
      {filter.act_username !== undefined && (
        <Chip
          name="Every account"
          onDrop={() => {
            onChange({ act_username: undefined });
          }}
        >
          <span className="text-fg-2">Account</span> @{filter.act_username}
        </Chip>
      )}
      <span className="flex-1" />
      <span className="text-small text-fg-2">Days in {zone}</span>
    </div>
  );
}
