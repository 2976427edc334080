/* The one writer of a process: a thread that commits what several callers want together.
 *
 * Promises: every caller's function runs in a part of its own, so that one's failure leaves the others' work; a caller
 * returns when the commit is durable. Where a group cannot be committed, each function of it runs again alone, so that
 * only those fail that must. A deadlock, an id that was taken and a connection that was lost before the commit are
 * tried again, IC_WRITER_RUNS_MAX times in all; a connection that was lost in the commit is told as unavailable, for
 * then nobody knows. A lost connection is opened again; while nobody answers, callers fail at once, and every
 * IC_STORE_REOPEN_MS one of them tries. At most IC_WRITER_WAITING_COUNT_MAX callers wait for their turn, each at most
 * IC_WRITER_TURN_WAIT_MS; beyond, `busy`.
 * Memory: owns its thread and its connection. Threads: write and listen from any. */
#ifndef IC_STORE_WRITER_H
#define IC_STORE_WRITER_H

#include "store/driver.h"
#include "store/store.h"

enum {
    IC_WRITER_GROUP_COUNT_MAX = 64,
    IC_WRITER_WAITING_COUNT_MAX = 1024,
    IC_WRITER_TURN_WAIT_MS = IC_STORE_WAIT_MS_MAX - 2000,
    IC_WRITER_RUNS_MAX = 4,
};

struct ic_writer;

/* Opens a writing connection and starts the thread; without one, each function runs alone, in its caller's thread. The
 * database must outlive the writer. */
IC_NODISCARD enum ic_rc ic_writer_create(struct ic_database *database, bool has_thread, struct ic_writer **ret_writer,
                                         struct ic_err *err);

/* As ic_store_write. */
IC_NODISCARD enum ic_rc ic_writer_write(struct ic_writer *writer, ic_store_run run, void *context, struct ic_err *err);

/* As ic_store_listen, for the commits of this writer. */
void ic_writer_listen(struct ic_writer *writer, void (*committed)(void *context), void *context);

/* Ends the thread after what waits, closes the connection; NULL is accepted. */
void ic_writer_destroy(struct ic_writer *writer);

#endif
