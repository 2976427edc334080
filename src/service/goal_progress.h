/* How the team's goals go: progress now, pace, forecast, and what past periods brought.
 *
 * Promises: a metric is counted by store/metrics alone, in the periods of domain/goal. Days and months are those of the
 * operator that a goal is assigned to, else the team's. What is assigned to an actor is collected by all who write from
 * its handle, and what the asker brought of it is told beside.
 * Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_GOAL_PROGRESS_H
#define IC_SERVICE_GOAL_PROGRESS_H

#include "domain/goal.h"
#include "service/can.h"
#include "service/service.h"
#include "store/goal_list.h"

enum { IC_GOAL_DAYS_BACK = 30, IC_GOAL_MONTHS_BACK = 12 }; /* How many past periods are told. */

struct ic_goal_progress {
    struct ic_goal_entry entry;
    struct ic_str time_zone; /* Whose days and months are counted. */
    bool is_running; /* What follows is told of its running period: neither before its start nor behind its end. */
    struct ic_goal_period period;
    int64_t value;
    bool has_mine; /* It is an actor's. */
    int64_t mine;  /* What the asker brought of the value. */
    struct ic_goal_pace pace;
};

struct ic_goal_progress_list {
    int64_t now;
    struct ic_goal_progress *items;
    size_t count;
};

/* A past period. */
struct ic_goal_past {
    struct ic_goal_period period;
    int64_t value;
    int64_t mine; /* As of its progress. */
};

struct ic_goal_details {
    int64_t now;
    struct ic_goal_progress progress;
    struct ic_goal_past *past; /* Newest first; those in which the goal held. */
    size_t past_count;
};

/* The active goals: all, or those that are the asker's, one's own and those of accounts that one writes from. */
IC_NODISCARD enum ic_rc ic_goal_progress_list(struct ic_service *service, const struct ic_asker *asker, bool only_mine,
                                              struct ic_arena *arena, struct ic_goal_progress_list *ret_list,
                                              struct ic_err *err);

/* One, whatever its status, with its past; fails with not_found. */
IC_NODISCARD enum ic_rc ic_goal_details_get(struct ic_service *service, const struct ic_asker *asker,
                                            const struct ic_id *goal_id, struct ic_arena *arena,
                                            struct ic_goal_details *ret_details, struct ic_err *err);

enum { IC_GOAL_REACH_LATE_MS = 60000 };

/* Has the log tell of each goal that is reached in its running period, once for each period, on however many servers;
 * messages of the period's last minute may arrive as late as that. Looks only where the feed has grown since the last
 * look. Tells how many events were written. */
IC_NODISCARD enum ic_rc ic_goals_tell_reached(struct ic_service *service, size_t *ret_count, struct ic_err *err);

#endif
