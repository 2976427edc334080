// The desktop's token in a real Secret Service: a private session bus with GNOME Keyring, unlocked, locked, and gone.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { Client, join, type Schemas } from "./client.ts";
import { type Ended, instacrmAgent, plainEnvironment, run, Server, until } from "./server.ts";

const execute = promisify(execFile);
const programs = ["/usr/bin/dbus-daemon", "/usr/bin/gnome-keyring-daemon", "/usr/bin/secret-tool"];
const isMissing = programs.some((program) => !existsSync(program));
if (isMissing && process.env["CI"] !== undefined) throw new Error(`CI needs ${programs.join(", ")}.`);

/** A session of a person's: a bus, and a keyring that a password opens. */
class Session {
  readonly home: string;
  readonly address: string;
  readonly #bus: ChildProcess;
  #keyring: ChildProcess | undefined;

  private constructor(home: string, address: string, bus: ChildProcess) {
    this.home = home;
    this.address = address;
    this.#bus = bus;
  }

  static async begin(): Promise<Session> {
    const home = await mkdtemp(joinPath(tmpdir(), "instacrm-session-"));
    const address = `unix:path=${home}/bus`;
    const arguments_ = ["--session", "--nofork", "--nopidfile", `--address=${address}`];
    const bus = spawn("/usr/bin/dbus-daemon", arguments_, { stdio: "ignore", env: { PATH: "/usr/bin", HOME: home } });
    await until("the bus is there", () => (existsSync(`${home}/bus`) ? true : undefined));
    return new Session(home, address, bus);
  }

  get environment(): Record<string, string> {
    return {
      PATH: "/usr/bin",
      HOME: this.home,
      XDG_RUNTIME_DIR: this.home,
      XDG_DATA_HOME: this.home,
      DBUS_SESSION_BUS_ADDRESS: this.address,
      INSTACRM_AGENT_KEYRING: "on",
    };
  }

  /** Starts the keyring, opened by the password; without one it stays locked. */
  async openKeyring(password?: string): Promise<void> {
    const unlock = password === undefined ? [] : ["--unlock"];
    const keyring = spawn("/usr/bin/gnome-keyring-daemon", ["--foreground", "--components=secrets", ...unlock], {
      stdio: ["pipe", "ignore", "ignore"],
      env: this.environment,
    });
    keyring.stdin.end(password ?? "");
    this.#keyring = keyring;
    const ask = [
      "--session",
      "--print-reply",
      "--dest=org.freedesktop.DBus",
      "/",
      "org.freedesktop.DBus.NameHasOwner",
      "string:org.freedesktop.secrets",
    ];
    await until("the keyring is there", async () => {
      const { stdout } = await execute("/usr/bin/dbus-send", ask, { env: this.environment });
      return stdout.includes("true") ? true : undefined;
    });
  }

  async closeKeyring(): Promise<void> {
    const keyring = this.#keyring;
    this.#keyring = undefined;
    if (keyring?.exitCode !== null || keyring.signalCode !== null) return;
    const ended = once(keyring, "close");
    keyring.kill("SIGTERM");
    await ended;
  }

  async items(): Promise<string> {
    const found = execute("/usr/bin/secret-tool", ["search", "--all", "application", "instacrm-agent"], {
      env: this.environment,
    });
    return (await found.catch((error: unknown) => error as { stdout: string })).stdout;
  }

  async end(): Promise<void> {
    await this.closeKeyring();
    const ended = once(this.#bus, "close");
    this.#bus.kill("SIGTERM");
    await ended;
    await rm(this.home, { recursive: true, force: true });
  }
}

let server: Server;
let page: Client;
let data: string;

beforeAll(async () => {
  server = await Server.start();
  page = await join(server);
});
afterAll(async () => {
  await server.end();
});
beforeEach(async () => {
  data = await mkdtemp(joinPath(tmpdir(), "instacrm-desk-"));
  return async () => {
    await rm(data, { recursive: true, force: true });
  };
});

async function agent(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
  return run(instacrmAgent, args, { ...environment, INSTACRM_AGENT_DATA: data });
}

/** Pairs as a person does: the program shows a code, which is typed on the page. */
async function pair(environment: Readonly<Record<string, string>>): Promise<string> {
  const env = plainEnvironment({ ...environment, INSTACRM_AGENT_DATA: data });
  const child = spawn(instacrmAgent, ["pair", server.url], { env });
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const closed = once(child, "close");
  const code = await until("the code is shown", () => /[0-9A-Z]{4}-[0-9A-Z]{4}/u.exec(output)?.[0]);
  await page.expect<Schemas["Device"]>(201, "POST", `/api/v1/pairings/${code.replace("-", "")}/approval`);
  expect((await closed)[0], output).toBe(0);
  return output;
}

const deviceFile = (): string => joinPath(data, "device.json");

async function readDevice(): Promise<Record<string, string>> {
  return JSON.parse(await readFile(deviceFile(), "utf8")) as Record<string, string>;
}

/** Whether the server takes this desktop's token. */
async function isKnown(environment: Readonly<Record<string, string>>): Promise<Ended> {
  return agent(environment, "sync");
}

describe.skipIf(isMissing)("with a keyring", () => {
  let session: Session;
  beforeAll(async () => {
    session = await Session.begin();
    await session.openKeyring("a password");
  });
  afterAll(async () => {
    await session.end();
  });

  test("the token is there and in no file, and the desktop works", async () => {
    const output = await pair(session.environment);
    expect(output).toContain("The token is kept in the keyring.");
    const device = await readDevice();
    expect(Object.keys(device)).not.toContain("device_token");
    expect(device["keyring_item"]).toMatch(/^DEV-[0-9A-F]{8}\.[0-9a-f]{12}$/u);
    const found = await execute(
      "/usr/bin/secret-tool",
      ["lookup", "application", "instacrm-agent", "item", device["keyring_item"] ?? ""],
      { env: session.environment },
    );
    expect(found.stdout).toMatch(/^[A-Za-z0-9_-]{43}$/u);
    await expect(execute("grep", ["-r", "-a", "-F", "-e", found.stdout, data, session.home])).rejects.toMatchObject({
      code: 1,
    });
    expect((await isKnown(session.environment)).code).toBe(0);
  });

  test("pairing again leaves one token, the new one", async () => {
    await pair(session.environment);
    const first = (await readDevice())["keyring_item"] ?? "";
    await pair(session.environment);
    const second = (await readDevice())["keyring_item"] ?? "";
    const items = await session.items();
    expect(items).toContain(second);
    expect(items).not.toContain(first);
    expect((await isKnown(session.environment)).code).toBe(0);
  });

  test("a token that somebody removed from it is told in a sentence", async () => {
    await pair(session.environment);
    const { keyring_item: item = "" } = await readDevice();
    await execute("/usr/bin/secret-tool", ["clear", "application", "instacrm-agent", "item", item], {
      env: session.environment,
    });
    const { code, stderr, stdout } = await isKnown(session.environment);
    expect(code).not.toBe(0);
    expect(stderr + stdout).toContain("is not in the keyring any more; pair this desktop again");
  });

  test("one that is locked or gone ends no wait and loses nothing", async () => {
    await pair(session.environment);
    await session.closeKeyring();
    await session.openKeyring();
    let told = await isKnown(session.environment);
    expect(told.code).not.toBe(0);
    expect(told.stderr + told.stdout).toContain("is in the keyring, which does not answer or is locked");
    await session.closeKeyring();
    told = await isKnown({ ...session.environment, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" });
    expect(told.stderr + told.stdout).toContain("is in the keyring, which does not answer or is locked");
    await session.openKeyring("a password");
    expect((await isKnown(session.environment)).code).toBe(0);
  });
});

describe("without a keyring", () => {
  test("the token is in a file for this user only", async () => {
    const output = await pair({ INSTACRM_AGENT_KEYRING: "off" });
    expect(output).toContain("The token is kept in a file for this user only.");
    expect((await readDevice())["device_token"]).toMatch(/^[A-Za-z0-9_-]{43}$/u);
    expect((await stat(deviceFile())).mode & 0o777).toBe(0o600);
    expect((await isKnown({})).code).toBe(0);
  });

  test("a file that others may use is refused until the doctor has mended it", async () => {
    await pair({});
    for (const mode of [0o640, 0o604, 0o660, 0o666, 0o620]) {
      await chmod(deviceFile(), mode);
      const refused = await isKnown({});
      expect(refused.code).not.toBe(0);
      expect(refused.stderr + refused.stdout).toContain("Another user may use");
      expect(refused.stderr + refused.stdout).toContain("`instacrm-agent doctor --fix`");
      expect((await agent({}, "doctor")).stdout).toContain(`Other users may use ${deviceFile()}.`);
      await agent({}, "doctor", "--fix");
      expect((await stat(deviceFile())).mode & 0o777).toBe(0o600);
      expect((await isKnown({})).code).toBe(0);
    }
  });

  test.skipIf(process.getuid?.() !== 0)("a file of another user's is refused", async () => {
    await pair({});
    await chown(deviceFile(), 65534, 65534);
    const refused = await isKnown({});
    expect(refused.stderr + refused.stdout).toContain("Another user may use");
    expect((await agent({}, "doctor")).stdout).toContain(`${deviceFile()} belongs to another user.`);
  });

  test("a link in its place is refused", async () => {
    await pair({});
    const elsewhere = joinPath(data, "elsewhere");
    await mkdir(elsewhere);
    await writeFile(joinPath(elsewhere, "device.json"), await readFile(deviceFile()), { mode: 0o600 });
    await rm(deviceFile());
    await execute("ln", ["-s", joinPath(elsewhere, "device.json"), deviceFile()]);
    expect((await isKnown({})).code).not.toBe(0);
  });
});
