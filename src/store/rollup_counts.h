/* Counts that a transaction gathers for a roll-up, by when and whose they are, until they are written.
 *
 * Promises: a count may be taken back (a delta below 0). Memory: the counts own their places. Threads: one at a time.
 */
#ifndef IC_STORE_ROLLUP_COUNTS_H
#define IC_STORE_ROLLUP_COUNTS_H

#include "contract/vocabulary.h"
#include "domain/id.h"
#include "store/store.h"

/* The columns that count, in the order of the tables: all events, then the figures. */
enum { IC_ROLLUP_EVENTS, IC_ROLLUP_FIGURES, IC_ROLLUP_COLUMN_COUNT = IC_ROLLUP_FIGURES + IC_FIGURE_COUNT };

struct ic_rollup_count {
    bool is_used;
    int64_t starts_at;   /* Of the quarter or the day. */
    struct ic_id opr_id; /* Empty: the team, as is the actor then. */
    struct ic_id act_id; /* Empty: as no actor. */
    int64_t deltas[IC_ROLLUP_COLUMN_COUNT];
};

/* Open addressing; at most half of the places are used, so that there is always a free one. All zero: empty. */
struct ic_rollup_counts {
    size_t used;
    size_t place_count;
    struct ic_rollup_count *places;
};

/* Adds to a column; false when memory runs out. */
bool ic_rollup_counts_add(struct ic_rollup_counts *counts, int64_t starts_at, const struct ic_id *opr_id,
                          const struct ic_id *act_id, int column, int64_t delta);

enum ic_rollup_grain { IC_ROLLUP_QUARTER, IC_ROLLUP_DAY };

/* Writes them, neighbours one after the other; what adds up to nothing is left out. */
IC_NODISCARD enum ic_rc ic_rollup_counts_flush(struct ic_rollup_counts *counts, enum ic_rollup_grain grain,
                                               struct ic_store_tx *tx, struct ic_err *err);

void ic_rollup_counts_release(struct ic_rollup_counts *counts);

#endif
