/* A team whose owner has a paired desktop, which pushes and pulls; for the tests of both.
 *
 * Memory: the team's; a page lives in its arena until the next call. Threads: one. */
#ifndef IC_TESTS_UNIT_SERVICE_DESK_H
#define IC_TESTS_UNIT_SERVICE_DESK_H

#include "team.h"

#include "service/pull.h"

enum { DESK_PAGES_MAX = 500 };

struct desk {
    struct team *team;
    struct ic_identity anna;
    struct ic_device device;
    int64_t hybrid_time;
};

/* `*state` is the team. */
struct desk desk_begin(void **state);

struct ic_handle desk_handle(const char *text);

/* An operation on a target, sent now. */
struct ic_operation desk_operation(struct desk *desk, enum ic_operation_kind kind, const char *tar_username);

/* Pushes it, and tells its event. */
struct ic_id desk_push(struct desk *desk, const struct ic_operation *operation);

/* A message to that handle. */
struct ic_id desk_send(struct desk *desk, const char *tar_username);

/* A desktop's replica, as far as the tests look at it. */
struct copy {
    char place[IC_LIMIT_PLACE_CHARACTERS_MAX + 1];
    struct ic_id seen;
    size_t limit; /* 0: as many as there may be. */
    bool asks_for_goals_and_rules;
    int pages;
    /* Rows that came, each time. */
    size_t suppressions, operators, actors, targets, aliases, outreach, goals, rules;
    bool was_reset;
    bool has_lost_past;
};

/* Pulls once. */
struct ic_pull_page desk_pull(const struct desk *desk, struct copy *copy);

/* Pulls until there is no more; what came is counted from 0. */
void desk_catch_up(const struct desk *desk, struct copy *copy);

#endif
