/* What happens in the sample data, event by event, without any store: who writes to whom, when, and what comes of it.
 *
 * Promises: the same options give the same events on every machine (integers only). Times never run backwards. A
 * target's stage, first contact and contact fields after the last event are what its events say. Memory: owns its
 * arrays. Threads: one at a time. */
#ifndef IC_SERVICE_DEMO_PLAN_H
#define IC_SERVICE_DEMO_PLAN_H

#include "contract/vocabulary.h"
#include "service/demo.h"
#include "store/targets.h"

enum ic_demo_deed {
    IC_DEMO_FIRST_MESSAGE,
    IC_DEMO_FOLLOW_UP,
    IC_DEMO_MOVE,    /* To the next stage. */
    IC_DEMO_EXCLUDE, /* Do not contact. */
    IC_DEMO_FIND_EMAIL,
    IC_DEMO_MISS_EMAIL, /* Searched, not found. */
    IC_DEMO_FIND_PHONE,
    IC_DEMO_NOTE,
    IC_DEMO_END_ACTOR, /* The actor was suspended or discarded; no target. */
    IC_DEMO_DECIDE, /* Something about a goal or a rule; the actor stands for its operator, and there is no target. */
};

struct ic_demo_event {
    enum ic_demo_deed deed;
    int64_t created_at;
    uint32_t actor;
    uint32_t target;
    uint32_t decision;            /* demo_agreed.h */
    enum ic_target_status before; /* Of a move or an exclusion. */
    enum ic_target_status after;
};

struct ic_demo_target {
    int64_t first_contacted; /* 0: not yet. */
    int64_t last_updated;
    uint16_t actor;       /* Who wrote last ... */
    uint16_t first_actor; /* ... and first. */
    uint8_t tar_status;
    uint8_t stage; /* Beneath an exclusion. */
    uint8_t email_state;
    uint8_t phone_num_state;
    bool has_note;
};

struct ic_demo_actor {
    uint32_t operator_;
    uint32_t handle; /* Index of its words; another operator's actor may have the same. */
    enum ic_actor_status act_status;
    int64_t created_at;
    int64_t ends_at; /* INT64_MAX: it is active to the end. */
    int64_t last_activity;
};

struct ic_demo_plan;

/* NULL when memory ran out; the options are in range. */
struct ic_demo_plan *ic_demo_plan_create(const struct ic_demo_options *options);

/* NULL is accepted. */
void ic_demo_plan_destroy(struct ic_demo_plan *plan);

/* Goes back to before the first event; what was learned of actors and targets is forgotten. */
void ic_demo_plan_rewind(struct ic_demo_plan *plan);

enum ic_demo_step { IC_DEMO_STEP_EVENT, IC_DEMO_STEP_END, IC_DEMO_STEP_NOMEM };

/* Makes the next event happen. */
enum ic_demo_step ic_demo_plan_next(struct ic_demo_plan *plan, struct ic_demo_event *ret_event);

/* When the operator took the last decision so far; 0: none. */
int64_t ic_demo_plan_decided_at(const struct ic_demo_plan *plan, uint32_t operator_);

/* When the sample begins. */
int64_t ic_demo_plan_begin(const struct ic_demo_plan *plan);

/* As they are after the events so far; valid as long as the plan. */
const struct ic_demo_actor *ic_demo_plan_actor(const struct ic_demo_plan *plan, uint32_t index);
const struct ic_demo_target *ic_demo_plan_target(const struct ic_demo_plan *plan, uint32_t index);

/* Which words a target has: neighbours in time are not neighbours in the lists of words. */
uint32_t ic_demo_plan_words(const struct ic_demo_plan *plan, uint32_t target);

#endif
