/* Which leads are on a page: their keys, found along the indexes that have them in order.
 *
 * Promises: as store/leads.h. Memory: the keys live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_LEAD_WALK_H
#define IC_STORE_LEAD_WALK_H

#include "store/leads.h"

/* The keys of a page in its order, and where the next one begins. */
struct ic_lead_keys {
    struct ic_list_place *items; /* `id` is the target's. */
    size_t count;
    bool has_next;
    struct ic_list_place next;
};

IC_NODISCARD enum ic_rc ic_lead_walk(struct ic_store_tx *tx, const struct ic_lead_query *asked,
                                     const struct ic_lead_bounds *bounds, struct ic_arena *arena,
                                     struct ic_lead_keys *ret_keys, struct ic_err *err);

#endif
