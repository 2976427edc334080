// The gate on the Oracle text of every statement: the PL/SQL grammar, and rules for what the grammar lets through. It
// proves that the text is Oracle's SQL, not what it means there nor how it is run.

import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { expect, test } from "vitest";

import { parse, type Parsed } from "./grammar.ts";
import { lint, readSchema } from "./lint.ts";

const top = join(import.meta.dirname, "../..");
const sqlgen = join(process.env["INSTACRM_BUILD"] ?? join(top, "build/release"), "tools/sqlgen");

/** Statements that the grammar refuses and Oracle takes, by name, with the reason why we know better. */
const known: Record<string, string> = {
  session_set_up: "ALTER SESSION SET takes several settings; the grammar knows one.",
};

interface Text {
  name: string;
  sql: string;
  parsed: Parsed;
}

const folders = ["src/store/queries", "src/store/migrations"].map((folder) => join(top, folder));
const texts: Text[] = execFileSync(sqlgen, ["--print", "oracle", ...folders], { encoding: "utf8" })
  .trim()
  .split("\n")
  .map((line) => {
    const [name = "", sql = ""] = line.split("\t");
    return { name, sql, parsed: parse(sql) };
  });
const schema = readSchema(texts.map(({ parsed }) => parsed.tokens));

function judge(sql: string): string[] {
  const { errors, tokens } = parse(sql);
  return [...errors.map((error) => `syntax: ${error}`), ...lint(tokens, schema)];
}

test("there is a text for every statement and for every step of the migrations", () => {
  expect(texts.length).toBeGreaterThan(150);
  expect(schema.tables.size).toBeGreaterThan(25);
  expect([...schema.clobs].sort()).toContain("MESSAGE_TEXT");
});

test("every text is Oracle's SQL by the grammar", () => {
  const refused = texts.filter(({ name, parsed }) => parsed.errors.length > 0 && !(name in known));
  expect(refused.map(({ name, sql, parsed }) => `${name}: ${parsed.errors.join("; ")}: ${sql}`)).toEqual([]);
});

test("what the grammar is known to refuse by mistake is still refused by it", () => {
  const refused = texts.filter(({ name, parsed }) => parsed.errors.length > 0 && name in known);
  expect([...new Set(refused.map(({ name }) => name))].sort()).toEqual(Object.keys(known).sort());
});

test("every text keeps the rules that the grammar does not know", () => {
  const found = texts.flatMap(({ name, parsed }) => lint(parsed.tokens, schema).map((fault) => `${name}: ${fault}`));
  expect(found).toEqual([]);
});

test("no text ends in a semicolon, and none is longer than a driver takes", () => {
  expect(texts.filter(({ sql }) => sql.endsWith(";") || sql.length > 30_000).map(({ name }) => name)).toEqual([]);
});

test.each([
  ["SELECT opr_id FROM WHERE opr_id = ?", "syntax"],
  ["SELECT opr_id, FROM operators", "syntax"],
  ["UPDATE operators SET role = ? FROM devices WHERE operators.opr_id = devices.opr_id", "syntax"],
  ["INSERT INTO totals (total_name, total_value) VALUES (?, ?) ON CONFLICT (total_name) DO NOTHING", "syntax"],
  ["MERGE INTO totals t USING dual ON (t.total_name = ?) WHEN MATCHED UPDATE SET total_value = 1", "syntax"],
  ["SELECT opr_id FROM operators WHERE opr_name::text = ?", "syntax"],
  ["CREATE TABLE t (a NUMBER(19) NOT NULL,)", "syntax"],
  ["SELECT strpos(opr_name, ?) FROM operators", "a function"],
  ["SELECT CAST(opr_id AS INTEGER) FROM operators", "a type"],
  ["CREATE TABLE t (a BIGINT NOT NULL)", "a type"],
  ["CREATE TABLE t (a VARCHAR2(16) NOT NULL)", "measured in bytes"],
  ["CREATE TABLE t (a NUMBER(19), b NUMBER(19), mode NUMBER(19))", "reserved word"],
  ["SELECT COUNT(*) AS number FROM operators", "reserved word"],
  ["SELECT o.opr_id FROM operators o WHERE o.level = 1", "reserved word"],
  ["INSERT INTO totals (total_name, total_value) VALUES (?, ?) RETURNING total_value", "RETURNING"],
  ["SELECT opr_id FROM operators ORDER BY opr_id FETCH FIRST 1 ROWS ONLY FOR UPDATE", "row limit with a lock"],
  ["SELECT opr_id FROM operators WHERE (created_at, opr_id) > (?, ?)", "compared by order"],
  ["SELECT opr_id FROM operators LIMIT 5", "another dialect's word"],
  ["WITH f AS MATERIALIZED (SELECT opr_id FROM operators) SELECT opr_id FROM f", "another dialect's word"],
  ["CREATE TABLE IF NOT EXISTS t (a NUMBER(19))", "IF [NOT] EXISTS"],
  ["SELECT opr_id FROM operators WHERE opr_name = ''", "the empty text"],
  ["SELECT CAST(? AS NUMBER(19))", "without FROM"],
  ["SELECT a.total_name FROM totals a WHERE EXISTS (SELECT 1)", "without FROM"],
  ["SELECT o.opr_id FROM operators AS o", "AS before"],
  ["SELECT o.opr_id FROM (SELECT opr_id FROM operators) AS o", "AS before"],
  ["SELECT ?, opr_id FROM operators", "a parameter in a select list"],
  ["SELECT tar_id FROM targets WHERE notes = ?", "a CLOB"],
  ["SELECT tar_id FROM targets ORDER BY notes", "a CLOB"],
  ["SELECT DISTINCT tar_id, notes FROM targets", "a CLOB"],
  ["SELECT COUNT(*) FROM outreach_logs l GROUP BY l.message_text", "a CLOB"],
  ["INSERT INTO totals (total_name, total_value) VALUES (?, ?), (?, ?)", "several rows"],
  ["SELECT opr_id FROM operatrs", "no migration makes"],
  ["UPDATE operatrs SET role = ?", "no migration makes"],
])("a planted fault is found: %s", (sql, reason) => {
  const faults = judge(sql);
  expect(faults).not.toEqual([]);
  expect(faults.join("\n")).toContain(reason);
});

test.each([
  "SELECT opr_id, 'no ; LIMIT, no '''' and no ?' AS words FROM operators o WHERE o.opr_name LIKE ? ESCAPE '!'",
  "SELECT tar_id FROM targets WHERE notes IS NOT NULL AND details_count > 0 AND notes LIKE ?",
  "UPDATE targets SET notes = ?, last_updated = ? WHERE tar_id = ?",
  "SELECT COALESCE(SUM(total_value), 0) FROM totals WHERE total_name IN (?, ?)",
  "SELECT tar_id FROM (SELECT tar_id, ROW_NUMBER() OVER (PARTITION BY tar_status ORDER BY tar_id) AS n FROM targets) t",
  "WITH f AS (SELECT opr_id FROM operators) SELECT f.opr_id FROM f JOIN devices d ON d.opr_id = f.opr_id",
  "SELECT opr_id FROM operators WHERE opr_id = ? FOR UPDATE WAIT 2",
])("what is right is let through: %s", (sql) => {
  expect(judge(sql)).toEqual([]);
});

test("a list of more than 1,000 parameters is found", () => {
  const list = (count: number): string => Array.from({ length: count }, () => "?").join();
  expect(judge(`SELECT opr_id FROM operators WHERE opr_id IN (${list(1000)})`)).toEqual([]);
  expect(judge(`SELECT opr_id FROM operators WHERE opr_id IN (${list(1001)})`).join()).toContain("more than 1,000");
});
