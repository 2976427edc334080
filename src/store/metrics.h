/* How much of a metric there was between two instants: the one place where a metric is counted (docs/metrics.md).
 *
 * Promises: the team's messages of whole quarters, and what was reached first, come of the roll-ups; what one operator
 * or account sent is counted along an index, so that it costs their share of the window; different profiles cost the
 * messages of the window. Memory: none kept. Threads: as the transaction's. */
#ifndef IC_STORE_METRICS_H
#define IC_STORE_METRICS_H

#include "contract/vocabulary.h"
#include "domain/handle.h"
#include "domain/id.h"
#include "store/store.h"

/* Whose events count. */
struct ic_metric_scope {
    struct ic_id opr_id;           /* Empty: of everybody. */
    struct ic_handle act_username; /* Empty: from every account; of an operator: from theirs of that handle. */
};

/* Counts in [from_ms, until_ms). The team's messages come of the roll-ups where both are beginnings of quarters of an
 * hour, as those of every day are; else they are counted along the log. */
IC_NODISCARD enum ic_rc ic_store_metric_count(struct ic_store_tx *tx, enum ic_goal_metric metric,
                                              const struct ic_metric_scope *scope, int64_t from_ms, int64_t until_ms,
                                              int64_t *ret_count, struct ic_err *err);

#endif
