/* The store: where the team's data is kept, behind one interface for every engine.
 *
 * Promises: `ic_store_write` runs its function inside a transaction and returns only when the outcome is durable: after
 * IC_OK everything is kept, after anything else nothing is, unless the database vanished in the very commit
 * (`unavailable`): then nobody knows, and only what is idempotent may be tried again. Writing transactions are serial,
 * across all processes that share the database: what a function reads stays true until its commit. One writer thread
 * commits several callers' work together (group commit, a savepoint each); a function may therefore be run again from
 * its start, so that it must not keep anything but what it writes through `tx` and its result, and must return the
 * failure of a statement rather than go on. `ic_store_read` runs its function on one snapshot. What a function reads
 * and writes it does through the nouns beside this file (events.h, operators.h, ...).
 * A database that vanishes is told as `unavailable` within a bounded time, and is found again by itself.
 * Memory: the store owns its connections; rows are copied into the arena that a query is given.
 * Threads: any number may read and write at once; both calls block their caller (bounded by IC_STORE_WAIT_MS_MAX for a
 * turn, then `busy`). A struct ic_store_tx belongs to the function that it was handed to. */
#ifndef IC_STORE_STORE_H
#define IC_STORE_STORE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

enum {
    IC_STORE_WAIT_MS_MAX = 5000,
    IC_STORE_READERS_COUNT_MAX = 32,
    /* Where the database is a server: one connection writes, one watches, the others read. */
    IC_STORE_CONNECTIONS_COUNT_MAX = 10,
    IC_STORE_POLL_MS = 1000,
    IC_STORE_REOPEN_MS = 1000,
};

struct ic_database;
struct ic_store;
struct ic_store_tx;

typedef enum ic_rc (*ic_store_run)(struct ic_store_tx *tx, void *context, struct ic_err *err);

/* Runs `run` in a transaction of its own and commits; blocks until durable. */
IC_NODISCARD enum ic_rc ic_store_write(struct ic_store *store, ic_store_run run, void *context, struct ic_err *err);

/* Runs `run` on a snapshot; blocks while no reader is free. */
IC_NODISCARD enum ic_rc ic_store_read(struct ic_store *store, ic_store_run run, void *context, struct ic_err *err);

/* Calls `committed(context)` after commits that appended to the change feed, of this process and, within
 * IC_STORE_POLL_MS, of others: on threads of the store's, without locks held, quickly; sometimes when nothing has
 * happened. One listener; set it before the first write. */
void ic_store_listen(struct ic_store *store, void (*committed)(void *context), void *context);

/* Brings the database's schema up to date (store/migrate.h), opens 1 to IC_STORE_READERS_COUNT_MAX connections for
 * reading and one for writing. Owns the database from now on, also when it fails. */
IC_NODISCARD enum ic_rc ic_store_create(struct ic_database *database, int readers, const struct ic_clock *clock,
                                        struct ic_store **ret_store, struct ic_err *err);

/* As ic_store_create, for a program that does one thing after another: no threads of the store's own, so that a write
 * runs in its caller's, and of commits only its own are told. */
IC_NODISCARD enum ic_rc ic_store_create_threadless(struct ic_database *database, int readers,
                                                   const struct ic_clock *clock, struct ic_store **ret_store,
                                                   struct ic_err *err);

/* The number of the last migration. */
int ic_store_schema_version(const struct ic_store *store);

/* Ends the writer after what it was given, closes every connection; NULL is accepted. Nobody may be inside a call. */
void ic_store_destroy(struct ic_store *store);

#endif
