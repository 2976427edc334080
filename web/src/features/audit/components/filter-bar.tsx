import { type AuditAction, auditActions } from "@contract/contract";
import { type SubmitEvent, useState } from "react";

import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { actionWords, type AuditFilter, auditFilterOf } from "@/lib/audit-filter";

interface FilterBarProps {
  filter: AuditFilter;
  names: ReadonlyMap<string, string>;
  onChange: (filter: AuditFilter) => void;
}

const sortedActions: readonly AuditAction[] = [...auditActions].sort();

function ObjectField({ objectId, onChange }: { objectId: string; onChange: (objectId: string) => void }) {
  const [typed, setTyped] = useState(objectId);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onChange(typed);
  };
  return (
    <form onSubmit={submit}>
      <Field label="Done to">
        {(control) => (
          <Input
            {...control}
            value={typed}
            maxLength={64}
            placeholder="TAR-…, OPR-…"
            spellCheck={false}
            onChange={(event) => {
              setTyped(event.target.value);
            }}
            onBlur={() => {
              if (typed !== objectId) onChange(typed);
            }}
          />
        )}
      </Field>
    </form>
  );
}

/** Which entries are shown. */
export function FilterBar({ filter, names, onChange }: FilterBarProps) {
  const set = (change: Record<string, unknown>) => {
    onChange(auditFilterOf({ ...filter, ...change }));
  };
  const people = [...names].sort(([, one], [, other]) => one.localeCompare(other));
  const isSet = Object.keys(filter).length > 0;
  return (
    <div role="search" aria-label="Filter the audit" className="flex flex-wrap items-end gap-3">
      <div className="w-48 phone:w-full">
        <Field label="Who">
          {(control) => (
            <Select
              {...control}
              value={filter.opr_id ?? ""}
              onChange={(event) => {
                set({ opr_id: event.target.value });
              }}
            >
              <option value="">Anybody</option>
              {filter.opr_id !== undefined && !names.has(filter.opr_id) && (
                <option value={filter.opr_id}>{filter.opr_id}</option>
              )}
              {people.map(([id, name]) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="w-52 phone:w-full">
        <Field label="What">
          {(control) => (
            <Select
              {...control}
              value={filter.action ?? ""}
              onChange={(event) => {
                set({ action: event.target.value });
              }}
            >
              <option value="">Anything</option>
              {sortedActions.map((action) => (
                <option key={action} value={action}>
                  {actionWords(action)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="w-48 phone:w-full">
        <ObjectField
          key={filter.object_id ?? ""}
          objectId={filter.object_id ?? ""}
          onChange={(object_id) => {
            set({ object_id });
          }}
        />
      </div>
      {isSet && (
        <Button
          tone="ghost"
          onClick={() => {
            onChange({});
          }}
        >
          Show all
        </Button>
      )}
    </div>
  );
}
