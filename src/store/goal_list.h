/* Goals as their page shows them: whose they are, and how they were adopted.
 *
 * Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_GOAL_LIST_H
#define IC_STORE_GOAL_LIST_H

#include "base/arena.h"
#include "domain/handle.h"
#include "store/goals.h"

enum { IC_STORE_ACTIVE_GOALS_MAX = 200 };

struct ic_goal_entry {
    struct ic_goal goal;
    struct ic_str suggested_by_name;
    struct ic_str opr_name;        /* Of the operator that it is assigned to; empty: of none. */
    struct ic_str time_zone;       /* Theirs. */
    struct ic_handle act_username; /* Of the actor that it is assigned to; empty: of none. */
    int64_t adopted_at;            /* 0: nobody knows, or it is not. */
    bool is_voted;                 /* The team has voted on it. */
    int64_t votes_for;             /* Of a vote, as the next. */
    int64_t votes_against;
};

struct ic_goal_list {
    struct ic_goal_entry *items;
    size_t count;
};

/* The active goals, oldest first: the first IC_STORE_ACTIVE_GOALS_MAX of them. */
IC_NODISCARD enum ic_rc ic_store_goals_active(struct ic_store_tx *tx, struct ic_arena *arena,
                                              struct ic_goal_list *ret_goals, struct ic_err *err);

/* One, whatever its status; fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_goal_entry_get(struct ic_store_tx *tx, const struct ic_id *goal_id,
                                                struct ic_arena *arena, struct ic_goal_entry *ret_entry,
                                                struct ic_err *err);

#endif
