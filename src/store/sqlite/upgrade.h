/* Brings an SQLite file up to date.
 *
 * Promises: as store/migrate.h; a file that has data is copied first, beside itself, to
 * PATH.schema-NNNN.MILLISECONDS.backup; another program's file is refused untouched.
 * Memory: none kept. Threads: the connection's. */
#ifndef IC_STORE_SQLITE_UPGRADE_H
#define IC_STORE_SQLITE_UPGRADE_H

#include "store/driver.h"
#include "store/migrations.h"

/* Runs what is missing of `migrations` on a writing connection to `path`. */
IC_NODISCARD enum ic_rc ic_sqlite_upgrade(struct ic_connection *connection, const char *path,
                                          const struct ic_migration *migrations, int migration_count, int64_t now,
                                          int *ret_schema_version, struct ic_err *err);

#endif
