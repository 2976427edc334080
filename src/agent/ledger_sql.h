/* The ledger's schema and statements. Only agent/ledger.c reads them.
 *
 * Memory: literals. Threads: constant data. */
#ifndef IC_AGENT_LEDGER_SQL_H
#define IC_AGENT_LEDGER_SQL_H

enum ic_ledger_sql {
    IC_LEDGER_SQL_PUT,
    IC_LEDGER_SQL_FIND_HASH,
    IC_LEDGER_SQL_SUMMARY,
    IC_LEDGER_SQL_LIST_PENDING,
    IC_LEDGER_SQL_LIST_REJECTED,
    IC_LEDGER_SQL_SETTLE,
    IC_LEDGER_SQL_PRUNE,
    IC_LEDGER_SQL_PUT_LINK,
    IC_LEDGER_SQL_CHECK,
    IC_LEDGER_SQL_COUNT,
};

/* Makes the first schema and notes its version; to be run in a transaction. */
extern const char ic_ledger_schema[];

const char *ic_ledger_sql_text(enum ic_ledger_sql index);

#endif
