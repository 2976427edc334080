// What a role may do, as docs/security.md has it: what somebody may not do is not shown to them. The server decides.

import { type Role, roles } from "@contract/contract";

import type { Operator } from "./wire";

type Asker = Pick<Operator, "opr_id" | "role">;
type Person = Pick<Operator, "opr_id" | "role">;

/** Roles stand in the contract from the one that may most to the one that may least. */
function isAtLeast(asker: Asker, role: Role): boolean {
  return roles.indexOf(asker.role) <= roles.indexOf(role);
}

/** Admins are the owner's matter, the owner is nobody's, and nobody does it to themselves. */
function mayManage(asker: Asker, person: Person): boolean {
  if (asker.opr_id === person.opr_id || person.role === "owner") return false;
  return isAtLeast(asker, person.role === "admin" ? "owner" : "admin");
}

export const canPairDesktop = (asker: Asker): boolean => isAtLeast(asker, "operator");
export const canPropose = (asker: Asker): boolean => isAtLeast(asker, "operator");
export const canSeeAudit = (asker: Asker): boolean => isAtLeast(asker, "admin");
export const canInvite = (asker: Asker): boolean => isAtLeast(asker, "admin");
export const canSeeEmailDomains = (asker: Asker): boolean => isAtLeast(asker, "admin");
export const canChangeEmailDomains = (asker: Asker): boolean => isAtLeast(asker, "owner");
export const canDisable = mayManage;
export const canGiveResetLink = mayManage;

/** A team is handed over by its owner, to somebody who may come in. */
export function canHandOverTeam(asker: Asker, person: Person): boolean {
  return asker.role === "owner" && asker.opr_id !== person.opr_id;
}

/** A team is handed over, not given by a role. */
type RoleToGive = Exclude<Role, "owner">;

/** Roles that an invitation may give; an admin is made by the owner only. */
export function rolesToInvite(asker: Asker): readonly RoleToGive[] {
  if (!canInvite(asker)) return [];
  return asker.role === "owner" ? ["operator", "viewer", "admin"] : ["operator", "viewer"];
}

/** Roles that the person may be given, their present one among them; none where it is not the asker's to say. */
export function rolesToGive(asker: Asker, person: Person): readonly RoleToGive[] {
  if (!mayManage(asker, person)) return [];
  return asker.role === "owner" ? ["admin", "operator", "viewer"] : ["operator", "viewer"];
}
