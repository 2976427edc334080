// Debian's glewlwyd as a provider of OpenID Connect, on loopback, with a SQLite file of its own; it goes when the test's process
// does. An implementation in C that shares nothing with the other provider of these tests, nor with ours.

import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { until } from "./server.ts";

const program = "/usr/bin/glewlwyd";
const schema = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3";
const libraries = "/usr/lib/glewlwyd";

export interface Person {
  readonly username: string;
  readonly name: string;
  readonly email: string;
}

const password = "correct horse battery staple";

function configuration(port: number, folder: string): string {
  return [
    `port=${String(port)}`,
    'bind_address="127.0.0.1"',
    `external_url="http://localhost:${String(port)}"`,
    'login_url="login.html"',
    'api_prefix="api"',
    'log_mode="file"',
    'log_level="WARNING"',
    `log_file="${folder}/log"`,
    'cookie_domain=""',
    "cookie_secure=0",
    'admin_scope="g_admin"',
    'profile_scope="g_profile"',
    ...["user", "user_middleware", "client"].map((kind) => `${kind}_module_path="${libraries}/${kind}"`),
    `user_auth_scheme_module_path="${libraries}/scheme"`,
    `plugin_module_path="${libraries}/plugin"`,
    'hash_algorithm="SHA512"',
    `database = { type="sqlite3" path="${folder}/glewlwyd.db" };`,
    "",
  ].join("\n");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}

async function makeDatabase(path: string): Promise<void> {
  const child = spawn("sqlite3", [path], { stdio: ["pipe", "inherit", "inherit"] });
  const closed = once(child, "close");
  child.stdin.end(await readFile(schema));
  const [code] = (await closed) as [number];
  if (code !== 0) throw new Error(`glewlwyd's database was not made: ${String(code)}`);
}

/** Somebody's cookies with it. */
class Visit {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  async call(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(new URL(path, this.#url), {
      method,
      redirect: "manual",
      headers: {
        Cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/u.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
    }
    return response;
  }

  /** As `call`, where nothing but success will do. */
  async must(method: string, path: string, body?: unknown): Promise<void> {
    const response = await this.call(method, path, body);
    if (!response.ok)
      throw new Error(`glewlwyd: ${method} ${path}: ${String(response.status)} ${await response.text()}`);
  }
}

export class Glewlwyd {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #url: string;
  readonly clientId = "instacrm";
  readonly clientSecret = "a-secret-of-the-client";

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#url = `http://localhost:${String(port)}`;
    // The kernel ends it when this process dies, however that happens.
    this.#process = spawn("setpriv", ["--pdeathsig", "KILL", program, `--config-file=${folder}/glewlwyd.conf`], {
      stdio: "ignore",
    });
  }

  /** Starts one that knows these people; undefined, said loudly, where it is not installed, but not in CI. */
  static async start(people: readonly Person[]): Promise<Glewlwyd | undefined> {
    if (!existsSync(program) && process.env["CI"] === undefined) {
      console.warn("SKIPPED: glewlwyd is not installed.");
      return undefined;
    }
    const folder = await mkdtemp(join(tmpdir(), "instacrm-glewlwyd-"));
    const port = await freePort();
    await makeDatabase(join(folder, "glewlwyd.db"));
    await writeFile(join(folder, "glewlwyd.conf"), configuration(port, folder));
    const glewlwyd = new Glewlwyd(folder, port);
    try {
      await glewlwyd.#isUp();
      await glewlwyd.#setUp(people);
    } catch (error) {
      await glewlwyd.end();
      throw error;
    }
    return glewlwyd;
  }

  get issuer(): string {
    return `${this.#url}/api/oidc`;
  }

  /** Makes us a client of its, whom it sends people back to at that address. */
  async register(redirectAddress: string): Promise<void> {
    const admin = await this.#admin();
    await admin.must("POST", "/api/client/", {
      client_id: this.clientId,
      name: "InstaCRM",
      enabled: true,
      confidential: true,
      client_secret: this.clientSecret,
      password: this.clientSecret,
      scope: ["openid"],
      redirect_uri: [redirectAddress],
      authorization_type: ["code"],
      token_endpoint_auth_method: ["client_secret_basic"],
    });
  }

  /** What a browser does there: signs in, agrees, and is sent back; gives the address that it is sent to. */
  async walk(person: Person, address: string): Promise<string> {
    const visit = new Visit(this.#url);
    await visit.must("POST", "/api/auth/", { username: person.username, password });
    await visit.must("PUT", `/api/auth/grant/${this.clientId}/`, { scope: "openid email profile" });
    const response = await visit.call("GET", `${address}&g_continue`);
    const location = response.headers.get("location");
    if (location === null) throw new Error(`glewlwyd sent nobody back: ${String(response.status)}`);
    return location;
  }

  async end(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const closed = once(this.#process, "close");
      this.#process.kill("SIGKILL");
      await closed;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #isUp(): Promise<void> {
    await until(
      "glewlwyd answers",
      async () => {
        if (this.#process.exitCode !== null) throw new Error(`glewlwyd ended: ${String(this.#process.exitCode)}`);
        const response = await fetch(`${this.#url}/config`).catch(() => undefined);
        return response?.ok === true ? true : undefined;
      },
      20_000,
    );
  }

  async #admin(): Promise<Visit> {
    const admin = new Visit(this.#url);
    await admin.must("POST", "/api/auth/", { username: "admin", password: "password" });
    return admin;
  }

  async #setUp(people: readonly Person[]): Promise<void> {
    const admin = await this.#admin();
    await admin.must("POST", "/api/mod/plugin/", {
      module: "oidc",
      name: "oidc",
      display_name: "OpenID Connect",
      parameters: this.#parameters(people),
    });
    for (const name of ["email", "profile"]) {
      await admin.must("POST", "/api/scope/", {
        name,
        display_name: name,
        password_required: true,
        password_max_age: 0,
        scheme: {},
      });
    }
    for (const person of people) {
      const scope = ["openid", "email", "profile", "g_profile"];
      await admin.must("POST", "/api/user/", { ...person, password, enabled: true, scope });
    }
  }

  /** Of its OpenID Connect part. It knows of no verified address, so that claim is made of whose
   * address it is: true of the first person's, false of the second's. */
  #parameters(people: readonly Person[]): Record<string, unknown> {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = { ...privateKey.export({ format: "jwk" }), kid: "signing", alg: "RS256", use: "sig" };
    return {
      iss: this.issuer,
      "jwks-private": JSON.stringify({ keys: [key] }),
      "jwks-show": true,
      "default-kid": "signing",
      "jwt-type": "rsa",
      "jwt-key-size": "256",
      "access-token-duration": 3600,
      "refresh-token-duration": 1209600,
      "code-duration": 600,
      "refresh-token-rolling": true,
      "allow-non-oidc": false,
      "auth-type-code-enabled": true,
      "auth-type-token-enabled": false,
      "auth-type-implicit-enabled": false,
      "auth-type-password-enabled": false,
      "auth-type-client-enabled": false,
      "auth-type-device-enabled": false,
      "auth-type-none-enabled": false,
      "auth-type-refresh-enabled": true,
      "pkce-allowed": true,
      "pkce-method-plain-allowed": false,
      "pkce-required": true,
      "subject-type": "public",
      "allowed-scope": ["openid", "email", "profile"],
      "oauth-as-iss-id": true,
      "name-claim": "mandatory",
      "email-claim": "mandatory",
      "address-claim": { type: "no" },
      claims: [
        {
          name: "email_verified",
          "user-property": "email",
          type: "boolean",
          "boolean-value-true": people[0]?.email ?? "",
          "boolean-value-false": people[1]?.email ?? "nobody",
          mandatory: true,
          scope: [],
        },
      ],
    };
  }
}
