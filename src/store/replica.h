/* What a desktop's replica is filled with, as it is now: whole parts by their keys, and the rows that changes of the
 * feed have touched.
 *
 * Promises: every function appends rows to a replica, in the order of the keys it reads behind, and never more than it
 * has room for (asserted). Nothing is counted or sorted: a call costs the rows that it gives. Memory: arrays and texts
 * live in the arena that the replica was made in. Threads: as the transaction's. */
#ifndef IC_STORE_REPLICA_H
#define IC_STORE_REPLICA_H

#include "domain/replica.h"
#include "store/store.h"

enum { IC_REPLICA_ROWS_MAX = IC_LIMIT_PULL_ROWS_MAX, IC_REPLICA_KEYS_MAX = 32 };

/* A part of a replica: at most IC_REPLICA_ROWS_MAX rows of each kind. */
struct ic_replica {
    struct ic_arena *arena;
    struct ic_pulled_suppression *suppressions;
    size_t suppressions_count;
    struct ic_pulled_operator *operators;
    size_t operators_count;
    struct ic_pulled_actor *actors;
    size_t actors_count;
    struct ic_pulled_target *targets;
    size_t targets_count;
    struct ic_pulled_alias *aliases;
    size_t aliases_count;
    struct ic_pulled_outreach *outreach;
    size_t outreach_count;
    struct ic_pulled_goal *goals;
    size_t goals_count;
    struct ic_pulled_rule *rules;
    size_t rules_count;
    int64_t hybrid_time;   /* The largest of what was read; 0: none. */
    int64_t target_number; /* Of the last target that was read. */
    int64_t log_position;  /* Of the last outreach that was read. */
};

IC_NODISCARD enum ic_rc ic_replica_init(struct ic_replica *replica, struct ic_arena *arena, struct ic_err *err);

/* Append at most `limit` rows behind a key; an empty key and a number of 0 lie before every row. */
IC_NODISCARD enum ic_rc ic_store_suppressions_behind(struct ic_store_tx *tx, const struct ic_handle *behind,
                                                     size_t limit, struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_operators_behind(struct ic_store_tx *tx, const struct ic_id *behind, size_t limit,
                                                  struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_actors_behind(struct ic_store_tx *tx, const struct ic_id *behind, size_t limit,
                                               struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_targets_behind(struct ic_store_tx *tx, int64_t behind_number, size_t limit,
                                                struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_aliases_behind(struct ic_store_tx *tx, const struct ic_handle *behind, size_t limit,
                                                struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_outreach_behind(struct ic_store_tx *tx, int64_t behind_position, size_t limit,
                                                 struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_goals_behind(struct ic_store_tx *tx, const struct ic_id *behind, size_t limit,
                                              struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_rules_behind(struct ic_store_tx *tx, const struct ic_id *behind, size_t limit,
                                              struct ic_replica *replica, struct ic_err *err);

/* Append the rows of at most IC_REPLICA_KEYS_MAX ids, in no order. */
IC_NODISCARD enum ic_rc ic_store_operators_of(struct ic_store_tx *tx, const struct ic_id *opr_ids, size_t count,
                                              struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_actors_of(struct ic_store_tx *tx, const struct ic_id *act_ids, size_t count,
                                           struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_targets_of(struct ic_store_tx *tx, const struct ic_id *tar_ids, size_t count,
                                            struct ic_replica *replica, struct ic_err *err);

/* Append the rows that at most IC_REPLICA_KEYS_MAX events have changed last; an event has changed one at most. */
IC_NODISCARD enum ic_rc ic_store_goals_of(struct ic_store_tx *tx, const struct ic_id *elg_ids, size_t count,
                                          struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_rules_of(struct ic_store_tx *tx, const struct ic_id *elg_ids, size_t count,
                                          struct ic_replica *replica, struct ic_err *err);

/* As these. One event may have changed many: at most `limit` are appended, and `ret_is_whole` tells whether those are
 * all. */
IC_NODISCARD enum ic_rc ic_store_suppressions_of(struct ic_store_tx *tx, const struct ic_id *elg_ids, size_t count,
                                                 size_t limit, struct ic_replica *replica, bool *ret_is_whole,
                                                 struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_aliases_of(struct ic_store_tx *tx, const struct ic_id *elg_ids, size_t count,
                                            size_t limit, struct ic_replica *replica, bool *ret_is_whole,
                                            struct ic_err *err);

/* Append at most `limit` of the rows that one event has changed last, behind a key. */
IC_NODISCARD enum ic_rc ic_store_suppressions_of_one(struct ic_store_tx *tx, const struct ic_id *elg_id,
                                                     const struct ic_handle *behind, size_t limit,
                                                     struct ic_replica *replica, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_aliases_of_one(struct ic_store_tx *tx, const struct ic_id *elg_id,
                                                const struct ic_handle *behind, size_t limit,
                                                struct ic_replica *replica, struct ic_err *err);

#endif
