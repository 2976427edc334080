/* Who first brought a target how far: what a transaction's events may have changed of it.
 *
 * Promises: of a target and a milestone the event with the smallest position counts, in whatever order they come. What
 * follows of a change (counts of the milestones, and whether a first contact was answered) is added to the roll-ups and
 * what it was before is taken back. Memory: the reaches own their events. Threads: one at a time. */
#ifndef IC_STORE_ROLLUP_REACHES_H
#define IC_STORE_ROLLUP_REACHES_H

#include "store/rollup.h"

/* All zero: none. */
struct ic_rollup_reaches {
    size_t count;
    size_t count_max;
    struct ic_rollup_event *events;
};

/* Adds an event with a target and a milestone; false when memory runs out. */
bool ic_rollup_reaches_add(struct ic_rollup_reaches *reaches, const struct ic_rollup_event *event);

/* Adds `delta` to a figure of whoever it is credited to, at its time; false when memory runs out. */
typedef bool (*ic_rollup_credit)(void *context, int64_t at, const struct ic_id *opr_id, const struct ic_id *act_id,
                                 enum ic_figure figure, int64_t delta);

/* Writes what has changed, and credits what follows. */
IC_NODISCARD enum ic_rc ic_rollup_reaches_flush(struct ic_rollup_reaches *reaches, struct ic_store_tx *tx,
                                                ic_rollup_credit credit, void *context, struct ic_err *err);

void ic_rollup_reaches_release(struct ic_rollup_reaches *reaches);

#endif
