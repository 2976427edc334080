/* The ledger's schema, version by version.
 *
 * Promises: a ledger of any earlier version comes to this one with all that it holds. Memory: literals. Threads:
 * constant data. */
#ifndef IC_AGENT_LEDGER_SCHEMA_H
#define IC_AGENT_LEDGER_SCHEMA_H

/* What makes `version` of the version before it (0: of nothing), to be run in a transaction. */
const char *ic_ledger_schema_step(int version);

#endif
