/* The figures of analytics (docs/metrics.md), out of the roll-ups: the one place where they are read for pages.
 *
 * Promises: costs the width of the window, not the age of the team; windows of whole quarters of an hour, which the
 * days and hours of every time zone are. Memory: results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_ANALYTICS_H
#define IC_STORE_ANALYTICS_H

#include "base/arena.h"
#include "store/metrics.h"

enum { IC_STORE_ANALYTICS_LEADERS_MAX = 4096 }; /* Operators and actors that one answer is added up for. */

struct ic_figures {
    int64_t counts[IC_FIGURE_COUNT];
};

void ic_figures_add(struct ic_figures *sum, const struct ic_figures *figures);

/* Is told of a quarter of an hour in which there was something; of one quarter maybe several times. */
typedef void (*ic_store_quarter_each)(void *context, int64_t quarter, const struct ic_figures *figures);

/* Goes through the quarters that begin in [from_ms, until_ms), in any order. */
IC_NODISCARD enum ic_rc ic_store_quarters_walk(struct ic_store_tx *tx, const struct ic_metric_scope *scope,
                                               int64_t from_ms, int64_t until_ms, ic_store_quarter_each each,
                                               void *context, struct ic_err *err);

/* What an operator did as an actor, in a window and in the one before it. */
struct ic_leader {
    struct ic_id opr_id;
    struct ic_id act_id; /* Empty: as none. */
    struct ic_str opr_name;
    struct ic_handle act_username; /* Empty: as none. */
    struct ic_figures figures;
    struct ic_figures previous;
};

struct ic_leader_list {
    struct ic_leader *items;
    size_t count;
};

/* Everybody of the scope with something in [previous_from_ms, until_ms), where the window begins at `from_ms`:
 * beginnings of quarters. Fails with too_large for more than IC_STORE_ANALYTICS_LEADERS_MAX. */
IC_NODISCARD enum ic_rc ic_store_leaders_list(struct ic_store_tx *tx, const struct ic_metric_scope *scope,
                                              int64_t previous_from_ms, int64_t from_ms, int64_t until_ms,
                                              struct ic_arena *arena, struct ic_leader_list *ret_list,
                                              struct ic_err *err);

#endif
