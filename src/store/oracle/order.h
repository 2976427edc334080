/* What a connection has its thread do besides the store's statements: to begin a transaction, to run a text, to end the
 * transaction, any of these, in this order.
 *
 * Memory: a task (oracle/line.h): whoever has it destroys it, behind the line. Threads: as a cursor. */
#ifndef IC_STORE_ORACLE_ORDER_H
#define IC_STORE_ORACLE_ORDER_H

#include "store/oracle/cursor.h"

struct ic_oracle_order {
    struct ic_oracle_task task;
    bool begins;                     /* From now on statements belong to a transaction. */
    struct ic_oracle_cursor *cursor; /* NULL: there is nothing to run. */
    bool wants_row;                  /* The text must give one. */
    bool is_once;                    /* It will not be run again. */
    bool ends;
    ic_odbc_small how; /* IC_ODBC_COMMIT or IC_ODBC_ROLLBACK. */
    struct ic_statement_text text;
    char *sql; /* A copy. */
};

/* Makes one that runs `sql`, which is copied; NULL: nothing. NULL when there is no memory. */
struct ic_oracle_order *ic_oracle_order_create(const char *sql);

#endif
