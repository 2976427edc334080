/* What stands behind store.h: an engine decides when a function runs, on which connection, and with whom it commits.
 *
 * Threads: as store/store.h. */
#ifndef IC_STORE_ENGINE_H
#define IC_STORE_ENGINE_H

#include "store/driver.h"
#include "store/events.h"
#include "store/store.h"

struct ic_engine {
    enum ic_rc (*write)(struct ic_store *store, ic_store_run run, void *context, struct ic_err *err);
    enum ic_rc (*read)(struct ic_store *store, ic_store_run run, void *context, struct ic_err *err);
    void (*listen)(struct ic_store *store, void (*committed)(void *context), void *context);
    int (*schema_version)(const struct ic_store *store);
    void (*destroy)(struct ic_store *store);
};

/* An engine's own store begins with this. */
struct ic_store {
    const struct ic_engine *engine;
};

/* One function's share of a transaction. */
struct ic_store_tx {
    struct ic_connection *connection;
    int64_t cursor;         /* Of the newest change; 0 until this function appends one. */
    struct ic_totals added; /* Counted here and written once, at the end. */
};

/* Writes what the function left to the end; an engine calls it after a function that went well, before keeping its
 * part. Fails as a statement fails. */
IC_NODISCARD enum ic_rc ic_store_tx_finish(struct ic_store_tx *tx, struct ic_err *err);

#endif
