// The contract's shapes under their own names.

import type { components } from "@contract/openapi";

type Schemas = components["schemas"];

export type Device = Schemas["Device"];
export type Home = Schemas["Home"];
export type LiveChange = Schemas["LiveChange"];
export type LogEntry = Schemas["LogEntry"];
export type LogPage = Schemas["LogPage"];
export type Operator = Schemas["Operator"];
export type Pairing = Schemas["Pairing"];
export type Session = Schemas["Session"];
export type Totals = Schemas["Totals"];
