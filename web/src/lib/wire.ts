// The contract's shapes under their own names.

import type { components } from "@contract/openapi";

type Schemas = components["schemas"];

export type AgreedGoal = Schemas["AgreedGoal"];
export type AgreedRule = Schemas["AgreedRule"];
export type Analytics = Schemas["Analytics"];
export type AnalyticsUnit = Schemas["AnalyticsUnit"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditPage = Schemas["AuditPage"];
export type Device = Schemas["Device"];
export type ContactState = Schemas["ContactState"];
export type CoverageAnswer = Schemas["CoverageAnswer"];
export type EmailDomain = Schemas["EmailDomain"];
export type Figure = Schemas["Figure"];
export type Figures = Schemas["Figures"];
export type FunnelAnswer = Schemas["FunnelAnswer"];
export type FunnelStatus = Schemas["FunnelStatus"];
export type GoalProgress = Schemas["GoalProgress"];
export type GoalRequest = Schemas["GoalRequest"];
export type Home = Schemas["Home"];
export type Invitation = Schemas["Invitation"];
export type Invited = Schemas["Invited"];
export type LiveChange = Schemas["LiveChange"];
export type LogEntry = Schemas["LogEntry"];
export type LogPage = Schemas["LogPage"];
export type OpenersAnswer = Schemas["OpenersAnswer"];
export type Operator = Schemas["Operator"];
export type OperatorEntry = Schemas["OperatorEntry"];
export type OperatorPage = Schemas["OperatorPage"];
export type Pairing = Schemas["Pairing"];
export type Proposal = Schemas["Proposal"];
export type ProviderAccount = Schemas["ProviderAccount"];
export type ProviderSignInRequest = Schemas["ProviderSignInRequest"];
export type Replay = Schemas["Replay"];
export type RuleEntry = Schemas["RuleEntry"];
export type RuleRequest = Schemas["RuleRequest"];
export type Session = Schemas["Session"];
export type SessionEntry = Schemas["SessionEntry"];
export type Token = Schemas["Token"];
export type TokenCreated = Schemas["TokenCreated"];
export type Totals = Schemas["Totals"];
export type Vote = Schemas["Vote"];
