/* The SQLite driver: one connection to one file.
 *
 * Promises: as store/driver.h. A writing connection has WAL, synchronous FULL and foreign keys on, and refuses a file
 * that cannot have them; a reading one cannot write. Waiting for a lock ends after IC_SQLITE_LOCK_WAIT_MS.
 * Memory: about its cache of pages each. Threads: as store/driver.h. */
#ifndef IC_STORE_SQLITE_CONNECTION_H
#define IC_STORE_SQLITE_CONNECTION_H

#include "store/driver.h"

enum {
    IC_SQLITE_LOCK_WAIT_MS = 2000,
    IC_SQLITE_WRITER_CACHE_KIB = 16384,
    IC_SQLITE_BULK_CACHE_KIB = 262144, /* Pages of a large transaction that do not fit are written twice. */
    IC_SQLITE_READER_CACHE_KIB = 2048,
};

/* Opens the file for writing, creating it, with a cache of so many KiB. */
IC_NODISCARD enum ic_rc ic_sqlite_open_writer(const char *path, int cache_kib, struct ic_connection **ret_connection,
                                              struct ic_err *err);

/* Opens an existing file for reading. */
IC_NODISCARD enum ic_rc ic_sqlite_open_reader(const char *path, struct ic_connection **ret_connection,
                                              struct ic_err *err);

/* A number that is another one after every commit of another connection, of this process or another. */
IC_NODISCARD enum ic_driver_rc ic_sqlite_foreign_commits(struct ic_connection *connection, int64_t *ret_number);

/* Whether the file holds tables, but no journal of our migrations: another program's. */
IC_NODISCARD enum ic_driver_rc ic_sqlite_is_foreign(struct ic_connection *connection, bool *ret_is_foreign);

#endif
