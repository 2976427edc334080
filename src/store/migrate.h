/* Brings a database's schema up to date.
 *
 * Promises: where the engine's transactions hold tables, all that is missing runs in one, together with its lines in
 * the journal (table migrations), so that a process that is killed leaves the schema as it was, and nobody sees one
 * between. Where making a table commits, each step is journalled before the next one begins, and a database whose last
 * migration stopped half way is refused with what to do; a second connection has the writer's turn meanwhile, so that
 * nobody writes between two steps, and a process that begins at the same time waits, IC_MIGRATE_WAIT_MS at most. A
 * database of a newer program is refused untouched. What holds data is backed up first, where the engine has no means
 * of its own. Two processes that start at once do it once. Memory: none kept. Threads: any; blocks. */
#ifndef IC_STORE_MIGRATE_H
#define IC_STORE_MIGRATE_H

#include "store/driver.h"
#include "store/migrations.h"

enum { IC_MIGRATE_WAIT_MS = 30000 };

/* Runs what is missing, on a connection of its own; `ret_schema_version` is the last one's number. Fails with conflict
 * for a newer database and for one that is half migrated. */
IC_NODISCARD enum ic_rc ic_migrate(struct ic_database *database, int64_t now, int *ret_schema_version,
                                   struct ic_err *err);

#endif
