// What a request needs to be worth answering: for each route, the things that it names, made new for each request.
//
// A route without parameters in its path and without a body needs no recipe.

import { makeOperation } from "./client.ts";
import type { Name, Scope, World } from "./route-world.ts";

export interface Prepared {
  /** The values of the path's {parameters}. */
  readonly path?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Puts the team back as it was, whatever the answer. */
  readonly undo?: () => Promise<void>;
}

/** Prepares a request of `person` about things of the person `subject`. */
type Recipe = (world: World, subject: Name, person: Name | undefined) => Promise<Prepared> | Prepared;

const secret = "A".repeat(43);
let count = 0;
const newHandle = (): string => `new.${String((count += 1))}`;

const ofPairing: Recipe = async (world) => ({
  path: { pairing_code: (await world.startPairing()).pairing_code },
});

export const recipes: Readonly<Record<string, Recipe>> = {
  join: () => ({
    json: { link: secret, opr_name: "Eve", opr_email: "eve@example.com", time_zone: "UTC" },
  }),
  signIn: () => ({ json: { link: secret } }),
  signOut: (world, _, person) => ({
    undo: async () => {
      if (person !== undefined) await world.signIn(person);
    },
  }),
  startPairing: () => ({ json: { device_name: "Laptop", agent_version: "0.1.0" } }),
  claimPairing: async (world) => ({ json: { pairing_secret: (await world.startPairing()).pairing_secret } }),
  getPairing: ofPairing,
  approvePairing: ofPairing,
  revokeDevice: async (world, subject) => ({ path: { device_id: (await world.pair(subject)).deviceId } }),
  push: () => ({ json: { protocol: 1, operations: [makeOperation()] } }),
  getLog: async (world) => ({ path: { elg_id: (await world.write()).elg_id } }),
  getLead: async (world) => ({ path: { tar_id: (await world.write()).tar_id } }),
  listTargetHistory: async (world) => ({ path: { tar_id: (await world.write()).tar_id } }),
  renameTarget: async (world) => ({
    path: { tar_id: (await world.write()).tar_id },
    json: { tar_username: newHandle() },
  }),
  mergeTarget: async (world) => ({
    path: { tar_id: (await world.write()).tar_id },
    json: { merged_into: (await world.write()).tar_id },
  }),
  restoreField: async (world) => {
    const { tarId, elgId } = await world.note();
    return { path: { tar_id: tarId }, json: { elg_id: elgId, field: "notes" } };
  },
  transferActor: async (world) => ({
    path: { act_id: (await world.write()).act_id },
    json: { opr_id: world.people.spare.oprId },
  }),
  changeRole: (world) => ({
    path: { opr_id: world.people.spare.oprId },
    json: { role: "viewer" },
    undo: async () => {
      await world.sql(`UPDATE operators SET role = 'operator' WHERE opr_name = 'spare'`);
    },
  }),
  handOverTeam: (world) => ({
    path: { opr_id: world.people.spare.oprId },
    undo: async () => {
      await world.sql(`
        UPDATE operators SET role = 'operator' WHERE opr_name = 'spare';
        UPDATE operators SET role = 'owner' WHERE opr_name = 'owner'`);
    },
  }),
  createToken: (world) => ({
    json: { token_name: "Sheet", scopes: ["read_leads"], expires_at: Date.now() + 3_600_000 },
    undo: async () => {
      await world.sql(`UPDATE tokens SET revoked_at = 1 WHERE token_name = 'Sheet' AND revoked_at IS NULL`);
    },
  }),
  revokeToken: async (world, subject) => {
    const { token } = await world.token(subject, "read_leads");
    return {
      path: { token_id: token.token_id },
      undo: async () => {
        await world.sql(`UPDATE tokens SET revoked_at = 1 WHERE token_id = '${token.token_id}'`);
      },
    };
  },
};

/** A scope that does not open the route. */
export function smallScope(operationId: string): Scope {
  return operationId === "transferActor" ? "read_team" : "transfer_actors";
}
