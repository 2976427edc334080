/* The line to a PostgreSQL server, on which nothing waits without bound.
 *
 * Promises: a call begins with ic_postgres_line_begin, and all its waiting together ends after `call_ms_max`; what the
 * server has not answered by then has lost the line. A lost line is closed at once, so that the server ends what was
 * under way as soon as it notices, and gives IC_DRIVER_LOST from then on. Every failure leaves its words in `message`
 * and its code in `native`. The server's notices are not shown.
 * Memory: the line's owner keeps it; results are the caller's, who clears them, and outlive the line.
 * Threads: one at a time. */
#ifndef IC_STORE_POSTGRES_LINE_H
#define IC_STORE_POSTGRES_LINE_H

#include "base/clock.h"
#include "store/driver.h"

#include <libpq-fe.h>

enum { IC_POSTGRES_MESSAGE_SIZE = 224 };

struct ic_postgres_line {
    PGconn *pg; /* NULL: lost. */
    struct ic_clock clock;
    int call_ms_max;
    int64_t deadline_ms; /* Of the call under way. */
    int native;
    char message[IC_POSTGRES_MESSAGE_SIZE];
};

/* Connects as `url` says, within one call. */
IC_NODISCARD enum ic_driver_rc ic_postgres_line_connect(struct ic_postgres_line *line, const char *url);

/* Closes the line, if it is open, without waiting. */
void ic_postgres_line_release(struct ic_postgres_line *line);

/* Begins a call: its time runs from now. Fails when the line is lost. */
IC_NODISCARD enum ic_driver_rc ic_postgres_line_begin(struct ic_postgres_line *line);

/* Sends a text of one or more statements and waits for it to be done; the last result, or the failed one, is the
 * caller's when asked for. */
IC_NODISCARD enum ic_driver_rc ic_postgres_line_query(struct ic_postgres_line *line, const char *sql,
                                                      PGresult **ret_result);

/* Waits for all results of what was sent; as ic_postgres_line_query. `is_sent` is what libpq said to the sending. */
IC_NODISCARD enum ic_driver_rc ic_postgres_line_finish(struct ic_postgres_line *line, int is_sent,
                                                       PGresult **ret_result);

/* Waits until something has come, which it takes in, or until more can be sent. `unsent` is what PQflush has just said:
 * when all is sent, only an answer ends the waiting. */
IC_NODISCARD enum ic_driver_rc ic_postgres_line_wait(struct ic_postgres_line *line, int unsent);

/* Looks at a result: its failure becomes the line's; a fatal one loses it. */
IC_NODISCARD enum ic_driver_rc ic_postgres_line_check(struct ic_postgres_line *line, const PGresult *result);

/* Takes note of a failure that the server does not know; gives `rc` back. */
enum ic_driver_rc ic_postgres_line_refuse(struct ic_postgres_line *line, enum ic_driver_rc rc, const char *sqlstate,
                                          const char *words);

/* Loses the line for a reason; NULL: libpq's own words. Gives IC_DRIVER_LOST. */
enum ic_driver_rc ic_postgres_line_lose(struct ic_postgres_line *line, const char *words);

#endif
