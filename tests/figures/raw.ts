// What happened and what is there, as the raw tables tell it: no roll-up is among them.

import type { World } from "./world.ts";

export interface Event {
  readonly id: string;
  /** In the order of the log: by time, and of one millisecond by the order in which the server took them. */
  readonly position: bigint;
  readonly type: string;
  readonly actor: string | null;
  readonly operator: string;
  readonly target: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly details: string | null;
  readonly at: number;
  readonly received: number;
}

export interface Message {
  readonly id: string;
  readonly event: string;
  readonly sent: number;
  readonly characters: number;
  readonly preview: string | null;
  readonly text: string | null;
}

export interface Target {
  readonly id: string;
  readonly username: string;
  readonly status: string;
  readonly mergedInto: string | null;
  readonly firstContacted: number | null;
  readonly firstOperator: string | null;
  readonly firstActor: string | null;
  readonly updated: number;
  readonly notes: string | null;
  readonly email: string | null;
  readonly emailState: string;
  readonly phone: string | null;
  readonly phoneState: string;
  readonly source: string | null;
  readonly sourceState: string;
}

export interface Actor {
  readonly id: string;
  readonly username: string;
  readonly operator: string;
  readonly status: string;
  readonly created: number;
  readonly active: number;
}

export interface Operator {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly zone: string;
  readonly status: string;
  readonly created: number;
  readonly active: number;
  readonly disabled: number | null;
}

/** A value that a field was given. */
export interface Given {
  readonly event: string;
  readonly target: string;
  readonly field: string;
  readonly hybrid: number;
  readonly device: string | null;
  readonly state: string | null;
  readonly value: string | null;
  readonly hasWon: number;
}

export interface Raw {
  readonly events: readonly Event[];
  readonly messages: readonly Message[];
  readonly targets: readonly Target[];
  readonly actors: readonly Actor[];
  readonly operators: readonly Operator[];
  readonly given: readonly Given[];
  readonly suppressed: ReadonlySet<string>;
  readonly devices: readonly { readonly id: string; readonly operator: string; readonly revoked: number | null }[];
}

/** A query's rows, with what each column is called here; `#` before a column: its digits, for numbers that JSON has no room for. */
async function read<T>(world: World, table: string, columns: Readonly<Record<keyof T & string, string>>): Promise<T[]> {
  const asked = Object.values<string>(columns).map((column) =>
    column.startsWith("#") ? `CAST(${column.slice(1)} AS VARCHAR(20)) AS ${column.slice(1)}` : column,
  );
  const rows = await world.rows(`SELECT ${asked.join(", ")} FROM ${table}`);
  return rows.map((row) => {
    const entries = Object.entries<string>(columns).map(([name, column]) =>
      column.startsWith("#") ? [name, BigInt(String(row[column.slice(1)]))] : [name, row[column]],
    );
    return Object.fromEntries(entries) as T;
  });
}

export async function readRaw(world: World): Promise<Raw> {
  const events = await read<Event>(world, "event_logs", {
    id: "elg_id",
    position: "#log_position",
    type: "event_type",
    actor: "act_id",
    operator: "opr_id",
    target: "tar_id",
    before: "status_before",
    after: "status_after",
    details: "details",
    at: "created_at",
    received: "received_at",
  });
  events.sort((left, right) => (left.position < right.position ? -1 : 1));
  const messages = await read<Message>(world, "outreach_logs", {
    id: "olg_id",
    event: "elg_id",
    sent: "sent_at",
    characters: "message_characters",
    preview: "message_preview",
    text: "message_text",
  });
  const targets = await read<Target>(world, "targets", {
    id: "tar_id",
    username: "tar_username",
    status: "tar_status",
    mergedInto: "merged_into",
    firstContacted: "first_contacted",
    firstOperator: "first_opr_id",
    firstActor: "first_act_id",
    updated: "last_updated",
    notes: "notes",
    email: "email",
    emailState: "email_state",
    phone: "phone_num",
    phoneState: "phone_num_state",
    source: "cont_source",
    sourceState: "cont_source_state",
  });
  const actors = await read<Actor>(world, "actors", {
    id: "act_id",
    username: "act_username",
    operator: "opr_id",
    status: "act_status",
    created: "created_at",
    active: "last_activity",
  });
  const operators = await read<Operator>(world, "operators", {
    id: "opr_id",
    name: "opr_name",
    email: "opr_email",
    role: "role",
    zone: "time_zone",
    status: "opr_status",
    created: "created_at",
    active: "last_activity",
    disabled: "disabled_at",
  });
  const given = await read<Given>(world, "field_history", {
    event: "elg_id",
    target: "tar_id",
    field: "field",
    hybrid: "hybrid_time",
    device: "device_id",
    state: "state_after",
    value: "value_after",
    hasWon: "has_won",
  });
  const suppressions = await world.rows("SELECT tar_username FROM suppressions WHERE is_suppressed = 1");
  const devices = await read<Raw["devices"][number]>(world, "devices", {
    id: "device_id",
    operator: "opr_id",
    revoked: "revoked_at",
  });
  return {
    events,
    messages,
    targets,
    actors,
    operators,
    given,
    suppressed: new Set(suppressions.map((row) => String(row["tar_username"]))),
    devices,
  };
}
