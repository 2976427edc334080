/* What a transaction is to the nouns of the store, and to the connections that run it.
 *
 * Threads: as store/store.h. */
#ifndef IC_STORE_ENGINE_H
#define IC_STORE_ENGINE_H

#include "store/audit.h"
#include "store/driver.h"
#include "store/events.h"
#include "store/store.h"

struct ic_audit_seal;
struct ic_rollup;

/* One function's share of a transaction. */
struct ic_store_tx {
    struct ic_connection *connection;
    bool is_broken;                  /* A statement has failed: nothing of this may be kept. */
    enum ic_driver_rc failed;        /* IC_DRIVER_RETRY or IC_DRIVER_LOST, once a statement has failed so. */
    int64_t cursor;                  /* Of the newest change; 0 until this function appends one. */
    struct ic_totals added;          /* Counted here and written once, at the end. */
    struct ic_rollup *rollup;        /* As `added`; NULL until there is something. */
    struct ic_audit_seal *seal;      /* The events that no audit entry has sealed yet; NULL until there was one. */
    struct ic_audit_head audit_head; /* Of number 0 until this function appends an entry. */
};

/* Takes note of a failed statement. */
void ic_store_tx_note(struct ic_store_tx *tx, enum ic_driver_rc failure);

/* Writes what the function left to the end; called after a function that went well, before its part is kept. Fails as a
 * statement fails. */
IC_NODISCARD enum ic_rc ic_store_tx_finish(struct ic_store_tx *tx, struct ic_err *err);

/* Frees what the function left, whether it was written or not. */
void ic_store_tx_release(struct ic_store_tx *tx);

#endif
