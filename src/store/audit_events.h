/* Events as they are stored now, held against the digests that entries sealed.
 *
 * Memory: keeps an id for every event that it compared, until it is released. Threads: as the transaction's. */
#ifndef IC_STORE_AUDIT_EVENTS_H
#define IC_STORE_AUDIT_EVENTS_H

#include "store/audit_digest.h"

enum { IC_AUDIT_GROUP_COUNT = 16 };

/* The events that were compared; all zero at first. */
struct ic_audit_events {
    struct ic_id *elg_ids;
    size_t count;
    size_t count_max;
};

/* An event of a seal, and what became of it. */
struct ic_audit_sealed {
    struct ic_id elg_id;
    struct ic_hash digest;
    bool is_there;
    bool is_same;
};

/* Compares at most IC_AUDIT_GROUP_COUNT events. */
IC_NODISCARD enum ic_rc ic_audit_events_compare(struct ic_audit_events *events, struct ic_store_tx *tx,
                                                struct ic_audit_sealed *group, size_t count, struct ic_arena *arena,
                                                struct ic_buf *scratch, struct ic_err *err);

/* Walks through all events and counts those that were not compared; `tell` (NULL: not wanted) hears of each. */
IC_NODISCARD enum ic_rc ic_audit_events_strangers(struct ic_audit_events *events, struct ic_store_tx *tx,
                                                  void (*tell)(void *context, const struct ic_id *elg_id),
                                                  void *context, int64_t *ret_count, struct ic_err *err);

void ic_audit_events_release(struct ic_audit_events *events);

#endif
