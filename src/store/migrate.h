/* Brings a database's schema up to date.
 *
 * Promises: every migration runs in a transaction of its own together with its line in the journal (table migrations),
 * so that a process that is killed leaves a whole older schema; a database of a newer program is refused untouched. Two
 * processes that start at once do it once.
 * Memory: none kept. Threads: the connection's. */
#ifndef IC_STORE_MIGRATE_H
#define IC_STORE_MIGRATE_H

#include "store/driver.h"
#include "store/migrations.h"

struct ic_migrate {
    const struct ic_migration *migrations; /* Numbered from 1, in order. */
    int migration_count;
    int64_t now;
    /* Called once, before the first migration of a database that has data already (NULL: not); its failure ends all. */
    enum ic_rc (*back_up)(void *context, int schema_version, struct ic_err *err);
    void *context;
};

/* Runs what is missing; `ret_schema_version` is the last one's number. Fails with conflict for a newer database. */
IC_NODISCARD enum ic_rc ic_migrate(struct ic_connection *connection, const struct ic_migrate *migrate,
                                   int *ret_schema_version, struct ic_err *err);

#endif
