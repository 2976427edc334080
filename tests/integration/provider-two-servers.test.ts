// Signing in by a provider where AUTH_SECRET is set: whoever set out at one server comes back at another, or at the same after it
// was started again.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ProviderDouble } from "./provider-double.ts";
import { Postgres } from "./postgres.ts";
import { Server } from "./server.ts";
import { journeyCookie, reasonOf, Traveller } from "./traveller.ts";

const secret = "a secret that the servers of one team share";
const ownAddress = "http://127.0.0.1:1";

let provider: ProviderDouble;
beforeAll(async () => {
  provider = await ProviderDouble.start();
});
afterAll(async () => {
  await provider.end();
});

const environment = (): Record<string, string> => provider.environment({ AUTH_SECRET: secret, AUTH_URL: ownAddress });

/** The same browser, at another server. */
function elsewhere(traveller: Traveller, server: Server): Traveller {
  const other = new Traveller(server);
  for (const [name, value] of traveller.cookies) other.cookies.set(name, value);
  other.authorization = traveller.authorization;
  return other;
}

test("a server that was started again takes back who set out before", async () => {
  const server = await Server.start({ environment: environment() });
  const traveller = new Traveller(server);
  await traveller.depart("sign-in", { link: server.ownerLink, opr_name: "Anna" });
  await traveller.comeBackWith(provider.agree(traveller.authorization));
  traveller.cookies.clear();
  await traveller.depart();
  await server.stop();
  await server.startAgain();
  await traveller.comeBackWith(provider.agree(traveller.authorization));
  expect(traveller.isSignedIn).toBe(true);
  await server.end();
});

const postgres = await Postgres.start();

describe.skipIf(postgres === undefined)("two servers on one database", () => {
  let first: Server;
  let second: Server;
  beforeAll(async () => {
    const database = postgres?.url ?? "";
    first = await Server.start({ database, environment: environment() });
    const owner = new Traveller(first);
    await owner.depart("sign-in", { link: first.ownerLink, opr_name: "Anna" });
    await owner.comeBackWith(provider.agree(owner.authorization));
    second = await Server.start({ database, environment: environment() });
  }, 120_000);
  afterAll(async () => {
    await first.end();
    await second.end();
    await postgres?.end();
  });

  test("send back to the address of the team, and either takes who left the other", async () => {
    const left = new Traveller(first);
    const parameters = await left.depart();
    expect(parameters.get("redirect_uri")).toBe(`${ownAddress}/api/v1/providers/oidc/callback`);
    const came = elsewhere(left, second);
    const reply = await came.comeBackWith(provider.agree(left.authorization));
    expect([reply.headers.location, came.isSignedIn]).toEqual(["/", true]);
  });

  test("let nobody in twice: the other one has the provider refuse the code", async () => {
    const left = new Traveller(first);
    await left.depart();
    const kept = left.cookies.get(journeyCookie) ?? "";
    const code = provider.agree(left.authorization);
    await left.comeBackWith(code);
    expect(left.isSignedIn).toBe(true);
    for (const [server, reason] of [
      [first, "journey_spent"],
      [second, "status"],
    ] as const) {
      const again = new Traveller(server);
      again.cookies.set(journeyCookie, kept);
      expect(await reasonOf(again, await again.comeBack({ code, state: left.state }))).toBe(reason);
    }
  });

  test("open nothing that a server without the secret sealed", async () => {
    const stranger = await Server.start({ environment: provider.environment() });
    const left = new Traveller(stranger);
    await left.depart();
    const came = elsewhere(left, second);
    expect(await reasonOf(came, await came.comeBackWith(provider.agree(left.authorization)))).toBe("journey_missing");
    await stranger.end();
  });
});
