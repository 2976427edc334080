// The whole way in by a second provider that somebody else wrote: Debian's glewlwyd, set up and walked through by script.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Client, join, type Reply, type Schemas } from "./client.ts";
import { Glewlwyd, type Person } from "./glewlwyd.ts";
import { Server } from "./server.ts";
import { reasonOf, Traveller } from "./traveller.ts";

const bruno: Person = { username: "bruno", name: "Bruno Costa", email: "bruno@example.com" };
/** Their addresses were verified by nobody. */
const clara: Person = { username: "clara", name: "Clara Diaz", email: "clara@example.com" };

function claims(provider: Glewlwyd): void {
  let server: Server;
  let owner: Client;

  beforeAll(async () => {
    server = await Server.start({
      environment: {
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: provider.clientId,
        OIDC_CLIENT_SECRET: provider.clientSecret,
      },
    });
    await provider.register(`${server.url}/api/v1/providers/oidc/callback`);
    owner = await join(server);
  });
  afterAll(async () => {
    await server.end();
    await provider.end();
  });

  /** Goes there, is let in there as that person, and comes back. */
  async function travel(
    person: Person,
    traveller = new Traveller(server),
    purpose: "sign-in" | "link" | "proof" = "sign-in",
    json?: Schemas["ProviderSignInRequest"],
  ): Promise<readonly [Traveller, Reply, string]> {
    await traveller.depart(purpose, json);
    const query = new URL(await provider.walk(person, traveller.authorization)).search.slice(1);
    return [traveller, await traveller.comeBack(query), query];
  }

  test("lets nobody in who was not invited", async () => {
    const [traveller, reply] = await travel(bruno);
    expect(await reasonOf(traveller, reply)).toBe("not_invited");
  });

  test("lets in by an invitation whose address it says is verified, and again without one", async () => {
    const { link } = await owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", {
      json: { role: "operator" },
    });
    const [joined, reply] = await travel(bruno, undefined, "sign-in", { link });
    expect([reply.headers.location, joined.isSignedIn]).toEqual(["/", true]);
    const [again] = await travel(bruno);
    const session = (await again.call("GET", "/api/v1/session")).json as Schemas["Session"];
    expect(session.operator).toMatchObject({
      opr_name: "Bruno Costa",
      opr_email: "bruno@example.com",
      role: "operator",
    });
  });

  test("lets nobody in whose address it has not verified", async () => {
    const { link } = await owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", {
      json: { role: "operator" },
    });
    const [traveller, reply] = await travel(clara, undefined, "sign-in", { link });
    expect(await reasonOf(traveller, reply)).toBe("email_unverified");
  });

  test("tells 1970 as the time of every sign-in, so that it does not show anew who somebody is", async () => {
    const [traveller] = await travel(bruno);
    const [, reply] = await travel(bruno, traveller, "proof");
    expect([reply.headers.location, await traveller.refusal()]).toEqual(["/account?provider=refused", "auth_time"]);
  });

  test("gives a code once, and our journey is one way", async () => {
    const [traveller, , query] = await travel(bruno);
    const other = new Traveller(server);
    expect(await reasonOf(other, await other.comeBack(query))).toBe("journey_missing");
    const replay = new Traveller(server);
    await replay.depart();
    const spent = new URLSearchParams(query);
    spent.set("state", replay.state);
    expect(await reasonOf(replay, await replay.comeBack(spent.toString()))).toBe("status");
    expect(traveller.isSignedIn).toBe(true);
  });
}

const glewlwyd = await Glewlwyd.start([bruno, clara]);
describe.skipIf(glewlwyd === undefined)("glewlwyd", () => {
  if (glewlwyd === undefined) test("is not installed", () => undefined);
  else claims(glewlwyd);
});
