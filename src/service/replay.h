/* A rule on the last 30 days: what it would have warned of, had it stood.
 *
 * Promises: judged by domain/verdict, message by message in the order of the log, by what had happened before each: as
 * the server and the desktops would have judged them. Read only, IC_REPLAY_CHUNK rows at a time, each in a read of its
 * own, so that it keeps nobody from writing; at most IC_REPLAYS_MAX run at once, others are told busy. It looks back at
 * no more than IC_REPLAY_MESSAGES_MAX messages in all: where a rule looks back further, the messages whose warning that
 * leaves open are told as missing. Memory: results live in the given arena; the history, some
 * 60 MB at most, is given back to the system at the end.
 * Threads: any. */
#ifndef IC_SERVICE_REPLAY_H
#define IC_SERVICE_REPLAY_H

#include "service/list_cursor.h"
#include "service/proposals.h"
#include "store/events.h"

enum {
    IC_REPLAY_DAYS = 30,
    IC_REPLAY_DAYS_MAX = IC_REPLAY_DAYS + 2, /* Of a calendar that a window of so many may touch. */
    IC_REPLAY_CHUNK = 2000,
    IC_REPLAY_MESSAGES_MAX = 250000,
    IC_REPLAY_PEOPLE_MAX = 2000, /* Operators, and handles, that are told apart; the others count in the totals. */
    IC_REPLAYS_MAX = 1,
};

struct ic_replay_day {
    int64_t from; /* When it begins by the team's clocks; the first one where the window does. */
    int64_t messages;
    int64_t warnings;
};

struct ic_replay_operator {
    struct ic_id opr_id;
    struct ic_str opr_name;
    int64_t warnings;
};

struct ic_replay_actor {
    struct ic_handle act_username;
    int64_t warnings;
};

/* A message that would have been warned of. */
struct ic_replay_item {
    struct ic_log_entry entry;
    int64_t counted; /* As of struct ic_verdict_finding. */
    int64_t wait_sec;
};

struct ic_replay {
    int64_t from;
    int64_t until;
    struct ic_str time_zone;
    int64_t messages; /* Of the window. */
    int64_t judged;   /* Those that the rule says something of. */
    int64_t warnings;
    int64_t missing;
    struct ic_replay_day days[IC_REPLAY_DAYS_MAX];
    size_t days_count;
    struct ic_replay_operator *operators; /* With warnings only, most first. */
    size_t operators_count;
    struct ic_replay_actor *actors; /* The same. */
    size_t actors_count;
    struct ic_replay_item *items; /* A page of the messages, newest first. */
    size_t items_count;
    struct ic_list_cursor next;
};

/* A rule that is proposed, or stands. Fails with not_found (also of a goal), with invalid_parameter, with busy, and as
 * ic_can_check does. */
IC_NODISCARD enum ic_rc ic_replay_proposal(struct ic_service *service, const struct ic_asker *asker,
                                           const struct ic_id *proposal_id, size_t limit, struct ic_str after,
                                           struct ic_arena *arena, struct ic_replay *ret_replay, struct ic_err *err);

/* One that is not proposed yet; fails with invalid_field as well. */
IC_NODISCARD enum ic_rc ic_replay_draft(struct ic_service *service, const struct ic_asker *asker,
                                        const struct ic_proposal_wish *wish, size_t limit, struct ic_str after,
                                        struct ic_arena *arena, struct ic_replay *ret_replay, struct ic_err *err);

#endif
