/* What the thread of a new line does first: it connects, sets the session up, and looks whether a text comes back from
 * the database as it was sent.
 *
 * Memory: a task (oracle/line.h); it holds a copy of the address, which is wiped. Threads: as a cursor. */
#ifndef IC_STORE_ORACLE_OPENING_H
#define IC_STORE_ORACLE_OPENING_H

#include "store/oracle/address.h"
#include "store/oracle/cursor.h"

struct ic_oracle_opening {
    struct ic_oracle_task task;
    char *address;
    size_t address_size;
    struct ic_oracle_cursor *settings;
    struct ic_oracle_cursor *probe;
};

/* NULL when there is no memory. */
struct ic_oracle_opening *ic_oracle_opening_create(const struct ic_oracle_address *address);

#endif
