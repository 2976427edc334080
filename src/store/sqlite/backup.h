/* A copy of an SQLite database while it is in use.
 *
 * Promises: the copy is one snapshot and durable; it is made under another name and renamed when it is whole, so that
 * nothing but a whole copy ever has the name.
 * Memory: none kept. Threads: any; blocks for as long as the copy takes. */
#ifndef IC_STORE_SQLITE_BACKUP_H
#define IC_STORE_SQLITE_BACKUP_H

#include "base/err.h"

/* Copies the database at `path` to `backup_path`, which must not exist (conflict). */
IC_NODISCARD enum ic_rc ic_sqlite_backup(const char *path, const char *backup_path, struct ic_err *err);

#endif
