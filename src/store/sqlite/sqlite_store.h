/* The embedded engine: one SQLite file, WAL, synchronous FULL.
 *
 * Promises: opening brings the schema up to date, each migration in a transaction and, when there is data, after a
 * backup beside the file; a file of a newer version is refused. Waiting for another process's lock is bounded.
 * Memory and threads: as store/store.h. */
#ifndef IC_STORE_SQLITE_SQLITE_STORE_H
#define IC_STORE_SQLITE_SQLITE_STORE_H

#include "store/store.h"

/* As ic_store_sqlite_open, for a program that loads a lot at once and has the file to itself (IC_SQLITE_BULK). */
IC_NODISCARD enum ic_rc ic_store_sqlite_open_bulk(const char *path, int readers, const struct ic_clock *clock,
                                                  struct ic_store **ret_store, struct ic_err *err);

/* Opens or creates the file at `path`. `readers` connections are kept for reading. */
IC_NODISCARD enum ic_rc ic_store_sqlite_open(const char *path, int readers, const struct ic_clock *clock,
                                             struct ic_store **ret_store, struct ic_err *err);

#endif
