// What Oracle refuses, or takes for something else, and the grammar lets through. Each rule names its reason; where there
// is one, with Oracle's number for it. The list of reserved words is that of Oracle's SQL Language Reference 19c,
// appendix E.

import type { Token } from "./grammar.ts";

/** What the rules know of the tables. */
export interface Schema {
  tables: ReadonlySet<string>;
  /** Names of columns that are a CLOB in any table. */
  clobs: ReadonlySet<string>;
}

const functions = new Set(
  (
    "ABS CAST CEIL COALESCE CONCAT COUNT FLOOR GREATEST LEAST LENGTH LISTAGG LOWER MAX MIN MOD NULLIF NVL ROUND " +
    "ROW_NUMBER SUBSTR INSTR SUM TRUNC UPPER"
  ).split(" "),
);

const types = new Set("CLOB NUMBER VARCHAR2".split(" "));

const reserved = new Set(
  (
    "ACCESS ADD ALL ALTER AND ANY AS ASC AUDIT BETWEEN BY CHAR CHECK CLUSTER COLUMN COLUMN_VALUE COMMENT COMPRESS " +
    "CONNECT CREATE CURRENT DATE DECIMAL DEFAULT DELETE DESC DISTINCT DROP ELSE EXCLUSIVE EXISTS FILE FLOAT FOR FROM " +
    "GRANT GROUP HAVING IDENTIFIED IMMEDIATE IN INCREMENT INDEX INITIAL INSERT INTEGER INTERSECT INTO IS LEVEL LIKE " +
    "LOCK LONG MAXEXTENTS MINUS MLSLABEL MODE MODIFY NESTED_TABLE_ID NOAUDIT NOCOMPRESS NOT NOWAIT NULL NUMBER OF " +
    "OFFLINE ON ONLINE OPTION OR ORDER PCTFREE PRIOR PUBLIC RAW RENAME RESOURCE REVOKE ROW ROWID ROWNUM ROWS SELECT " +
    "SESSION SET SHARE SIZE SMALLINT START SUCCESSFUL SYNONYM SYSDATE TABLE THEN TO TRIGGER UID UNION UNIQUE UPDATE " +
    "USER VALIDATE VALUES VARCHAR VARCHAR2 VIEW WHENEVER WHERE WITH"
  ).split(" "),
);

/** Words before a parenthesis that are no function. */
const openers = new Set(
  (
    "AND AS BY CASE CHECK ELSE EXISTS FROM IN INSERT INTO JOIN KEY NOT ON OR OVER SELECT SET THEN UNION ALL UNIQUE USING " +
    "VALUES WHEN WHERE"
  ).split(" "),
);

const comparisons = new Set(["=", "<", ">", "<>", "<=", ">=", "!=", "IN", "BETWEEN"]);

const isName = (word: string | undefined): word is string => word !== undefined && /^[A-Z_][A-Z0-9_$#]*$/.test(word);

/** Index behind the parenthesis that closes the one at `open`. */
function behind(words: readonly string[], open: number): number {
  let depth = 0;
  for (let i = open; i < words.length; i++) {
    if (words[i] === "(") depth++;
    if (words[i] === ")" && --depth === 0) return i + 1;
  }
  return words.length;
}

/** The items of a list that begins at `from`, at its own depth, until one of `ends` or the parenthesis around it. */
function items(words: readonly string[], from: number, ends: readonly string[]): string[][] {
  const list: string[][] = [[]];
  let depth = 0;
  for (const word of words.slice(from)) {
    if (depth === 0 && (word === ")" || ends.includes(word))) break;
    if (word === "(") depth++;
    if (word === ")") depth--;
    if (depth === 0 && word === ",") list.push([]);
    else list.at(-1)?.push(word);
  }
  return list;
}

type Rule = (words: readonly string[], schema: Schema) => string[];

const allIndexes = (words: readonly string[], word: string): number[] =>
  words.flatMap((found, i) => (found === word ? [i] : []));

/** Names of common table expressions, which stand for tables. */
const expressions = (words: readonly string[]): string[] =>
  words.flatMap((word, i) =>
    isName(word) && words[i + 1] === "AS" && words[i + 2] === "(" && (words[i - 1] === "WITH" || words[i - 1] === ",")
      ? [word]
      : [],
  );

const rules: Record<string, Rule> = {
  "a function that Oracle lacks or that nobody has looked at": (words) =>
    words.flatMap((word, i) => {
      const before = words[i - 1] ?? "";
      const isTable = ["INTO", "TABLE", "REFERENCES", "ON", "INDEX", "UPDATE", "WITH"].includes(before);
      const isColumns = before === ")" || before === "CONSTRAINT";
      const isCall = isName(word) && words[i + 1] === "(" && !openers.has(word) && !types.has(word);
      return isCall && !isTable && !isColumns && !functions.has(word) ? [word] : [];
    }),

  "a type that Oracle lacks or that behaves otherwise": (words) => {
    const casts = allIndexes(words, "CAST").flatMap((i) => {
      const end = behind(words, i + 1);
      const type = words[words.lastIndexOf("AS", end - 1) + 1];
      return type !== undefined && !types.has(type) ? [type] : [];
    });
    if (words[0] !== "CREATE" || words[1] !== "TABLE") return casts;
    const columns = items(words, 4, []).filter(
      ([name]) => name !== "CONSTRAINT" && name !== "CHECK" && name !== "UNIQUE",
    );
    return [...casts, ...columns.flatMap(([, type]) => (type !== undefined && !types.has(type) ? [type] : []))];
  },

  "a text that is measured in bytes, not in characters": (words) =>
    words[0] === "CREATE"
      ? allIndexes(words, "VARCHAR2").flatMap((i) => (words[i + 3] === "CHAR" ? [] : [words[i - 1] ?? ""]))
      : [],

  "a reserved word as a name (ORA-00904)": (words) => {
    const found: string[] = [];
    words.forEach((word, i) => {
      if (!reserved.has(word)) return;
      const before = words[i - 1];
      const isBehindDot = before === ".";
      const isBeforeDot = words[i + 1] === ".";
      const isAlias = before === "AS" && words[around(words, i) - 1] !== "CAST";
      if (isBehindDot || isBeforeDot || isAlias) found.push(word);
    });
    if (words[0] === "CREATE" && words[1] === "TABLE") {
      const names = items(words, 4, []).map(([name]) => name ?? "");
      found.push(...names.filter((name) => reserved.has(name) && name !== "CHECK" && name !== "UNIQUE"));
    }
    return found;
  },

  "a name of more than 128 bytes (ORA-00972)": (words) => words.filter((word) => isName(word) && word.length > 128),

  "RETURNING without INTO (ORA-00925)": (words) => (words.includes("RETURNING") ? ["RETURNING"] : []),

  "a row limit with a lock (ORA-02014)": (words) =>
    words.includes("FETCH") && words.join(" ").includes("FOR UPDATE") ? ["FETCH ... FOR UPDATE"] : [],

  "rows that are compared by order (ORA-01796)": (words) =>
    words.flatMap((word, i) => {
      const isOrder = ["<", ">", "<=", ">="].includes(word) && words[i - 1] === ")" && words[i + 1] === "(";
      return isOrder && items(words, i + 2, []).length > 1 ? [`(...) ${word} (...)`] : [];
    }),

  "another dialect's word": (words) =>
    words.filter((word) =>
      [
        "LIMIT",
        "ILIKE",
        "MATERIALIZED",
        "CONFLICT",
        "EXCEPT",
        "AUTOINCREMENT",
        "BIGINT",
        "TEXT",
        "TRUE",
        "FALSE",
      ].includes(word),
    ),

  "the empty text, which is NULL": (words) => words.filter((word) => word === "''"),

  "a SELECT without FROM, which Oracle takes from release 23 on (ORA-00923)": (words) =>
    allIndexes(words, "SELECT").flatMap((i) => {
      let depth = 0;
      for (const word of words.slice(i + 1)) {
        if (word === "(") depth++;
        if (word === ")" && --depth < 0) break;
        if (depth === 0 && word === "FROM") return [];
        if (depth === 0 && word === "UNION") break;
      }
      return ["SELECT"];
    }),

  "AS before the other name of a table (ORA-00933)": (words) =>
    words.flatMap((word, i) => {
      if (word !== "AS" || !isName(words[i + 1])) return [];
      const table = words[i - 1] === ")" ? "(" : words[i - 2];
      const isBehindTable = table === "FROM" || table === "JOIN" || (table === "INTO" && words[0] === "MERGE");
      const isBehindSubquery = table === "(" && /^(FROM|JOIN|USING)$/.test(words[open(words, i - 1) - 1] ?? "");
      return isBehindTable || isBehindSubquery ? [words[i + 1] ?? ""] : [];
    }),

  "a parameter in a select list whose type nothing tells (ORA-00932)": (words) =>
    allIndexes(words, "SELECT").flatMap((i) =>
      items(words, i + 1, ["FROM"]).flatMap((item) => (item[0]?.startsWith(":") === true ? [item.join(" ")] : [])),
    ),

  "a CLOB that is compared, sorted, grouped or made distinct (ORA-00932)": (words, { clobs }) => {
    const found: string[] = [];
    const isClob = (word: string | undefined): boolean => word !== undefined && clobs.has(word);
    words.forEach((word, i) => {
      if (!isClob(word)) return;
      const first = words[i - 1] === "." ? i - 2 : i;
      const isAssigned =
        words[i + 1] === "=" && (words[0] === "UPDATE" || words.includes("MERGE")) && isInSet(words, i);
      if (comparisons.has(words[i + 1] ?? "") && !isAssigned) found.push(word);
      if (comparisons.has(words[first - 1] ?? "") && !isInSet(words, first)) found.push(word);
    });
    for (const by of allIndexes(words, "BY")) {
      const list = items(words, by + 1, ["FETCH", "HAVING", "ORDER", "OFFSET", "FOR"]);
      found.push(...list.flatMap((item) => item.filter(isClob)));
    }
    for (const distinct of allIndexes(words, "DISTINCT")) {
      found.push(...items(words, distinct + 1, ["FROM"]).flatMap((item) => item.filter(isClob)));
    }
    return found;
  },

  "a list of more than 1,000 (ORA-01795)": (words) =>
    allIndexes(words, "IN").flatMap((i) => (items(words, i + 2, []).length > 1000 ? ["IN"] : [])),

  "several rows of VALUES, which Oracle takes from release 23 on": (words) =>
    allIndexes(words, "VALUES").flatMap((i) => (words[behind(words, i + 1)] === "," ? ["VALUES"] : [])),

  "IF [NOT] EXISTS, which Oracle takes from release 23 on": (words) => (words.includes("IF") ? ["IF"] : []),

  "a table that no migration makes (ORA-00942)": (words, { tables }) => {
    const known = new Set([...tables, ...expressions(words), "DUAL"]);
    return words.flatMap((word, i) => {
      const isTable =
        ["FROM", "JOIN", "INTO", "REFERENCES"].includes(words[i - 1] ?? "") || (words[0] === "UPDATE" && i === 1);
      return isTable && isName(word) && !known.has(word) ? [word] : [];
    });
  },
};

/** Index of the parenthesis around the word; -1: there is none. */
function around(words: readonly string[], at: number): number {
  let depth = 0;
  for (let i = at - 1; i >= 0; i--) {
    if (words[i] === ")") depth++;
    if (words[i] === "(" && --depth < 0) return i;
  }
  return -1;
}

/** Index of the parenthesis that the one at `close` closes. */
function open(words: readonly string[], close: number): number {
  let depth = 0;
  for (let i = close; i >= 0; i--) {
    if (words[i] === ")") depth++;
    if (words[i] === "(" && --depth === 0) return i;
  }
  return 0;
}

/** Whether the word stands in an UPDATE's or MERGE's SET, outside of parentheses. */
function isInSet(words: readonly string[], at: number): boolean {
  let depth = 0;
  for (let i = at; i >= 0; i--) {
    if (words[i] === ")") depth++;
    if (words[i] === "(" && --depth < 0) return false;
    if (depth === 0 && (words[i] === "WHERE" || words[i] === "CASE" || words[i] === "WHEN")) return false;
    if (depth === 0 && words[i] === "SET") return true;
  }
  return false;
}

/** What is wrong with a statement: a line for each rule that it breaks. */
export function lint(tokens: readonly Token[], schema: Schema): string[] {
  const words = tokens.map(({ word }) => word);
  return Object.entries(rules).flatMap(([reason, rule]) => {
    const found = [...new Set(rule(words, schema))];
    return found.length > 0 ? [`${reason}: ${found.join(", ")}`] : [];
  });
}

/** The tables that CREATE TABLE statements make. */
export function readSchema(creations: readonly (readonly Token[])[]): Schema {
  const tables = new Set<string>();
  const clobs = new Set<string>();
  for (const tokens of creations) {
    const words = tokens.map(({ word }) => word);
    if (words[0] !== "CREATE" || words[1] !== "TABLE" || words[2] === undefined) continue;
    tables.add(words[2]);
    for (const [name, type] of items(words, 4, [])) if (name !== undefined && type === "CLOB") clobs.add(name);
  }
  return { tables, clobs };
}
