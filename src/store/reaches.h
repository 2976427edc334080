/* What targets reached first, in the order in which they were first contacted, and what is known of them by now: what
 * funnels, openers and coverage are made of (docs/metrics.md).
 *
 * Promises: costs the first contacts of the range. A first contact is credited to whoever sent it, and so is what came
 * of it. Memory: none kept. Threads: as the transaction's. */
#ifndef IC_STORE_REACHES_H
#define IC_STORE_REACHES_H

#include "store/metrics.h"

struct ic_reach {
    int64_t contact_position; /* Of the target's first contact; no other target has it. */
    int64_t contacted_at;
    int64_t reached_at;
    int64_t opener_print; /* Of a first contact (domain/text_print.h), as the next; 0: it has no words. */
    int64_t replied_at;   /* When the target first reached *Replied*; 0: never. */
};

/* Whether the first contact was answered, as the figure *answered* counts it. */
bool ic_reach_is_answered(const struct ic_reach *contact);

/* Is told of one; what it fails with ends the walk. */
typedef enum ic_rc (*ic_store_reach_each)(void *context, const struct ic_reach *reach, struct ic_err *err);

/* Goes through the first reaches of `milestone` (ic_rollup_first_contact, or a status's name) of those who were first
 * contacted in [from_ms, until_ms), by the contact's position. */
IC_NODISCARD enum ic_rc ic_store_reaches_walk(struct ic_store_tx *tx, const struct ic_metric_scope *scope,
                                              const char *milestone, int64_t from_ms, int64_t until_ms,
                                              ic_store_reach_each each, void *context, struct ic_err *err);

/* How many have each pair of states. */
struct ic_coverage {
    int64_t counts[IC_CONTACT_STATE_COUNT][IC_CONTACT_STATE_COUNT]; /* By the e-mail's, then the phone's. */
};

/* Of those who were first contacted in [from_ms, until_ms). */
IC_NODISCARD enum ic_rc ic_store_coverage_get(struct ic_store_tx *tx, const struct ic_metric_scope *scope,
                                              int64_t from_ms, int64_t until_ms, struct ic_coverage *ret_coverage,
                                              struct ic_err *err);

#endif
