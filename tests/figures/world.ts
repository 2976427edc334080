// A world: the real server on a database of its own, with a team that has joined, and the raw tables as the engine's own
// program reads them. The team is made once for each engine; every world begins with a copy of its database.

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { existsSync } from "node:fs";
import { join as joinPath } from "node:path";
import { fileURLToPath } from "node:url";

import { Client, join, makeOpId, pair, push, type Schemas } from "../integration/client.ts";
import { Postgres } from "../integration/postgres.ts";
import { build, run, Server } from "../integration/server.ts";

export const engineNames = ["SQLite", "PostgreSQL", "Oracle's stand-in"] as const;
export type EngineName = (typeof engineNames)[number];

/** Who is in the team. Dora has two desktops; Vera only looks. */
export const people = ["Anna", "Bela", "Chiara", "Dora", "Vera"] as const;
export type Name = (typeof people)[number];
const roles: Record<Name, Schemas["Role"]> = {
  Anna: "owner",
  Bela: "admin",
  Chiara: "operator",
  Dora: "operator",
  Vera: "viewer",
};
const zones: Record<Name, string> = {
  Anna: "Europe/Berlin",
  Bela: "Australia/Lord_Howe",
  Chiara: "Pacific/Chatham",
  Dora: "America/St_Johns",
  Vera: "UTC",
};
const desks: readonly (readonly [string, Name])[] = [
  ["anna", "Anna"],
  ["bela", "Bela"],
  ["chiara", "Chiara"],
  ["dora-1", "Dora"],
  ["dora-2", "Dora"],
];

/** What the team is known by, once it has joined: it goes on to hold in every copy of the database. */
interface Team {
  readonly cookies: ReadonlyMap<Name, string>;
  readonly ids: ReadonlyMap<Name, string>;
  readonly desks: ReadonlyMap<string, { readonly owner: Name; readonly token: string; readonly deviceId: string }>;
}

export type Row = Readonly<Record<string, unknown>>;

export interface Desktop {
  readonly owner: Name;
  readonly deviceId: string;
  readonly client: Client;
}

export class World {
  readonly server: Server;
  readonly engine: EngineName;
  /** Filled by `instacrm demo`. */
  readonly isSample: boolean;
  readonly ids: ReadonlyMap<Name, string>;
  readonly desktops: ReadonlyMap<string, Desktop>;
  readonly #pages: ReadonlyMap<Name, Client>;
  readonly #read: (sql: string) => Promise<string>;
  readonly #remove: () => Promise<void>;

  constructor(
    engine: EngineName,
    server: Server,
    team: Team,
    read: (sql: string) => Promise<string>,
    remove: () => Promise<void>,
    isSample = false,
  ) {
    this.server = server;
    this.isSample = isSample;
    this.engine = engine;
    this.ids = team.ids;
    this.desktops = new Map(
      [...team.desks].map(([name, { owner, token, deviceId }]) => [
        name,
        { owner, deviceId, client: Client.desktop(server, token) },
      ]),
    );
    this.#pages = new Map(
      [...team.cookies].map(([name, cookie]) => {
        const page = Client.page(server);
        page.cookie = cookie;
        return [name, page];
      }),
    );
    this.#read = read;
    this.#remove = remove;
  }

  page(name: Name): Client {
    const page = this.#pages.get(name);
    if (page === undefined) throw new Error(`${name} is not in the team.`);
    return page;
  }

  id(name: Name): string {
    return this.ids.get(name) ?? "";
  }

  desktop(name: string): Desktop {
    const desktop = this.desktops.get(name);
    if (desktop === undefined) throw new Error(`There is no desktop ${name}.`);
    return desktop;
  }

  /** Pushes operations from a desktop, and gives the results. */
  async push(desktop: string, ...operations: readonly Schemas["Operation"][]): Promise<Schemas["OperationResult"][]> {
    return push(this.desktop(desktop).client, ...operations);
  }

  /** The rows of a query, read by the engine's own program. */
  async rows(sql: string): Promise<readonly Row[]> {
    const text = (await this.#read(sql)).trim();
    return text === "" ? [] : (JSON.parse(text) as Row[]);
  }

  /** Runs SQL that alters the database behind the server's back. */
  async alter(sql: string): Promise<void> {
    await this.#read(sql);
  }

  async end(): Promise<void> {
    await this.server.end();
    await this.#remove();
  }
}

const password = "correct horse battery staple 7";

/** The team joins on a new server; nothing has happened yet but that. */
async function gather(server: Server): Promise<Team> {
  const owner = await join(server, { opr_name: "Anna", time_zone: zones.Anna });
  const pages = new Map<Name, Client>([["Anna", owner]]);
  for (const name of people.slice(1)) {
    const json = { role: roles[name] };
    const { link } = await owner.expect<Schemas["Invited"]>(201, "POST", "/api/v1/invitations", { json });
    const page = Client.page(server);
    await page.expect(201, "POST", "/api/v1/join", {
      json: { link, opr_name: name, opr_email: `${name}@example.com`, time_zone: zones[name], password },
    });
    pages.set(name, page);
  }
  const ids = new Map<Name, string>();
  for (const [name, page] of pages) {
    const session = await page.expect<Schemas["Session"]>(200, "GET", "/api/v1/session");
    ids.set(name, session.operator.opr_id);
  }
  const paired = new Map<string, { owner: Name; token: string; deviceId: string }>();
  for (const [desk, name] of desks) {
    const page = pages.get(name);
    if (page === undefined) throw new Error(`${name} has no page.`);
    const { token, deviceId } = await pair(server, page, desk);
    paired.set(desk, { owner: name, token, deviceId });
  }
  return { cookies: new Map([...pages].map(([name, page]) => [name, page.cookie])), ids, desks: paired };
}

/** Where worlds come from: an engine, and the database that they begin with. */
export interface Engine {
  readonly name: EngineName;
  open(): Promise<World>;
  end(): Promise<void>;
}

function sqliteReader(file: string): (sql: string) => Promise<string> {
  return async (sql) => {
    const { code, stdout, stderr } = await run("sqlite3", ["-json", "-cmd", ".timeout 5000", file, sql]);
    if (code !== 0) throw new Error(`sqlite3: ${stderr}`);
    return stdout;
  };
}

async function openSqlite(): Promise<Engine> {
  const first = await mkdtemp(joinPath(tmpdir(), "instacrm-figures-"));
  const server = await Server.start({ data: first });
  const team = await gather(server);
  await server.end();
  return {
    name: "SQLite",
    open: async () => {
      const data = await mkdtemp(joinPath(tmpdir(), "instacrm-figures-"));
      await cp(first, data, { recursive: true });
      const world = await Server.start({ data });
      const read = sqliteReader(joinPath(data, "instacrm.db"));
      return new World("SQLite", world, team, read, async () => {
        await rm(data, { recursive: true, force: true });
      });
    },
    end: async () => {
      await rm(first, { recursive: true, force: true });
    },
  };
}

/** The sample that `instacrm demo` makes of these flags, on SQLite; whoever looks at it is its owner. */
export async function openSample(...flags: readonly string[]): Promise<World> {
  const data = await mkdtemp(joinPath(tmpdir(), "instacrm-figures-"));
  const server = await Server.start({ data });
  const owner = await join(server, { opr_name: "Anna", time_zone: zones.Anna });
  const session = await owner.expect<Schemas["Session"]>(200, "GET", "/api/v1/session");
  await server.end();
  const { code, stderr } = await server.command("demo", ...flags);
  if (code !== 0) throw new Error(`instacrm demo: ${stderr}`);
  const team = {
    cookies: new Map(people.map((name) => [name, owner.cookie])),
    ids: new Map(people.map((name) => [name, session.operator.opr_id])),
    desks: new Map(),
  };
  const remove = async (): Promise<void> => {
    await rm(data, { recursive: true, force: true });
  };
  const read = sqliteReader(joinPath(data, "instacrm.db"));
  return new World("SQLite", await Server.start({ data }), team, read, remove, true);
}

/** Reads a database of a PostgreSQL server's as JSON. */
function reader(postgres: Postgres, database: string): (sql: string) => Promise<string> {
  return async (sql) => {
    const asked = /^\s*SELECT/iu.test(sql) ? `SELECT COALESCE(json_agg(row_to_json(t)), '[]') FROM (${sql}) t` : sql;
    const args = ["-X", "-q", "-At", "-h", postgres.folder, "-U", "instacrm", "-d", database, "-c", asked];
    const { code, stdout, stderr } = await run("psql", args);
    if (code !== 0) throw new Error(`psql: ${stderr}`);
    return stdout;
  };
}

/** Starts a server on a database of that name, of a PostgreSQL server's. */
type StartOn = (database: string) => Promise<Server>;

async function openOnPostgres(name: EngineName, postgres: Postgres, first: string, startOn: StartOn): Promise<Engine> {
  const server = await startOn(first);
  const team = await gather(server);
  await server.end();
  const manage = reader(postgres, "postgres");
  let count = 0;
  return {
    name,
    open: async () => {
      count += 1;
      const database = `world_${String(count)}`;
      await manage(`CREATE DATABASE ${database} TEMPLATE ${first}`);
      const world = await startOn(database);
      return new World(name, world, team, reader(postgres, database), async () => {
        await manage(`DROP DATABASE ${database} WITH (FORCE)`);
      });
    },
    end: () => postgres.end(),
  };
}

/** The first thing that is missing on this machine fails in CI, and is said elsewhere. */
function missing(what: string): void {
  if (process.env["CI"] !== undefined) throw new Error(what);
  console.warn(`SKIPPED: ${what}`);
}

async function openPostgres(): Promise<Engine | undefined> {
  const postgres = await Postgres.start();
  if (postgres === undefined) return undefined;
  const startOn: StartOn = (database) =>
    Server.start({ database: postgres.url.replace("/instacrm?", `/${database}?`) });
  return openOnPostgres("PostgreSQL", postgres, "instacrm", startOn);
}

async function openStandIn(): Promise<Engine | undefined> {
  const library = joinPath(build, "conformance", "liboracle_standin.so");
  if (!existsSync(library)) {
    missing("The stand-in for Oracle was not built (Debian: unixodbc-dev).");
    return undefined;
  }
  const postgres = await Postgres.start();
  if (postgres === undefined) return undefined;
  const script = fileURLToPath(new URL("../oracle/database", import.meta.url));
  const prepared = await run(script, ["prepare", postgres.folder]);
  if (prepared.code !== 0) {
    await postgres.end();
    missing(`There is no stand-in for Oracle: ${prepared.stderr}`);
    return undefined;
  }
  const address = prepared.stdout.trim();
  const suppressions = fileURLToPath(new URL("../conformance/leaks.supp", import.meta.url));
  const startOn: StartOn = (database) =>
    Server.start({
      environment: {
        ORACLE_CONN_STRING: address.replace("Database=oracle", `Database=${database}`),
        ORACLE_PASSWORD: "not asked for",
        INSTACRM_ODBC_LIBRARY: library,
        LSAN_OPTIONS: `suppressions=${suppressions}:print_suppressions=0`,
      },
    });
  return openOnPostgres("Oracle's stand-in", postgres, "oracle", startOn);
}

/** Gets an engine ready; undefined, said loudly, where it is not on this machine, but not in CI. */
export async function openEngine(name: EngineName): Promise<Engine | undefined> {
  if (name === "SQLite") return openSqlite();
  return name === "PostgreSQL" ? openPostgres() : openStandIn();
}

/** The hybrid time of an instant, with a counter. */
const hybrid = (time: number, counter = 0): number => time * 1024 + counter;

export interface Said {
  readonly target: string;
  readonly at: number;
  readonly as?: string;
  readonly text?: string | null;
  readonly counter?: number;
}

/** A message; without a text when it is null. */
export function message({ target, at, as = "studio.north", text = "Hello there." }: Said): Schemas["Operation"] {
  return {
    op_id: makeOpId(),
    kind: "outreach",
    act_username: as,
    tar_username: target,
    thread_id: "1001",
    ...(text === null ? {} : { message_text: text }),
    sent_at: at,
    hybrid_time: hybrid(at),
  };
}

/** A target is given a status. */
export function status(said: Said, value: Schemas["TargetStatus"]): Schemas["Operation"] {
  return {
    op_id: makeOpId(),
    kind: "set_field",
    ...(said.as === undefined ? {} : { act_username: said.as }),
    tar_username: said.target,
    field: "tar_status",
    value,
    sent_at: said.at,
    hybrid_time: hybrid(said.at, said.counter),
  };
}

/** A contact field or the notes are given a value, or a state instead. */
export function contact(
  said: Said,
  field: "notes" | "email" | "phone_num" | "cont_source",
  value: string | null,
  state: "Not Searched" | "Not Found" = "Not Found",
): Schemas["Operation"] {
  const given = value === null ? (field === "notes" ? {} : { value_state: state }) : { value };
  return {
    op_id: makeOpId(),
    kind: "set_field",
    ...(said.as === undefined ? {} : { act_username: said.as }),
    tar_username: said.target,
    field,
    ...given,
    sent_at: said.at,
    hybrid_time: hybrid(said.at, said.counter),
  };
}

export function exclusion(said: Said, kind: "exclude" | "lift"): Schemas["Operation"] {
  return {
    op_id: makeOpId(),
    kind,
    ...(said.as === undefined ? {} : { act_username: said.as }),
    tar_username: said.target,
    sent_at: said.at,
    hybrid_time: hybrid(said.at, said.counter),
  };
}
