import type { Role } from "@contract/contract";
import { useId } from "react";

import { roleWords } from "@/lib/role";

interface RoleChoiceProps<R extends Role> {
  roles: readonly R[];
  value: Role;
  onChange: (role: R) => void;
}

/** One of the roles, each with what it may. */
export function RoleChoice<R extends Role>({ roles, value, onChange }: RoleChoiceProps<R>) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-2 text-fg">
      <legend className="mb-1 font-medium">Role</legend>
      {roles.map((role) => (
        <label key={role} className="flex items-start gap-2.5">
          <input
            type="radio"
            name={name}
            value={role}
            checked={role === value}
            onChange={() => {
              onChange(role);
            }}
            className="mt-1 accent-(--accent)"
          />
          <span>
            <b className="font-medium">{roleWords[role].name}</b>
            <span className="block text-small text-fg-2">{roleWords[role].may}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
