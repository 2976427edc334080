/* Goals: what the team aims for, for itself, an operator or an actor.
 *
 * Promises: a goal is written in the transaction of the event that says so, and that event is its change in the feed;
 * an event changes one goal at most, which a constraint holds. Goals are never deleted. Memory: values. Threads: as the
 * transaction's. */
#ifndef IC_STORE_GOALS_H
#define IC_STORE_GOALS_H

#include "contract/vocabulary.h"
#include "domain/id.h"
#include "store/store.h"

struct ic_goal {
    struct ic_id goal_id;
    enum ic_goal_metric metric;
    int64_t target_value; /* Above 0. */
    enum ic_goal_frequency frequency;
    struct ic_id assigned_to_opr; /* Empty, as the next: no operator's. Both: the team's. */
    struct ic_id assigned_to_act;
    enum ic_proposal_status status;
    struct ic_id suggested_by;
    int64_t created_at;
    int64_t start_date;
    int64_t end_date; /* 0: open. */
};

/* Inserts with an id of its own making, drawn again on a collision; conflict when the event has changed another goal.
 */
IC_NODISCARD enum ic_rc ic_store_goal_insert(struct ic_store_tx *tx, const struct ic_goal *goal,
                                             const struct ic_id *elg_id, const struct ic_rand *rand,
                                             struct ic_id *ret_goal_id, struct ic_err *err);

/* Adopts, rejects or archives; not_found when there is no such goal, conflict as above. */
IC_NODISCARD enum ic_rc ic_store_goal_set_status(struct ic_store_tx *tx, const struct ic_id *goal_id,
                                                 enum ic_proposal_status status, const struct ic_id *elg_id,
                                                 struct ic_err *err);

/* Gives a pending goal other values; conflict when it is not pending. */
IC_NODISCARD enum ic_rc ic_store_goal_change(struct ic_store_tx *tx, const struct ic_goal *goal,
                                             const struct ic_id *elg_id, struct ic_err *err);

/* Whether an event has told already that the goal was reached in a period, [from_ms, until_ms). */
IC_NODISCARD enum ic_rc ic_store_goal_reach_is_told(struct ic_store_tx *tx, const struct ic_id *goal_id,
                                                    int64_t from_ms, int64_t until_ms, bool *ret_is_told,
                                                    struct ic_err *err);

/* Notes the event that tells it; look first. */
IC_NODISCARD enum ic_rc ic_store_goal_reach_insert(struct ic_store_tx *tx, const struct ic_id *goal_id, int64_t from_ms,
                                                   int64_t until_ms, const struct ic_id *elg_id, struct ic_err *err);

/* Fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_goal_get(struct ic_store_tx *tx, const struct ic_id *goal_id, struct ic_goal *ret_goal,
                                          struct ic_err *err);

#endif
