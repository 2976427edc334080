/* The engines that are measured: where their databases are made, and what inserts rows into them bare, with nothing but
 * the engine's own client library.
 *
 * Promises: a database is known by a name of [a-z0-9_]; a failure ends the program with its words.
 * Memory: `at` must outlive the engine's use. Threads: one at a time. */
#ifndef IC_BENCH_ENGINE_H
#define IC_BENCH_ENGINE_H

#include "copy.h"
#include "store/migrations.h"
#include "store/store.h"

struct ic_bare;

struct ic_bench_engine {
    const char *key;  /* In figures' keys. */
    const char *name; /* On the screen. */
    const char *bare; /* How the bare side inserts, in a few words. */
    const struct ic_migration *migrations;

    /* Opens a store on the database, which is made and migrated when it is missing; `is_bulk`: for a large load. */
    enum ic_rc (*open)(const char *at, const char *database, bool is_bulk, int readers, const struct ic_clock *clock,
                       struct ic_store **ret_store, struct ic_err *err);
    bool (*exists)(const char *at, const char *database);
    void (*drop)(const char *at, const char *database);
    /* Drops those whose name begins with `prefix`, but not `kept`. */
    void (*drop_others)(const char *at, const char *prefix, const char *kept);
    void (*rename)(const char *at, const char *database, const char *new_database);
    /* After a large load: what the engine does by itself in the hour after it. */
    void (*settle)(const char *at, const char *database);
    double (*size_mib)(const char *at, const char *database);

    /* Reads the rows of a copy, table by table, from a database that a store has written. */
    void (*gather)(const char *at, const char *database, const struct ic_copy_range *range, struct ic_copy *copy);

    /* Opens a database of the same schema for bare inserts. */
    struct ic_bare *(*bare_open)(const char *at, const char *database);
    /* Inserts the copy's rows, of so many events per transaction. */
    void (*bare_insert)(struct ic_bare *bare, const struct ic_copy *copy, int64_t events_per_transaction);
    /* Rows of a table. */
    int64_t (*bare_count)(struct ic_bare *bare, const char *table);
    void (*bare_close)(struct ic_bare *bare);
};

extern const struct ic_bench_engine ic_bench_sqlite;   /* At a folder. */
extern const struct ic_bench_engine ic_bench_postgres; /* At the folder of the server's socket, as user instacrm. */

#endif
