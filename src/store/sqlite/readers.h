/* The reading connections of an SQLite file: a fixed number, lent one by one.
 *
 * Promises: each function runs on one snapshot; a caller waits at most IC_STORE_WAIT_MS_MAX for a free one, then
 * `busy`. Memory: owns the connections. Threads: read from any. */
#ifndef IC_STORE_SQLITE_READERS_H
#define IC_STORE_SQLITE_READERS_H

#include "store/driver.h"
#include "store/store.h"

enum { IC_SQLITE_READERS_COUNT_MAX = 32 };

struct ic_sqlite_readers;

/* Opens `count` connections, 1 to IC_SQLITE_READERS_COUNT_MAX. */
IC_NODISCARD enum ic_rc ic_sqlite_readers_create(const char *path, int count, struct ic_sqlite_readers **ret_readers,
                                                 struct ic_err *err);

/* As ic_store_read. */
IC_NODISCARD enum ic_rc ic_sqlite_readers_read(struct ic_sqlite_readers *readers, ic_store_run run, void *context,
                                               struct ic_err *err);

/* Closes the connections; NULL is accepted. */
void ic_sqlite_readers_destroy(struct ic_sqlite_readers *readers);

#endif
