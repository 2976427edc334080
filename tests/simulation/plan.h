/* What is to happen in a run: a list of steps that follows from a seed alone. A step brings its own parameters and its
 * own seed, so that leaving one out changes nothing in the others; that is how a failure is shrunk.
 *
 * Memory: init/release. Threads: values. */
#ifndef SIMULATION_PLAN_H
#define SIMULATION_PLAN_H

#include "draw.h"
#include "wish.h"

#include <stddef.h>

enum {
    PLAN_DESKS_COUNT_MAX = 30,
    PLAN_ACTORS_COUNT = 6,
    PLAN_OPERATORS_COUNT = 8, /* As many as the server has. */
    PLAN_TARGETS_COUNT_MAX = 24,
    PLAN_STEPS_COUNT_LEAST = 100,
    PLAN_STEPS_COUNT_MAX = 320,
    PLAN_STEP_TEXT_SIZE = 160,
};

enum action {
    ACTION_WISH,      /* Somebody does something at a desktop. */
    ACTION_ALONE,     /* A desktop has no network for a while. */
    ACTION_PROCESS,   /* A process of a desktop starts: another browser profile. */
    ACTION_DESK_DIES, /* A process of a desktop is killed, or the desktop loses its power. */
    ACTION_DESK_FULL, /* A desktop's disk has so much room left. */
    ACTION_CLOCK,     /* A desktop's clock is set. */
    ACTION_NETWORK,   /* Something happens to a desktop's next request. */
    ACTION_CENTER_DIES,
    ACTION_CENTER_FULL,
    ACTION_BACK_UP,
    ACTION_RESTORE,  /* The server comes back from the backup. */
    ACTION_RENAME,   /* A person renames a target on the server, ... */
    ACTION_MERGE,    /* ... merges two, ... */
    ACTION_TRANSFER, /* ... gives an actor to another operator, ... */
    ACTION_REVIVE,   /* ... gives a field a value again that it had, ... */
    ACTION_SUGGEST,  /* ... suggests a goal or a rule, ... */
    ACTION_DECIDE,   /* ... or adopts, rejects or archives one. */
    ACTION_PASS,     /* Time passes. */
    ACTIONS_COUNT,
};

/* What happens to a request. */
enum mishap {
    MISHAP_NONE,
    MISHAP_LOSE_REQUEST,
    MISHAP_LOSE_ANSWER,
    MISHAP_DOUBLE, /* It arrives a second time, later. */
    MISHAP_DELAY_REQUEST,
    MISHAP_DELAY_ANSWER,
    MISHAP_CUT_ANSWER,   /* It is shorter than it was, and does not say so. */
    MISHAP_BREAK_ANSWER, /* The connection ends in the middle of it. */
    MISHAP_GATEWAY,      /* Something on the way answers instead. */
    MISHAPS_COUNT,
};

struct step {
    enum action action;
    int64_t wait_ms; /* Since the step before. */
    int desk;        /* Or the server's process. */
    int which;       /* A process, a mishap. */
    int64_t amount;  /* Calls, bytes, milliseconds. */
    bool is_power;
    int other; /* A second target, an operator, a number. */
    struct wish wish;
    uint64_t seed;
};

struct plan {
    uint64_t seed;
    int desks_count;
    int processes_count; /* Of the server. */
    int page_rows;       /* How much a desktop asks for at once. */
    int64_t older_ms;    /* So long the server is of the version before goals and rules. */
    struct step *steps;
    size_t count;
};

void plan_draw(struct plan *plan, uint64_t seed);
void plan_copy(struct plan *plan, const struct plan *from);
void plan_release(struct plan *plan);

/* Says a step in words. */
void plan_describe(const struct step *step, char *ret_text, size_t size);

#endif
