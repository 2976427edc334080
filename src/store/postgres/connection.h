/* The PostgreSQL driver: one connection to one server.
 *
 * Promises: as store/driver.h. The server is told at the opening to end by itself what takes longer than a call may, a
 * wait for a lock first: so a long wait is busy and not lost. The writer's turn is an advisory lock of the database,
 * held to the transaction's end; a process that stops in the middle of its turn loses it after the time of two calls.
 * A committed writing transaction notifies the channel that `listen` listens to.
 * What is between us and the server must keep a session together: a pooler of transactions will not do.
 * Memory: about 1 KiB for each statement in use, and the result of each until its reset. Threads: as store/driver.h. */
#ifndef IC_STORE_POSTGRES_CONNECTION_H
#define IC_STORE_POSTGRES_CONNECTION_H

#include "store/driver.h"

enum { IC_POSTGRES_VERSION_LEAST = 12 };

/* Connects to the database that `url` names (a postgres:// address or libpq's keywords), for reading or writing; a call
 * may take `call_ms_max`. Blocks for IC_DRIVER_CALL_MS_MAX at most. Fails with unavailable when nobody answers, when
 * the server will not have us, when it is older than IC_POSTGRES_VERSION_LEAST, when the database is not in UTF-8, or
 * when it cannot be written for a writer; with busy when the server has no connection to spare. */
IC_NODISCARD enum ic_rc ic_postgres_open(const char *url, bool is_writing, int call_ms_max,
                                         struct ic_connection **ret_connection, struct ic_err *err);

/* Prepares a text that is none of the store's, under its name; the connection's owner destroys the statement before the
 * connection (store/postgres/statement.h). */
IC_NODISCARD enum ic_driver_rc ic_postgres_prepare_text(struct ic_connection *connection,
                                                        const struct ic_statement_text *text,
                                                        struct ic_prepared **ret_prepared);

#endif
