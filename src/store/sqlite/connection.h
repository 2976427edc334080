/* The SQLite driver: one connection to one file.
 *
 * Promises: as store/driver.h. A writing connection has WAL, synchronous FULL and foreign keys on, and refuses a file
 * that cannot have them (but see IC_SQLITE_BULK); a reading one cannot write. Waiting for a lock ends after
 * IC_SQLITE_LOCK_WAIT_MS. Memory: about its cache of pages each. Threads: as store/driver.h. */
#ifndef IC_STORE_SQLITE_CONNECTION_H
#define IC_STORE_SQLITE_CONNECTION_H

#include "store/driver.h"

enum {
    IC_SQLITE_LOCK_WAIT_MS = 2000,
    IC_SQLITE_WRITER_CACHE_KIB = 16384,
    IC_SQLITE_BULK_CACHE_KIB = 262144,
    IC_SQLITE_READER_CACHE_KIB = 2048,
};

/* What a writing connection is for. A bulk load is one large transaction of a program that has the file to itself: it
 * has a large cache and, unless somebody else has the file open, a rollback journal, so that a page is written once. */
enum ic_sqlite_use { IC_SQLITE_SERVE, IC_SQLITE_BULK };

/* Opens the file for writing, creating it. */
IC_NODISCARD enum ic_rc ic_sqlite_open_writer(const char *path, enum ic_sqlite_use use,
                                              struct ic_connection **ret_connection, struct ic_err *err);

/* Opens an existing file for reading. */
IC_NODISCARD enum ic_rc ic_sqlite_open_reader(const char *path, struct ic_connection **ret_connection,
                                              struct ic_err *err);

/* A number that is another one after every commit of another connection, of this process or another. */
IC_NODISCARD enum ic_driver_rc ic_sqlite_foreign_commits(struct ic_connection *connection, int64_t *ret_number);

/* Whether the file holds tables, but no journal of our migrations: another program's. */
IC_NODISCARD enum ic_driver_rc ic_sqlite_is_foreign(struct ic_connection *connection, bool *ret_is_foreign);

#endif
