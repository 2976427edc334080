// Accounts: passwords, invitations, sessions that are seen and ended, people who are disabled, and desktops' tokens that
// are replaced, as a page and a desktop use them.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Client, join, pair, type Schemas } from "./client.ts";
import { Server, until } from "./server.ts";
import { Stream } from "./stream.ts";

const password = "a good long secret";
const newPassword = "another long secret";

let server: Server;
let owner: Client;

beforeAll(async () => {
  server = await Server.start();
  owner = await join(server, { password });
});
afterAll(async () => {
  await server.end();
});

async function signIn(account: string, secret: string): Promise<Client> {
  const page = Client.page(server);
  await page.expect(201, "POST", "/api/v1/session", { json: { account, password: secret } });
  return page;
}

/** Somebody joins by an invitation of the owner's. */
async function invite(name: string, role: Schemas["Role"] = "operator"): Promise<Client> {
  const invited = await owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", { json: { role } });
  const page = Client.page(server);
  const json = {
    link: invited.link,
    opr_name: name,
    opr_email: `${name}@example.com`,
    time_zone: "UTC",
    password,
  };
  await page.expect(201, "POST", "/api/v1/join", { json });
  return page;
}

const me = (page: Client): Promise<Schemas["Session"]> => page.expect(200, "GET", "/api/v1/session");
const sessions = (page: Client): Promise<Schemas["SessionList"]> => page.expect(200, "GET", "/api/v1/sessions");

async function expectEnd(stream: Stream): Promise<void> {
  await until("the stream ends", () => (stream.isEnded ? true : undefined), 5000);
}

describe("a password", () => {
  test("that the first owner chose signs in by name and by address", async () => {
    for (const account of ["Anna Becker", "ANNA@example.com"]) {
      expect((await me(await signIn(account, password))).operator.role).toBe("owner");
    }
  });

  test("that is wrong is answered like a name that nobody has", async () => {
    const page = Client.page(server);
    const answers = await Promise.all(
      ["Anna Becker", "Nobody"].map(async (account) => {
        const { status, text } = await page.call("POST", "/api/v1/session", { json: { account, password: "wrong" } });
        return { status, text: text.replace(/"request_id":"[^"]*"/u, "") };
      }),
    );
    expect(answers[0]?.status).toBe(401);
    expect(answers[0]?.text).toContain("wrong_password");
    expect(answers[1]).toEqual(answers[0]);
    expect(page.cookie).toBe("");
  });

  test("comes with a name, and never with a link", async () => {
    const page = Client.page(server);
    const link = "A".repeat(43);
    for (const json of [
      {},
      { account: "Anna Becker" },
      { password },
      { link, password },
      { link, account: "x", password },
    ]) {
      expect(await page.problem("POST", "/api/v1/session", { json })).toBe("400 invalid_field");
    }
  });

  test("is changed with the present one, and then all other sessions and their streams are over", async () => {
    const page = await invite("Change");
    const elsewhere = await signIn("Change", password);
    const stream = await Stream.open(server, elsewhere);
    const before = page.cookie;
    const change = (json: object): Promise<string> => page.problem("PUT", "/api/v1/password", { json });
    expect(await change({ password: newPassword })).toBe("401 wrong_password");
    expect(await change({ password: newPassword, present_password: "wrong" })).toBe("401 wrong_password");
    expect(await change({ password: "password1", present_password: password })).toBe("400 password_refused");
    expect(await change({ password: "short", present_password: password })).toBe("400 password_refused");
    await page.expect(200, "PUT", "/api/v1/password", { json: { password: newPassword, present_password: password } });
    expect(page.cookie).not.toBe(before);
    await expectEnd(stream);
    expect(await elsewhere.problem("GET", "/api/v1/session")).toBe("401 unauthenticated");
    expect((await me(page)).operator.opr_name).toBe("Change");
    await signIn("Change", newPassword);
  });

  test("that was forgotten is set anew by a link of the owner's, once", async () => {
    const page = await invite("Forgetful");
    const { operator } = await me(page);
    const path = `/api/v1/operators/${operator.opr_id}/password-link`;
    expect(await page.problem("POST", path)).toBe("403 forbidden");
    const { link } = await owner.expect<Schemas["ResetLink"]>(201, "POST", path);
    const visitor = Client.page(server);
    expect(await visitor.problem("POST", "/api/v1/session", { json: { link } })).toBe("401 invalid_link");
    await visitor.expect(201, "POST", "/api/v1/password/reset", { json: { link, password: newPassword } });
    expect((await me(visitor)).operator.opr_id).toBe(operator.opr_id);
    expect(await page.problem("GET", "/api/v1/session")).toBe("401 unauthenticated");
    const again = { json: { link, password } };
    expect(await visitor.problem("POST", "/api/v1/password/reset", again)).toBe("401 invalid_link");
  });
});

describe("an invitation", () => {
  test("tells its holder what it is, lets one person in, and is then gone", async () => {
    const json = { role: "viewer", opr_email: "vera@example.com" };
    const { link } = await owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", { json });
    const page = Client.page(server);
    const look = await page.expect<Schemas["Invitation"]>(200, "POST", "/api/v1/invitations/look", { json: { link } });
    expect(look).toMatchObject({ role: "viewer", opr_email: "vera@example.com", invited_by_name: "Anna Becker" });
    const joining = { link, opr_name: "Vera", opr_email: "vera@example.com", time_zone: "UTC" };
    expect(await page.problem("POST", "/api/v1/join", { json: joining })).toBe("400 missing_field");
    const taken = { ...joining, password, opr_name: "ANNA becker" };
    expect(await page.problem("POST", "/api/v1/join", { json: taken })).toBe("409 name_taken");
    const tries = await Promise.all(
      Array.from({ length: 2 }, () =>
        Client.page(server).call("POST", "/api/v1/join", { json: { ...joining, password } }),
      ),
    );
    expect(tries.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await page.problem("POST", "/api/v1/invitations/look", { json: { link } })).toBe("401 invalid_link");
  });
});

describe("a session", () => {
  test("that a browser had before ends when somebody signs in there", async () => {
    const page = await invite("Fixed");
    const planted = page.cookie;
    await page.expect(201, "POST", "/api/v1/session", { json: { account: "Fixed", password } });
    expect(page.cookie).not.toBe(planted);
    const thief = Client.page(server);
    thief.cookie = planted;
    expect(await thief.problem("GET", "/api/v1/session")).toBe("401 unauthenticated");
  });

  test("is listed with what its browser called itself, and ends one by one or all at once", async () => {
    const page = await invite("Lister");
    const headers = { "User-Agent": "Fox/1.0" };
    const other = Client.page(server);
    await other.expect(201, "POST", "/api/v1/session", { json: { account: "Lister", password }, headers });
    const { items, has_password: hasPassword } = await sessions(page);
    expect(hasPassword).toBe(true);
    expect(items.map(({ is_this: isThis, user_agent: userAgent }) => [isThis, userAgent])).toEqual([
      [false, "Fox/1.0"],
      [true, ""],
    ]);
    const stream = await Stream.open(server, other);
    await page.expect(204, "DELETE", `/api/v1/sessions/${items[0]?.session_id ?? ""}`);
    await expectEnd(stream);
    expect(await other.problem("GET", "/api/v1/session")).toBe("401 unauthenticated");

    const third = await signIn("Lister", password);
    const { desktop } = await pair(server, page);
    await page.expect(204, "DELETE", "/api/v1/sessions");
    expect(await third.problem("GET", "/api/v1/session")).toBe("401 unauthenticated");
    expect(await desktop.problem("GET", "/api/v1/sync/pull?protocol=1")).toBe("401 invalid_token");
    expect((await sessions(page)).items).toHaveLength(1);
  });

  test("ends its live stream when it is signed out of", async () => {
    const page = await invite("Leaver");
    const stream = await Stream.open(server, page);
    await page.expect(204, "DELETE", "/api/v1/session");
    await expectEnd(stream);
  });

  test("goes on under a new secret when its person shows again who they are", async () => {
    const page = await invite("Prover");
    const before = page.cookie;
    const { session_id: sessionId } = await me(page);
    const wrong = { json: { password: "wrong" } };
    expect(await page.problem("POST", "/api/v1/session/proof", wrong)).toBe("401 wrong_password");
    await page.expect(200, "POST", "/api/v1/session/proof", { json: { password } });
    expect(page.cookie).not.toBe(before);
    expect((await me(page)).session_id).toBe(sessionId);
  });
});

describe("who is disabled", () => {
  test("is out at once, with live stream, desktop and password, and comes back only by signing in anew", async () => {
    const page = await invite("Gone");
    const { operator } = await me(page);
    const { desktop, token } = await pair(server, page);
    const stream = await Stream.open(server, page);
    const desktopStream = await Stream.openForDesktop(server, token);
    const path = `/api/v1/operators/${operator.opr_id}/disabling`;
    await owner.expect(204, "PUT", path);
    await expectEnd(stream);
    await expectEnd(desktopStream);
    expect(await page.problem("GET", "/api/v1/home")).toBe("401 unauthenticated");
    expect(await desktop.problem("GET", "/api/v1/sync/pull?protocol=1")).toBe("401 invalid_token");
    const account = { json: { account: "Gone", password } };
    expect(await Client.page(server).problem("POST", "/api/v1/session", account)).toBe("401 wrong_password");
    const { items } = await owner.expect<Schemas["OperatorPage"]>(200, "GET", "/api/v1/operators?search=Gone");
    expect(items[0]?.disabled_at).toBeGreaterThan(0);

    await owner.expect(204, "DELETE", path);
    expect(await page.problem("GET", "/api/v1/home")).toBe("401 unauthenticated");
    expect((await me(await signIn("Gone", password))).operator.opr_id).toBe(operator.opr_id);
  });
});

describe("a desktop's token", () => {
  test("is replaced by the next one when that is first used", async () => {
    const page = await invite("Renewer");
    const { token } = await pair(server, page);
    const renewed = await Client.desktop(server, token).expect<Schemas["DeviceToken"]>(
      201,
      "POST",
      "/api/v1/devices/token",
      { json: { protocol: 1 } },
    );
    await Client.desktop(server, token).expect(200, "GET", "/api/v1/sync/pull?protocol=1");
    await Client.desktop(server, renewed.device_token).expect(200, "GET", "/api/v1/sync/pull?protocol=1");
    const former = Client.desktop(server, token);
    expect(await former.problem("GET", "/api/v1/sync/pull?protocol=1")).toBe("401 invalid_token");
  });
});

describe("guessing", () => {
  test("at passwords is answered so often and then no more, and the page of who is signed in goes on", async () => {
    const page = Client.page(server);
    const guess = { json: { account: "Anna Becker", password: "wrong" } };
    const answers = new Set<string>();
    for (let i = 0; i < 100 && !answers.has("429 too_many_requests"); i += 1) {
      answers.add(await page.problem("POST", "/api/v1/session", guess));
    }
    expect([...answers]).toEqual(["401 wrong_password", "429 too_many_requests"]);
    const refused = await page.call("POST", "/api/v1/session", guess);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    await owner.expect(200, "GET", "/api/v1/home");
  });
});
