/* The line to an Oracle database, on which nobody waits without bound.
 *
 * A call of ODBC returns when it returns, and cannot be abandoned from outside. So every line has a thread that makes
 * the calls, one at a time, and whoever wants one made waits for the thread: until the deadline. What the thread has
 * not done by then has lost the line; the thread ends, and closes the connection, when its call returns at last.
 *
 * Promises: a call begins with ic_oracle_line_begin, and all its waiting together ends after `call_ms_max`. A lost line
 * gives IC_DRIVER_LOST from then on. Every failure leaves its words in `message` and Oracle's number in `native`, and
 * spoils the transaction that it came in. At most IC_ORACLE_STUCK_COUNT_MAX threads are still in a call that nobody
 * waits for; then no further line is opened.
 * Memory: the line's owner keeps it. A task is the thread's while it is being done, and stays the thread's when the
 * line is lost meanwhile: it must hold all that the calls read and write. Threads: one at a time. */
#ifndef IC_STORE_ORACLE_LINE_H
#define IC_STORE_ORACLE_LINE_H

#include "store/oracle/failure.h"

#include <time.h>

enum { IC_ORACLE_STUCK_COUNT_MAX = 32 };

/* What a thread makes its calls on. */
struct ic_oracle_session {
    struct ic_oracle_library *library;
    ic_odbc_handle dbc;
    bool is_connected;
    int statement_s_max; /* For SQL_ATTR_QUERY_TIMEOUT: the database is told to end by itself what takes longer. */
};

/* Something for a thread to do; whoever has one puts it at the beginning of a structure of its own. */
struct ic_oracle_task {
    /* On the thread. */
    enum ic_driver_rc (*run)(struct ic_oracle_session *session, struct ic_oracle_task *task);
    /* Frees it; also on the thread, when the line was lost meanwhile. */
    void (*destroy)(struct ic_oracle_task *task);
    struct ic_oracle_failure failure; /* When `run` has failed. */
};

enum ic_oracle_transaction { IC_ORACLE_NO_TRANSACTION, IC_ORACLE_OPEN, IC_ORACLE_SPOILED };

struct ic_oracle_worker;

struct ic_oracle_line {
    struct ic_oracle_worker *worker; /* The thread; NULL: lost. */
    int call_ms_max;
    struct timespec deadline; /* Of the call under way. */
    enum ic_oracle_transaction transaction;
    struct ic_oracle_failure failure; /* The last. */
};

/* Starts the line's thread, which has no connection yet; the first task makes one. */
IC_NODISCARD enum ic_driver_rc ic_oracle_line_open(struct ic_oracle_line *line, struct ic_oracle_library *library);

/* Ends the thread, which rolls back and disconnects; waits for that within a call's time. */
void ic_oracle_line_release(struct ic_oracle_line *line);

/* Begins a call: its time runs from now. Fails when the line is lost. */
IC_NODISCARD enum ic_driver_rc ic_oracle_line_begin(struct ic_oracle_line *line);

/* Has a task done and waits for it. `*task` becomes NULL when the line is lost meanwhile: it is the thread's then. */
IC_NODISCARD enum ic_driver_rc ic_oracle_line_do(struct ic_oracle_line *line, struct ic_oracle_task **task);

/* Takes note of a failure that the database does not know; gives `rc` back. */
enum ic_driver_rc ic_oracle_line_refuse(struct ic_oracle_line *line, enum ic_driver_rc rc, const char *words);

/* Loses the line for a reason. Gives IC_DRIVER_LOST. */
enum ic_driver_rc ic_oracle_line_lose(struct ic_oracle_line *line, const char *words);

/* Waits until no thread of the library's is in a call that nobody waits for, at most `timeout_ms`. */
void ic_oracle_line_await_stuck(const struct ic_oracle_library *library, int timeout_ms);

#endif
