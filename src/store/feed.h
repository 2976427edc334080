/* The change feed as a desktop's pull follows it: where it begins and ends, what past it belongs to, and what its
 * changes have touched; and its far end, which is cut off when nobody needs it any more.
 *
 * Promises: the newest change is never cut off. A look at the end costs one row, however long the feed is. Memory: the
 * caller's arena. Threads: as the transaction's. */
#ifndef IC_STORE_FEED_H
#define IC_STORE_FEED_H

#include "contract/vocabulary.h"
#include "domain/id.h"
#include "store/store.h"

/* A change without what it tells. */
struct ic_feed_mark {
    int64_t cursor;      /* 0: the feed is empty. */
    struct ic_id elg_id; /* The newest event at that time. */
    int64_t changed_at;  /* 0: the change is that event. */
};

/* The newest change. */
IC_NODISCARD enum ic_rc ic_store_feed_end(struct ic_store_tx *tx, struct ic_feed_mark *ret_mark, struct ic_err *err);

/* The oldest cursor that is kept; 0 when there is none. */
IC_NODISCARD enum ic_rc ic_store_feed_begin(struct ic_store_tx *tx, int64_t *ret_cursor, struct ic_err *err);

/* The change at a cursor; its cursor is 0 when there is none. */
IC_NODISCARD enum ic_rc ic_store_feed_find(struct ic_store_tx *tx, int64_t cursor, struct ic_feed_mark *ret_mark,
                                           struct ic_err *err);

IC_NODISCARD enum ic_rc ic_store_event_is_known(struct ic_store_tx *tx, const struct ic_id *elg_id, bool *ret_is_known,
                                                struct ic_err *err);

/* What a change has touched. */
struct ic_feed_change {
    int64_t cursor;
    bool is_event;       /* False: an operator came or went, and only `opr_id` is given. */
    struct ic_id elg_id; /* Ids that are empty are absent. */
    enum ic_event_type event_type;
    struct ic_id opr_id;
    struct ic_id act_id;
    struct ic_id tar_id;
    int64_t created_at;
};

struct ic_feed_changes {
    struct ic_feed_change *items;
    size_t count;
};

/* At most `limit` changes behind `cursor`, in the feed's order. */
IC_NODISCARD enum ic_rc ic_store_feed_behind(struct ic_store_tx *tx, int64_t cursor, size_t limit,
                                             struct ic_arena *arena, struct ic_feed_changes *ret_changes,
                                             struct ic_err *err);

/* Whether the oldest change could be cut off. */
IC_NODISCARD enum ic_rc ic_store_feed_has_old(struct ic_store_tx *tx, int64_t horizon, bool *ret_has_old,
                                              struct ic_err *err);

/* Cuts off at most `limit` of the oldest changes, those that the server had learned of before `horizon`, and never the
 * newest; tells how many. */
IC_NODISCARD enum ic_rc ic_store_feed_cut(struct ic_store_tx *tx, int64_t horizon, size_t limit, size_t *ret_count,
                                          struct ic_err *err);

/* Makes the operator online or offline, which is a change of the feed; nothing where it is so already. */
IC_NODISCARD enum ic_rc ic_store_operator_set_status(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                                     enum ic_operator_status opr_status, int64_t now,
                                                     struct ic_err *err);

#endif
