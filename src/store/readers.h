/* The reading connections of a process: a fixed number, lent one by one.
 *
 * Promises: each function runs on one snapshot; a caller waits at most IC_STORE_WAIT_MS_MAX for a free connection, then
 * `busy`. A connection that turns out to be lost is opened again and the function runs again; while nobody answers,
 * callers fail at once with unavailable, and every IC_STORE_REOPEN_MS one of them tries.
 * Memory: owns the connections. Threads: read from any. */
#ifndef IC_STORE_READERS_H
#define IC_STORE_READERS_H

#include "store/driver.h"
#include "store/store.h"

/* One connection may have died while it was idle, which says nothing of the database, and another one now. */
enum { IC_READERS_TRIES_MAX = 3 };

struct ic_readers;

/* Opens `count` connections, 1 to IC_STORE_READERS_COUNT_MAX. The database must outlive them. */
IC_NODISCARD enum ic_rc ic_readers_create(struct ic_database *database, int count, struct ic_readers **ret_readers,
                                          struct ic_err *err);

/* As ic_store_read. */
IC_NODISCARD enum ic_rc ic_readers_read(struct ic_readers *readers, ic_store_run run, void *context,
                                        struct ic_err *err);

/* Closes the connections; NULL is accepted. Nobody may be inside a call. */
void ic_readers_destroy(struct ic_readers *readers);

#endif
