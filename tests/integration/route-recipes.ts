// What a request needs to be worth answering: for each route, the things that it names, made new for each request.
//
// A route without parameters in its path and without a body needs no recipe.

import { makeOperation, type Schemas } from "./client.ts";
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

/** Argon2id of "a good long secret". */
const passwordHash =
  "$argon2id$v=19$m=19456,t=2,p=1$R4NuONYpPmYwUKIk9HryeQ$l2qnrVKBvL9oWuCp1ZqxpgbSALobe5dfEk8cCP+lqwo";
const password = "a good long secret";

async function givePassword(world: World, name: Name): Promise<void> {
  const oprId = world.people[name].oprId;
  await world.sql(`
    DELETE FROM passwords WHERE opr_id = '${oprId}';
    INSERT INTO passwords (opr_id, password_hash, changed_at) VALUES ('${oprId}', '${passwordHash}', 1)`);
}

/** Whoever changes their own session needs another one for the next request. */
const signInAfterwards = (world: World, person: Name | undefined) => async () => {
  if (person !== undefined) await world.signIn(person);
};

/** What is revoked with all sessions is needed by the next visitor. */
async function keepDesktops(world: World): Promise<() => Promise<void>> {
  const kept = (await world.sql("SELECT device_id, token_hash FROM devices WHERE revoked_at IS NULL"))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("|"));
  return async () => {
    const updates = kept.map(
      ([id = "", hash = ""]) =>
        `UPDATE devices SET revoked_at = NULL, token_hash = '${hash}' WHERE device_id = '${id}';`,
    );
    await world.sql(updates.join("\n"));
  };
}

/** None is set up. */
const ofProvider: Recipe = () => ({ path: { provider_name: "google" } });

const ofSpare: Recipe = (world) => ({ path: { opr_id: world.people.spare.oprId } });

// ---- What is agreed on. ----

const goal = { metric: "Bookings Made", target_value: 7, frequency: "Daily" };
const rule = { type: "Frequency Cap", limit_value: 40, time_window_sec: 86_400 };

const forgetAgreed = (world: World) => async () => {
  await world.sql(`
    DELETE FROM proposal_history; DELETE FROM votes; DELETE FROM proposals; DELETE FROM rules; DELETE FROM goals`);
};

/** A proposal of the person's that nobody else has voted on. */
async function makeProposal(world: World, name: Name, route: string, json: object): Promise<Schemas["Proposed"]> {
  const role = name === "viewer" ? "operator" : undefined;
  if (role !== undefined) await world.setRole(name, role);
  const made = await world.people[name].page.expect<Schemas["Proposed"]>(201, "POST", route, { json });
  if (role !== undefined) await world.setRole(name, "viewer");
  return made;
}

const ofProposal =
  (route: string, of: object, json?: unknown): Recipe =>
  async (world, subject) => {
    const { proposal_id: id = "" } = await makeProposal(world, subject, route, of);
    return { path: { proposal_id: id }, json, undo: forgetAgreed(world) };
  };

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
  signInAgain: async (world, subject, person) => {
    await givePassword(world, person ?? subject);
    return { json: { password }, undo: signInAfterwards(world, person) };
  },
  changePassword: async (world, subject, person) => {
    await givePassword(world, person ?? subject);
    const json = { password: "another long secret", present_password: password };
    return { json, undo: signInAfterwards(world, person) };
  },
  resetPassword: () => ({ json: { link: secret, password } }),
  giveResetLink: ofSpare,
  endSession: async (world, subject) => {
    const kept = world.people[subject].page;
    const page = await world.signIn(subject);
    world.people[subject].page = kept;
    const session = await page.expect<Schemas["Session"]>(200, "GET", "/api/v1/session");
    return { path: { session_id: session.session_id } };
  },
  endAllSessions: async (world) => ({ undo: await keepDesktops(world) }),
  invite: (world) => ({
    json: { role: "operator" },
    undo: async () => {
      await world.sql("DELETE FROM invitations");
    },
  }),
  lookAtInvitation: () => ({ json: { link: secret } }),
  revokeInvitation: async (world) => {
    const json = { role: "operator" };
    const { invitation } = await world.owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", { json });
    return {
      path: { invitation_id: invitation.invitation_id },
      undo: async () => {
        await world.sql("DELETE FROM invitations");
      },
    };
  },
  allowEmailDomain: (world) => ({
    json: { email_domain: "example.com", role: "operator" },
    undo: async () => {
      await world.sql("DELETE FROM email_domains");
    },
  }),
  disallowEmailDomain: async (world) => {
    await world.sql(`
      INSERT INTO email_domains (email_domain, role, opr_id, created_at)
      VALUES ('example.org', 'viewer', '${world.people.owner.oprId}', 1)`);
    return {
      path: { email_domain: "example.org" },
      undo: async () => {
        await world.sql("DELETE FROM email_domains");
      },
    };
  },
  disableOperator: (world) => ({
    path: { opr_id: world.people.spare.oprId },
    undo: async () => {
      await world.sql("UPDATE operators SET disabled_at = NULL WHERE opr_name = 'spare'");
    },
  }),
  enableOperator: async (world) => {
    await world.sql("UPDATE operators SET disabled_at = 1 WHERE opr_name = 'spare'");
    return {
      path: { opr_id: world.people.spare.oprId },
      undo: async () => {
        await world.sql("UPDATE operators SET disabled_at = NULL WHERE opr_name = 'spare'");
      },
    };
  },
  beginProviderSignIn: () => ({ path: { provider_name: "google" }, json: { opr_name: "Anna" } }),
  beginProviderLink: ofProvider,
  beginProviderProof: ofProvider,
  finishProviderSignIn: ofProvider,
  unlinkProviderAccount: async (world, subject) => {
    const issuer = "https://accounts.example.com";
    const oprId = world.people[subject].oprId;
    // Two: the only way in stays.
    await world.sql(`
      INSERT INTO identities (issuer, subject, opr_id, created_at)
      VALUES ('${issuer}', '${oprId}', '${oprId}', 1), ('${issuer}', '${oprId} again', '${oprId}', 1)`);
    return {
      json: { issuer, subject: oprId },
      undo: async () => {
        await world.sql("DELETE FROM identities");
      },
    };
  },
  startPairing: () => ({ json: { device_name: "Laptop", agent_version: "0.1.0" } }),
  claimPairing: async (world) => ({ json: { pairing_secret: (await world.startPairing()).pairing_secret } }),
  getPairing: ofPairing,
  approvePairing: ofPairing,
  revokeDevice: async (world, subject) => ({ path: { device_id: (await world.pair(subject)).deviceId } }),
  renewDeviceToken: () => ({ json: { protocol: 1 } }),
  push: () => ({ json: { protocol: 1, operations: [makeOperation()] } }),
  getLog: async (world) => ({ path: { elg_id: (await world.write()).elg_id } }),
  getLead: async (world) => ({ path: { tar_id: (await world.write()).tar_id } }),
  listTargetHistory: async (world) => ({ path: { tar_id: (await world.write()).tar_id } }),
  getVerdict: () => ({ json: { act_username: "studio.north", tar_username: "mono.pizza" } }),
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
  proposeGoal: (world) => ({ json: goal, undo: forgetAgreed(world) }),
  proposeRule: (world) => ({ json: rule, undo: forgetAgreed(world) }),
  getGoal: async (world, subject) => {
    const made = await makeProposal(world, subject, "/api/v1/goals", goal);
    return { path: { goal_id: made.object_id }, undo: forgetAgreed(world) };
  },
  archiveGoal: async (world, subject) => {
    const made = await makeProposal(world, subject, "/api/v1/goals", goal);
    await world.sql(`UPDATE goals SET status = 'Active'; UPDATE proposals SET outcome = 'adopted', decided_at = 1`);
    return { path: { goal_id: made.object_id }, json: { reason: "Done." }, undo: forgetAgreed(world) };
  },
  archiveRule: async (world, subject) => {
    const made = await makeProposal(world, subject, "/api/v1/rules", rule);
    await world.sql(`UPDATE rules SET status = 'Active'; UPDATE proposals SET outcome = 'adopted', decided_at = 1`);
    return { path: { rule_id: made.object_id }, json: { reason: "Done." }, undo: forgetAgreed(world) };
  },
  getProposal: ofProposal("/api/v1/goals", goal),
  listProposalHistory: ofProposal("/api/v1/goals", goal),
  replayProposal: ofProposal("/api/v1/rules", rule),
  replayRule: () => ({ json: rule }),
  withdrawProposal: ofProposal("/api/v1/goals", goal),
  changeProposedGoal: ofProposal("/api/v1/goals", goal, { ...goal, target_value: 8 }),
  changeProposedRule: ofProposal("/api/v1/rules", rule, { ...rule, limit_value: 30 }),
  vote: ofProposal("/api/v1/goals", goal, { choice: "against" }),
  takeVoteBack: async (world, subject, person) => {
    const { proposal_id: id = "" } = await makeProposal(world, subject, "/api/v1/goals", goal);
    const votes = person ?? subject;
    await world.sql(`
      INSERT INTO votes (proposal_id, opr_id, choice, voted_at)
      SELECT '${id}', '${world.people[votes].oprId}', 'for', opened_at FROM proposals
      WHERE proposal_id = '${id}'
        AND NOT EXISTS (SELECT 1 FROM votes WHERE opr_id = '${world.people[votes].oprId}')`);
    return { path: { proposal_id: id }, undo: forgetAgreed(world) };
  },
  changeSettings: (world) => ({
    json: { quorum_percent: 60, majority_percent: 50, voting_hours: 24, time_zone: "Europe/Berlin" },
    undo: async () => {
      await world.sql("DELETE FROM team_settings");
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
