/* The Oracle driver: one connection to one database, by ODBC.
 *
 * Promises: as store/driver.h. Outside a transaction every statement is its own, and so is every statement that makes
 * or alters a table. The writer's turn is the lock on the one row of the table writer_turn: whoever wants it waits for
 * a part of a call's time and is busy then. A reading transaction is Oracle's own read-only one, a snapshot. A part is
 * a savepoint, of which Oracle forgets the last by itself: to keep one, nothing is said. A failure spoils the
 * transaction, although Oracle would go on. Nobody is told of commits: who follows them asks now and then. A process
 * that stops in the middle of its turn keeps it until the database ends its session. Memory: about 4 KiB for each
 * statement in use, and the page of rows that it fetched last. Threads: as store/driver.h, and one of the connection's
 * own. */
#ifndef IC_STORE_ORACLE_CONNECTION_H
#define IC_STORE_ORACLE_CONNECTION_H

#include "store/driver.h"
#include "store/oracle/address.h"
#include "store/oracle/library.h"

/* Connects to the database at `address`; a call may take `call_ms_max`. Blocks for IC_DRIVER_CALL_MS_MAX at most. Fails
 * with unavailable when nobody answers, when the database will not have us, or when texts do not come back from it as
 * they were; with busy when it has no session to spare. */
IC_NODISCARD enum ic_rc ic_oracle_open(struct ic_oracle_library *library, const struct ic_oracle_address *address,
                                       int call_ms_max, struct ic_connection **ret_connection, struct ic_err *err);

/* Prepares a text that is none of the store's; the connection's owner destroys the statement behind the connection
 * (store/oracle/statement.h). */
IC_NODISCARD enum ic_driver_rc ic_oracle_prepare_text(struct ic_connection *connection,
                                                      const struct ic_statement_text *text,
                                                      struct ic_prepared **ret_prepared);

#endif
