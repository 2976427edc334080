// The server on Oracle, as far as a stand-in for it goes (tests/oracle): chosen by the environment, as in the original.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Client, home, join, makeOperation, pair, push } from "./client.ts";
import { Postgres } from "./postgres.ts";
import { build, instacrm, run, Server } from "./server.ts";
import { Stream } from "./stream.ts";

const standIn = joinPath(build, "conformance", "liboracle_standin.so");
const script = fileURLToPath(new URL("../oracle/database", import.meta.url));
const suppressions = fileURLToPath(new URL("../conformance/leaks.supp", import.meta.url));
const password = "a;b}c secret";
const otherServerMs = 5000; // Whoever is asked once a second, on a machine that is busy.

describe("a server that is to use Oracle and cannot says why", () => {
  let data: string;
  beforeAll(async () => {
    data = await mkdtemp(joinPath(tmpdir(), "instacrm-oracle-"));
  });
  afterAll(async () => {
    await rm(data, { recursive: true, force: true });
  });

  test.each<[string, readonly string[], Record<string, string>, number, RegExp]>([
    ["no connection string", ["--database", "oracle:"], {}, 2, /ORACLE_CONN_STRING is not set/u],
    [
      "something behind the colon",
      ["--database", "oracle:ana/secret@crm"],
      {},
      2,
      /or oracle:, with nothing behind it/u,
    ],
    [
      "no driver manager, chosen by the environment alone",
      [],
      { ORACLE_CONN_STRING: "crm", ORACLE_PASSWORD: password, INSTACRM_ODBC_LIBRARY: "libnowhere.so.2" },
      1,
      /There is no ODBC driver manager: libnowhere\.so\.2.*install unixODBC/u,
    ],
  ])("%s", async (_, args, environment, code, words) => {
    const ended = await run(instacrm, ["serve", "--listen", "127.0.0.1:0", "--data", data, ...args], environment);
    expect(ended.stderr).toMatch(words);
    expect(ended.stderr).toMatch(/^instacrm: [^\n]+\.\n$/u);
    expect(ended.stderr).not.toContain("secret");
    expect(ended.code).toBe(code);
  });
});

describe("two servers on one schema", () => {
  let postgres: Postgres | undefined;
  let environment: Record<string, string>;

  beforeAll(async () => {
    const server = existsSync(standIn) ? await Postgres.start() : undefined;
    const prepared = server && (await run(script, ["prepare", server.folder]));
    if (prepared?.code !== 0) {
      await server?.end();
      const why = prepared?.stderr ?? "it was not built (Debian: unixodbc-dev), or there is no PostgreSQL server.";
      if (process.env["CI"] !== undefined) throw new Error(`There is no stand-in for Oracle: ${why}`);
      console.warn(`SKIPPED: there is no stand-in for Oracle: ${why}`);
      return;
    }
    postgres = server;
    environment = {
      ORACLE_CONN_STRING: prepared.stdout.trim(),
      ORACLE_PASSWORD: password,
      INSTACRM_ODBC_LIBRARY: standIn,
      LSAN_OPTIONS: `suppressions=${suppressions}:print_suppressions=0`,
    };
  });
  afterAll(async () => {
    await postgres?.end();
  });

  test("what is pushed through one is seen on the other, and no password is said", async (context) => {
    if (postgres === undefined) return context.skip();
    const first = await Server.start({ environment });
    const anna = await join(first); // Before the second starts: it would print a new link for the owner.
    const second = await Server.start({ environment, database: "oracle:" });
    expect(first.stdout).toMatch(/^ {2}database {2}Oracle, which ORACLE_CONN_STRING names$/mu);
    const { desktop } = await pair(first, anna);
    const annaAtSecond = Client.page(second);
    annaAtSecond.cookie = anna.cookie;
    const stream = await Stream.open(second, annaAtSecond);
    const [result] = await push(desktop, makeOperation({ message_text: "Olá 🚀 ".repeat(2000).trim() }));
    const event = await stream.next(otherServerMs);
    expect(event.data).toContain(result?.elg_id);
    expect((await home(annaAtSecond)).totals).toMatchObject({ targets: 1, actors: 1, operators: 1 });
    stream.close();
    expect((await first.command("rollup", "check")).code).toBe(0);
    for (const server of [first, second]) {
      expect(server.stdout + server.stderr).not.toContain("secret");
      await server.end();
    }
  });
});
