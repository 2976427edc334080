/* Ledgers as files: what backing up and restoring share.
 *
 * Memory: values. Threads: one. */
#ifndef IC_AGENT_LEDGER_FILE_H
#define IC_AGENT_LEDGER_FILE_H

#include "agent/ledger.h"

/* Makes or migrates the ledger at `path`, and leaves one file that is all of it. */
IC_NODISCARD enum ic_rc ic_ledger_file_settle(const struct ic_path *path, const struct ic_clock *clock,
                                              struct ic_err *err);

/* The name of one of SQLite's files beside the ledger: "-wal", "-shm". */
IC_NODISCARD bool ic_ledger_file_part(const struct ic_path *path, const char *suffix, struct ic_path *ret_part);

/* Removes the ledger at `path` with what is beside it, as far as that goes. */
void ic_ledger_file_remove(const struct ic_path *path);

/* Whether the whole file can be read, and how many operations it has. */
IC_NODISCARD bool ic_ledger_file_is_sound(const struct ic_path *path, int64_t *ret_operations);

#endif
