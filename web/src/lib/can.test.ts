import { type Role, roles } from "@contract/contract";
import { expect, it } from "vitest";

import {
  canChangeEmailDomains,
  canDisable,
  canHandOverTeam,
  canPairDesktop,
  canSeeAudit,
  rolesToGive,
  rolesToInvite,
} from "./can";

const one = (role: Role) => ({ opr_id: `OPR-A-${role}`, role });
const another = (role: Role) => ({ opr_id: `OPR-B-${role}`, role });
const whoMay = (may: (asker: ReturnType<typeof one>) => boolean) => roles.filter((role) => may(one(role)));

it("shows the audit to admins, pairing to operators, and the domains' controls to the owner", () => {
  expect(whoMay(canSeeAudit)).toEqual(["owner", "admin"]);
  expect(whoMay(canPairDesktop)).toEqual(["owner", "admin", "operator"]);
  expect(whoMay(canChangeEmailDomains)).toEqual(["owner"]);
});

it("leaves admins to the owner, the owner to nobody, and nobody to themselves", () => {
  expect(whoMay((asker) => canDisable(asker, another("operator")))).toEqual(["owner", "admin"]);
  expect(whoMay((asker) => canDisable(asker, another("admin")))).toEqual(["owner"]);
  expect(whoMay((asker) => canDisable(asker, another("owner")))).toEqual([]);
  expect(whoMay((asker) => canDisable(asker, asker))).toEqual([]);
});

it("lets only the owner make an admin, by role and by invitation", () => {
  expect(rolesToGive(one("owner"), another("operator"))).toContain("admin");
  expect(rolesToGive(one("admin"), another("operator"))).toEqual(["operator", "viewer"]);
  expect(rolesToGive(one("admin"), another("admin"))).toEqual([]);
  expect(rolesToInvite(one("owner"))).toContain("admin");
  expect(rolesToInvite(one("admin"))).not.toContain("admin");
  expect(rolesToInvite(one("operator"))).toEqual([]);
});

it("never offers the owner's role, which is handed over as a whole", () => {
  for (const asker of roles) {
    expect(rolesToInvite(one(asker))).not.toContain("owner");
    for (const person of roles) expect(rolesToGive(one(asker), another(person))).not.toContain("owner");
  }
  expect(whoMay((asker) => canHandOverTeam(asker, another("viewer")))).toEqual(["owner"]);
  expect(canHandOverTeam(one("owner"), one("owner"))).toBe(false);
});
