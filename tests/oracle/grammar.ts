// Whether a text is one statement of Oracle's SQL, by the PL/SQL grammar of the ANTLR project.

import antlr from "antlr4ts-sql";

export interface Token {
  /** As written. */
  text: string;
  /** In capitals, unless it is quoted. */
  word: string;
}

export interface Parsed {
  tokens: Token[];
  errors: string[];
}

const grammar = new antlr.antlr4tsSQL(antlr.SQLDialect.PLSQL);

/** ODBC's `?` is the driver's; Oracle sees names. Quoted text stays as it is. */
function nameParameters(sql: string): string {
  let count = 0;
  return sql.replace(/'(?:[^']|'')*'|\?/g, (found) => (found === "?" ? `:p${String(++count)}` : found));
}

/** Parses a statement, with `?` or `:name` for its parameters. */
export function parse(sql: string): Parsed {
  const errors: string[] = [];
  const listener = {
    syntaxError: (_: unknown, __: unknown, line: number, column: number, message: string): void => {
      errors.push(`${String(line)}:${String(column)}: ${message}`);
    },
  };
  const named = `${nameParameters(sql)}\n;`; // The grammar wants the end that a driver must leave out.
  const stream = grammar.getTokens(named, [listener]);
  const parser = grammar.getParser(stream, [listener]);
  if (!(parser instanceof antlr.PlSQLGrammar.PlSqlParser)) throw new Error("the parser is another one");
  parser.sql_script();
  const tokens = stream
    .getTokens()
    .filter(({ channel, type, startIndex }) => channel === 0 && type > 0 && startIndex < named.length - 1)
    .map(({ startIndex, stopIndex }) => {
      const text = named.slice(startIndex, stopIndex + 1);
      return { text, word: text.startsWith("'") || text.startsWith('"') ? text : text.toUpperCase() };
    });
  return { tokens, errors };
}
