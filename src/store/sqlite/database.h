/* One SQLite file as a database.
 *
 * Promises: another program's file is refused untouched; before a migration a file that has data is copied beside
 * itself, to PATH.schema-NNNN.MILLISECONDS.backup.
 * Memory: the path is copied. Threads: as store/driver.h. */
#ifndef IC_STORE_SQLITE_DATABASE_H
#define IC_STORE_SQLITE_DATABASE_H

#include "store/sqlite/connection.h"

/* Takes the file at `path`, which a writing connection creates when it is missing, for this use. */
IC_NODISCARD enum ic_rc ic_sqlite_database_create(const char *path, enum ic_sqlite_use use,
                                                  struct ic_database **ret_database, struct ic_err *err);

#endif
