/* The one writer of an SQLite file: a thread that commits what several callers want together.
 *
 * Promises: every caller's function runs in a part of its own, so that one's failure leaves the others' work; a caller
 * returns when the commit is durable. Where a commit fails, or the disk is full, each function of the group runs again
 * alone, so that only those fail that must. At most IC_SQLITE_WAITING_COUNT_MAX callers wait for their turn, each at
 * most IC_SQLITE_TURN_WAIT_MS; beyond, `busy`. Every second the writer looks whether another process has committed.
 * Memory: owns its thread and, from a successful create on, the connection. Threads: write and listen from any. */
#ifndef IC_STORE_SQLITE_WRITER_H
#define IC_STORE_SQLITE_WRITER_H

#include "store/sqlite/connection.h"
#include "store/store.h"

enum {
    IC_SQLITE_GROUP_COUNT_MAX = 64,
    IC_SQLITE_WAITING_COUNT_MAX = 1024,
    IC_SQLITE_TURN_WAIT_MS = IC_STORE_WAIT_MS_MAX - IC_SQLITE_LOCK_WAIT_MS,
    IC_SQLITE_POLL_MS = 1000,
};

struct ic_sqlite_writer;

/* Starts the thread. */
IC_NODISCARD enum ic_rc ic_sqlite_writer_create(struct ic_connection *connection, struct ic_sqlite_writer **ret_writer,
                                                struct ic_err *err);

/* As ic_store_write. */
IC_NODISCARD enum ic_rc ic_sqlite_writer_write(struct ic_sqlite_writer *writer, ic_store_run run, void *context,
                                               struct ic_err *err);

/* As ic_store_listen. */
void ic_sqlite_writer_listen(struct ic_sqlite_writer *writer, void (*committed)(void *context), void *context);

/* Ends the thread after what waits, closes the connection; NULL is accepted. */
void ic_sqlite_writer_destroy(struct ic_sqlite_writer *writer);

#endif
