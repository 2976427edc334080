// The way back from a provider: it counts once, in the browser that set out, with the state it set out with, for what it set out
// for. Whatever else comes is refused, for the reason that the log tells, and the visitor is told nothing.

import { createHash } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Client, join, type Reply, type Schemas } from "./client.ts";
import { type Json, ProviderDouble } from "./provider-double.ts";
import { Server, until } from "./server.ts";
import { journeyCookie, later, reasonOf, sessionCookie, Traveller } from "./traveller.ts";

let provider: ProviderDouble;
let server: Server;
let owner: Client;
beforeAll(async () => {
  provider = await ProviderDouble.start();
  server = await Server.start({
    environment: provider.environment({ GOOGLE_CLIENT_ID: "google-client", GOOGLE_CLIENT_SECRET: "google-secret" }),
  });
  owner = await join(server);
});
afterAll(async () => {
  await server.end();
  await provider.end();
});

async function invite(): Promise<string> {
  const invited = await owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", {
    json: { role: "operator" },
  });
  return invited.link;
}

let people = 0;

/** Somebody who has joined by the provider, signed in. */
async function member(): Promise<{
  readonly traveller: Traveller;
  readonly claims: Json & { sub: string; name: string };
}> {
  const traveller = new Traveller(server);
  people++;
  const claims = {
    sub: `member-${String(people)}`,
    name: `Member ${String(people)}`,
    email: `member-${String(people)}@example.com`,
  };
  await traveller.depart("sign-in", { link: await invite() });
  const reply = await traveller.comeBackWith(provider.agree(traveller.authorization, claims));
  if (!traveller.isSignedIn) throw new Error(`Nobody was signed in: ${reply.text}`);
  return { traveller, claims };
}

/** Sets out, and may come back as `claims` with the code. */
async function setOut(claims: Readonly<Record<string, unknown>> = {}): Promise<readonly [Traveller, string]> {
  const traveller = new Traveller(server);
  await traveller.depart();
  return [traveller, provider.agree(traveller.authorization, claims)];
}

describe("setting out", () => {
  test("takes along secrets of its own, an S256 challenge and the way back", async () => {
    const [first, second] = [new Traveller(server), new Traveller(server)];
    await first.depart();
    await second.depart();
    for (const { parameters } of [first, second]) {
      expect(parameters.get("response_type")).toBe("code");
      expect(parameters.get("client_id")).toBe("instacrm");
      expect(parameters.get("scope")).toBe("openid email profile");
      expect(parameters.get("code_challenge_method")).toBe("S256");
      expect(parameters.get("redirect_uri")).toBe(`${server.url}/api/v1/providers/oidc/callback`);
      for (const name of ["state", "nonce", "code_challenge"]) {
        expect(parameters.get(name)).toMatch(/^[A-Za-z0-9_-]{43}$/u);
      }
    }
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(first.parameters.get(name)).not.toBe(second.parameters.get(name));
    }
  });

  test("leaves the browser with a sealed cookie for ten minutes, of this host alone", async () => {
    const traveller = new Traveller(server);
    const reply = await traveller.ask();
    const [cookie = ""] = reply.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^__Host-provider=[A-Za-z0-9_-]+; Max-Age=600; Path=\/; Secure; HttpOnly; SameSite=Lax$/u);
    const state = new URL((reply.json as Schemas["ProviderDeparture"]).address).searchParams.get("state") ?? "";
    const opened = Buffer.from(traveller.cookies.get(journeyCookie) ?? "", "base64url").toString("latin1");
    expect(opened).not.toContain(state);
  });

  test("keeps the verifier from the provider until the exchange", async () => {
    const traveller = new Traveller(server);
    await traveller.depart();
    const challenge = traveller.parameters.get("code_challenge") ?? "";
    for (const value of traveller.parameters.values()) {
      expect(createHash("sha256").update(value).digest("base64url")).not.toBe(challenge);
    }
  });

  test("is for pages of the server alone", async () => {
    const page = Client.page(server);
    const headers = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
    expect(await page.problem("POST", "/api/v1/providers/oidc/sign-in", { json: {}, headers })).toBe("403 cross_site");
    expect(await page.problem("POST", "/api/v1/providers/nobody/sign-in", { json: {} })).toBe("404 not_found");
    expect(await page.problem("POST", "/api/v1/providers/oidc/link")).toBe("401 unauthenticated");
    expect(await page.problem("POST", "/api/v1/providers/oidc/proof")).toBe("401 unauthenticated");
    expect(await page.problem("GET", "/api/v1/providers/oidc/sign-in")).toBe("405 method_not_allowed");
    expect(await page.problem("GET", "/api/v1/providers/nobody/callback?code=a&state=b")).toBe("404 not_found");
  });
});

describe("coming back is refused", () => {
  type Way = (traveller: Traveller, code: string) => Promise<Reply>;
  const cookie = (traveller: Traveller): string => traveller.cookies.get(journeyCookie) ?? "";
  const withCookie =
    (change: (cookie: string) => string): Way =>
    (traveller, code) => {
      traveller.cookies.set(journeyCookie, change(cookie(traveller)));
      return traveller.comeBackWith(code);
    };
  const cases: readonly (readonly [name: string, reason: string, way: Way])[] = [
    ["without a query", "callback_malformed", (traveller) => traveller.comeBack("")],
    ["without a code", "callback_malformed", (traveller) => traveller.comeBack({ state: traveller.state })],
    ["with an empty code", "callback_malformed", (traveller) => traveller.comeBackWith("")],
    ["without a state", "callback_malformed", (traveller, code) => traveller.comeBack({ code })],
    ["with an empty state", "state", (traveller, code) => traveller.comeBack({ code, state: "" })],
    ["with another state", "state", (traveller, code) => traveller.comeBack({ code, state: "A".repeat(43) })],
    [
      "with a part of the state",
      "state",
      (traveller, code) => traveller.comeBack({ code, state: traveller.state.slice(1) }),
    ],
    [
      "with more than the state",
      "state",
      (traveller, code) => traveller.comeBack({ code, state: `${traveller.state}A` }),
    ],
    [
      "with two states",
      "callback_malformed",
      (traveller, code) => traveller.comeBack(`code=${code}&state=${traveller.state}&state=${traveller.state}`),
    ],
    [
      "with two codes",
      "callback_malformed",
      (traveller, code) => traveller.comeBack(`code=${code}&code=${code}&state=${traveller.state}`),
    ],
    [
      "with a query that is not escaped as it should be",
      "callback_malformed",
      (traveller, code) => traveller.comeBack(`code=${code}%&state=${traveller.state}`),
    ],
    [
      "with a code and an error",
      "callback_malformed",
      (traveller, code) => traveller.comeBackWith(code, { error: "access_denied" }),
    ],
    [
      "with the provider's error",
      "provider_refused",
      (traveller) => traveller.comeBack({ error: "access_denied", state: traveller.state }),
    ],
    [
      "with an error that would be a page",
      "provider_refused",
      (traveller) =>
        traveller.comeBack({
          error: "<script>alert(1)</script>",
          error_description: "<b>no</b>",
          state: traveller.state,
        }),
    ],
    [
      "with an error and another state",
      "state",
      (traveller) => traveller.comeBack({ error: "access_denied", state: "A".repeat(43) }),
    ],
    ["with a code that the provider never gave", "status", (traveller) => traveller.comeBackWith("made-up")],
    ["with a code of 4,000 characters", "status", (traveller) => traveller.comeBackWith("c".repeat(4000))],
    [
      "with another issuer",
      "issuer_parameter",
      (traveller, code) => traveller.comeBackWith(code, { iss: "https://accounts.google.com" }),
    ],
    ["with an empty issuer", "issuer_parameter", (traveller, code) => traveller.comeBackWith(code, { iss: "" })],
    [
      "with two issuers",
      "callback_malformed",
      (traveller, code) => traveller.comeBack(`code=${code}&state=${traveller.state}&iss=a&iss=b`),
    ],
    [
      "by another provider's address",
      "other_provider",
      (traveller, code) => traveller.comeBack({ code, state: traveller.state }, "google"),
    ],
    [
      "without the cookie",
      "journey_missing",
      (traveller, code) => {
        traveller.cookies.clear();
        return traveller.comeBackWith(code);
      },
    ],
    ["with an empty cookie", "journey_missing", withCookie(() => "")],
    ["with a cookie of one's own making", "journey_missing", withCookie((text) => "A".repeat(text.length))],
    ["with a cookie that was cut", "journey_missing", withCookie((text) => text.slice(0, -4))],
    [
      "with a cookie of which a letter is another",
      "journey_missing",
      withCookie((text) => `${text.slice(0, 99)}${text[99] === "A" ? "B" : "A"}${text.slice(100)}`),
    ],
    ["with a cookie of 4,000 letters", "journey_missing", withCookie((text) => text.padEnd(4000, "A"))],
  ];

  test.each(cases)("%s: %s", async (_name, reason, way) => {
    const [traveller, code] = await setOut();
    expect(await reasonOf(traveller, await way(traveller, code))).toBe(reason);
  });

  test("in another browser, which brings the code and the state along", async () => {
    const [victim, code] = await setOut();
    const thief = new Traveller(server);
    expect(await reasonOf(thief, await thief.comeBack({ code, state: victim.state }))).toBe("journey_missing");
    const other = new Traveller(server);
    await other.depart();
    expect(await reasonOf(other, await other.comeBack({ code, state: victim.state }))).toBe("state");
  });

  test("with the attacker's code in the victim's journey", async () => {
    const [, code] = await setOut({ sub: "attacker" });
    const victim = new Traveller(server);
    await victim.depart();
    expect(await reasonOf(victim, await victim.comeBackWith(code))).toBe("status");
  });

  test("with another journey's nonce, where a provider looks at no verifier", async () => {
    const [attacker] = await setOut();
    const nonce = attacker.parameters.get("nonce") ?? "";
    const [victim, code] = await setOut({ nonce });
    expect(await reasonOf(victim, await victim.comeBackWith(code))).toBe("nonce");
  });

  test("the second time, be the first refused or not", async () => {
    const { claims } = await member();
    for (const [who, place] of [
      [claims, "/"],
      [{ sub: "stranger" }, "/sign-in?provider=refused"],
    ] as const) {
      const [traveller, code] = await setOut(who);
      const kept = traveller.cookies.get(journeyCookie) ?? "";
      const first = await traveller.comeBackWith(code);
      expect(first.headers.location).toBe(place);
      const again = new Traveller(server);
      again.cookies.set(journeyCookie, kept);
      const asked = provider.asked.token;
      expect(await reasonOf(again, await again.comeBack({ code, state: traveller.state }))).toBe("journey_spent");
      expect(provider.asked.token).toBe(asked);
    }
  });

  test("behind a server that was started again and shares no secret: the key of the seal died with it", async () => {
    const other = await ProviderDouble.start();
    const mortal = await Server.start({ environment: other.environment() });
    try {
      const traveller = new Traveller(mortal);
      await traveller.depart();
      const code = other.agree(traveller.authorization);
      await mortal.stop();
      await mortal.startAgain();
      expect(await reasonOf(traveller, await traveller.comeBackWith(code))).toBe("journey_missing");
    } finally {
      await mortal.end();
      await other.end();
    }
  });

  test("whoever it is, after sixty refusals of that address; the provider is not asked, and others still come in", async () => {
    const traveller = new Traveller(server);
    for (let tries = 0; tries < 60; tries++) {
      const reply = await traveller.comeBack({ code: "code", state: "A".repeat(43) });
      expect(reply.headers.location).toBe("/sign-in?provider=refused");
    }
    const { claims } = await member();
    await traveller.depart();
    const asked = provider.asked.token;
    const reply = await traveller.comeBackWith(provider.agree(traveller.authorization, claims));
    expect([reply.headers.location, traveller.isSignedIn]).toEqual([later, false]);
    await until("the log tells it", () => traveller.refusals().find(({ code }) => code === "too_many_requests"));
    expect(provider.asked.token).toBe(asked);
    const [other, code] = await setOut(claims);
    expect((await other.comeBackWith(code)).headers.location).toBe("/");
  });
});

describe("who is let in", () => {
  test("who is unknown and has no invitation is not", async () => {
    const [traveller, code] = await setOut({ sub: "stranger" });
    expect(await reasonOf(traveller, await traveller.comeBackWith(code))).toBe("not_invited");
  });

  test("an e-mail address that an operator has gives nobody their place", async () => {
    const [traveller, code] = await setOut({ sub: "impostor", email: "anna@example.com" });
    expect(await reasonOf(traveller, await traveller.comeBackWith(code))).toBe("not_invited");
  });

  test("a subject is known by its letters as they are", async () => {
    const { claims } = await member();
    const [traveller, code] = await setOut({ sub: claims.sub.toUpperCase() });
    expect(await reasonOf(traveller, await traveller.comeBackWith(code))).toBe("not_invited");
  });

  test("an invitation lets one in, once; they come in again without one", async () => {
    const { claims } = await member();
    const [again, code] = await setOut(claims);
    expect((await again.comeBackWith(code)).headers.location).toBe("/");
    expect(again.isSignedIn).toBe(true);
    expect(again.cookies.has(journeyCookie)).toBe(false);
    const session = (await again.call("GET", "/api/v1/session")).json as Schemas["Session"];
    expect(session.operator.opr_name).toBe(claims.name);
  });

  test("an invitation that was used lets in nobody else", async () => {
    const link = await invite();
    for (const [sub, name, place] of [
      ["one", "One", "/"],
      ["two", "Two", "/sign-in?provider=refused"],
    ] as const) {
      const traveller = new Traveller(server);
      await traveller.depart("sign-in", { link });
      const reply = await traveller.comeBackWith(
        provider.agree(traveller.authorization, { sub, name, email: `${sub}@example.com` }),
      );
      expect(reply.headers.location).toBe(place);
    }
  });

  test("the session is a new one: what the browser had before ends", async () => {
    const { traveller, claims } = await member();
    const before = traveller.cookies.get(sessionCookie) ?? "";
    await traveller.depart();
    await traveller.comeBackWith(provider.agree(traveller.authorization, claims));
    expect(traveller.cookies.get(sessionCookie)).not.toBe(before);
    const old = new Traveller(server);
    old.cookies.set(sessionCookie, before);
    expect((await old.call("GET", "/api/v1/session")).status).toBe(401);
  });

  test("a session that a visitor brings along is not the one that they get", async () => {
    const { claims } = await member();
    const fixed = "A".repeat(43);
    const [traveller, code] = await setOut(claims);
    traveller.cookies.set(sessionCookie, fixed);
    await traveller.comeBackWith(code);
    expect(traveller.cookies.get(sessionCookie)).not.toBe(fixed);
  });
});

describe("linking", () => {
  const accounts = async (traveller: Traveller): Promise<readonly Schemas["ProviderAccount"][]> =>
    ((await traveller.call("GET", "/api/v1/provider-accounts")).json as Schemas["ProviderAccountList"]).items;

  test("adds an account to whoever is signed in, by which they then come in", async () => {
    const { traveller, claims } = await member();
    await traveller.depart("link");
    const reply = await traveller.comeBackWith(
      provider.agree(traveller.authorization, { sub: `${claims.sub}-second` }),
    );
    expect(reply.headers.location).toBe("/account");
    expect((await accounts(traveller)).map(({ subject }) => subject).sort()).toEqual([
      claims.sub,
      `${claims.sub}-second`,
    ]);
    const [again, code] = await setOut({ sub: `${claims.sub}-second` });
    await again.comeBackWith(code);
    const session = (await again.call("GET", "/api/v1/session")).json as Schemas["Session"];
    expect(session.operator.opr_name).toBe(claims.name);
  });

  test("is refused when nobody is signed in any more", async () => {
    const { traveller } = await member();
    await traveller.depart("link");
    const code = provider.agree(traveller.authorization, { sub: "left-alone" });
    await traveller.call("DELETE", "/api/v1/session");
    traveller.cookies.delete(sessionCookie);
    expect(await reasonOf(traveller, await traveller.comeBackWith(code))).toBe("other_session");
  });

  test("is refused when somebody else is signed in by then", async () => {
    const { traveller } = await member();
    const { traveller: other } = await member();
    await traveller.depart("link");
    const code = provider.agree(traveller.authorization, { sub: "slipped-in" });
    traveller.cookies.set(sessionCookie, other.cookies.get(sessionCookie) ?? "");
    const reply = await traveller.comeBackWith(code);
    expect(reply.headers.location).toBe("/sign-in?provider=refused");
    expect(await traveller.refusal()).toBe("other_session");
    expect((await accounts(other)).map(({ subject }) => subject)).not.toContain("slipped-in");
  });

  test("is refused for an account that another operator has", async () => {
    const { claims } = await member();
    const { traveller } = await member();
    await traveller.depart("link");
    const reply = await traveller.comeBackWith(provider.agree(traveller.authorization, { sub: claims.sub }));
    expect(reply.headers.location).toBe("/account?provider=refused");
    expect(await traveller.refusal()).toBe("conflict");
  });

  test("that the person gave up leads back to the account, still signed in", async () => {
    const { traveller } = await member();
    await traveller.depart("link");
    const reply = await traveller.comeBack({ error: "access_denied", state: traveller.state });
    expect([reply.headers.location, traveller.isSignedIn]).toEqual(["/account?provider=refused", true]);
    expect(await traveller.refusal()).toBe("provider_refused");
  });

  test("cannot be begun as a sign-in: that makes no account anybody's", async () => {
    const { traveller, claims } = await member();
    await traveller.depart("sign-in");
    await traveller.comeBackWith(provider.agree(traveller.authorization, { sub: "not-linked" }));
    expect(await traveller.refusal()).toBe("not_invited");
    expect((await accounts(traveller)).map(({ subject }) => subject)).toEqual([claims.sub]);
  });
});

describe("unlinking", () => {
  const unlink = (traveller: Traveller, subject: string): Promise<Reply> =>
    traveller.call("POST", "/api/v1/provider-accounts/unlink", { issuer: provider.issuer, subject });

  test("makes an account open nothing any more", async () => {
    const { traveller, claims } = await member();
    const second = `${claims.sub}-second`;
    await traveller.depart("link");
    await traveller.comeBackWith(provider.agree(traveller.authorization, { sub: second }));
    expect((await unlink(traveller, second)).status).toBe(204);
    const [again, code] = await setOut({ sub: second });
    expect(await reasonOf(again, await again.comeBackWith(code))).toBe("not_invited");
  });

  test("leaves whoever has no password their last account, and others theirs", async () => {
    const { traveller, claims } = await member();
    const { claims: other } = await member();
    expect((await unlink(traveller, claims.sub)).status).toBe(409);
    expect((await unlink(traveller, other.sub)).status).toBe(409);
    const [again, code] = await setOut(other);
    expect((await again.comeBackWith(code)).headers.location).toBe("/");
  });
});

describe("a proof", () => {
  const seconds = (): number => Math.floor(Date.now() / 1000);

  test("asks for a sign-in there and then, and makes the session a recent one", async () => {
    const { traveller, claims } = await member();
    const before = traveller.cookies.get(sessionCookie);
    const asked = await traveller.depart("proof");
    expect([asked.get("prompt"), asked.get("max_age")]).toEqual(["login", "60"]);
    const code = provider.agree(traveller.authorization, { ...claims, auth_time: seconds() });
    expect((await traveller.comeBackWith(code)).headers.location).toBe("/account");
    expect(traveller.cookies.get(sessionCookie)).not.toBe(before);
  });

  test("by an authentication of yesterday is none", async () => {
    const { traveller, claims } = await member();
    await traveller.depart("proof");
    const code = provider.agree(traveller.authorization, { ...claims, auth_time: seconds() - 86_400 });
    const reply = await traveller.comeBackWith(code);
    expect([reply.headers.location, await traveller.refusal()]).toEqual(["/account?provider=refused", "auth_time"]);
  });

  test("by somebody else's account is none", async () => {
    const { claims: other } = await member();
    const { traveller } = await member();
    await traveller.depart("proof");
    await traveller.comeBackWith(provider.agree(traveller.authorization, { ...other, auth_time: seconds() }));
    expect(await traveller.refusal()).toBe("forbidden");
  });
});

test("nothing secret of any of this is in the log", () => {
  expect(server.stderr).not.toMatch(
    /code_verifier|id_token|access_token|__Host-provider=|secret of the client|google-secret/u,
  );
  expect(server.stderr).not.toContain("<script>");
});
