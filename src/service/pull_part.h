/* The part of the replica that a page is filled with, row by row, within the page's bounds.
 *
 * Promises: the rows never take more than IC_LIMIT_PULL_BYTES_MAX bytes in a page, and more are asked for only while as
 * many as are asked for surely fit. Memory: the page's arena. Threads: one at a time. */
#ifndef IC_SERVICE_PULL_PART_H
#define IC_SERVICE_PULL_PART_H

#include "store/feed.h"
#include "store/replica.h"
#include "sync/place.h"
#include "sync/pull_page.h"

/* A page's bytes without its frame. */
enum { IC_PULL_ROWS_BYTES_MAX = IC_LIMIT_PULL_BYTES_MAX - IC_PULL_PAGE_FRAME_BYTES_MAX };

struct ic_pull_part {
    struct ic_replica replica;
    size_t limit;
    bool with_goals_and_rules; /* The desktop asks for them. */
    size_t bytes;              /* That the rows take, at most. */
};

IC_NODISCARD enum ic_rc ic_pull_part_init(struct ic_pull_part *part, size_t limit, struct ic_arena *arena,
                                          struct ic_err *err);

/* Fills a page of the snapshot behind `place`, whose phase is one, and moves the place on; it becomes a place of the
 * feed with the last row. Outreach is told from the position `outreach_since` on. */
IC_NODISCARD enum ic_rc ic_pull_part_fill_snapshot(struct ic_pull_part *part, struct ic_store_tx *tx,
                                                   struct ic_place *place, int64_t outreach_since, struct ic_err *err);

/* Fills a page with what the changes behind `place` have touched, and moves the place on. */
IC_NODISCARD enum ic_rc ic_pull_part_fill_feed(struct ic_pull_part *part, struct ic_store_tx *tx,
                                               struct ic_place *place, struct ic_err *err);

#endif
