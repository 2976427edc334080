#include "service/demo_plan.h"

#include "base/rand.h"
#include "service/demo_agreed.h"

#include <stdlib.h>
#include <string.h>

enum { SLOT_MS = 3600000, DAY_MS = 86400000, STAGE_COUNT = IC_TARGET_STATUS_TABLETURNERR_CLIENT + 1 };

/* Of 10,000 targets that were written to, so many have reached each stage, once there was time for it. */
static const uint32_t reached_shares[IC_TARGET_STATUS_COUNT] = {
    [IC_TARGET_STATUS_REPLIED] = 2675,
    [IC_TARGET_STATUS_WARM] = 1027,
    [IC_TARGET_STATUS_BOOKED] = 382,
    [IC_TARGET_STATUS_PAID] = 162,
    [IC_TARGET_STATUS_TABLETURNERR_CLIENT] = 52,
    [IC_TARGET_STATUS_EXCLUDED] = 292,
};

/* How busy a weekday (from Sunday) and an hour (UTC) are. */
static const uint32_t day_weights[7] = {25, 100, 110, 112, 108, 95, 35};
static const uint32_t hour_weights[24] = {2,  1,  1,  1,  1,  2,  6,  14, 30, 62, 80, 78,
                                          60, 66, 84, 88, 86, 82, 70, 58, 48, 36, 18, 6};

/* The targets of one stage. */
struct pool {
    uint32_t *items;
    uint32_t count;
    uint32_t capacity;
};

struct ic_demo_plan {
    struct ic_demo_options options;
    struct ic_rand_seed seed;
    struct ic_rand rand;
    struct ic_demo_actor *actors;
    uint64_t *actor_weights; /* Each with those before it. */
    struct ic_demo_target *targets;
    struct pool pools[STAGE_COUNT];
    uint32_t reached[IC_TARGET_STATUS_COUNT];
    uint64_t words_stride;

    uint64_t weight_total; /* Of all slots. */
    uint64_t weight_done;  /* Of the slots up to the present one. */
    uint32_t slot_index;   /* Of the next slot. */
    uint32_t slot_count;   /* Events of the present slot ... */
    uint32_t slot_left;    /* ... and those to come. */
    uint32_t events_left;
    uint32_t outreach_left;
    uint32_t contacted; /* Targets are first written to in their order. */
    uint32_t ended_reported;
    uint32_t decisions_taken;
    int64_t decided_at[IC_DEMO_OPERATORS_MAX];
};

static uint32_t below(struct ic_demo_plan *plan, uint32_t bound)
{
    return ic_rand_below(&plan->rand, bound);
}

/* ---- Time. ---- */

static int64_t slot_begin(const struct ic_demo_plan *plan, uint32_t slot)
{
    return plan->options.until - ((int64_t)plan->options.days * 24 - slot) * SLOT_MS;
}

static uint64_t slot_weight(const struct ic_demo_plan *plan, uint32_t slot)
{
    int64_t begin = slot_begin(plan, slot);
    uint32_t day = (uint32_t)((begin / DAY_MS + 4) % 7); /* 1970 began on a Thursday. */
    uint32_t hour = (uint32_t)(begin / SLOT_MS % 24);
    uint32_t growth = 60 + 80 * (slot / 24) / plan->options.days; /* The team grows. */
    return (uint64_t)day_weights[day] * hour_weights[hour] * growth;
}

/* Spreads the events over the slots by weight, so that rounding never adds up, and within a slot evenly with jitter. */
static int64_t next_time(struct ic_demo_plan *plan)
{
    while (plan->slot_left == 0) {
        plan->weight_done += slot_weight(plan, plan->slot_index++);
        uint64_t due = (uint64_t)plan->options.events * plan->weight_done / plan->weight_total;
        plan->slot_count = (uint32_t)(due - (plan->options.events - plan->events_left));
        plan->slot_left = plan->slot_count;
    }
    uint64_t place = plan->slot_count - plan->slot_left--;
    uint64_t offset = (place * SLOT_MS + below(plan, SLOT_MS)) / plan->slot_count;
    return slot_begin(plan, plan->slot_index - 1) + (int64_t)offset;
}

/* ---- Actors. ---- */

static void make_actors(struct ic_demo_plan *plan)
{
    const struct ic_demo_options *options = &plan->options;
    int64_t begin = slot_begin(plan, 0);
    int64_t duration = options->until - begin;
    uint64_t weight = 0;
    for (uint32_t i = 0; i < options->actors; i++) {
        struct ic_demo_actor *actor = &plan->actors[i];
        *actor = (struct ic_demo_actor){
            .operator_ = i < options->operators ? i : below(plan, below(plan, options->operators) + 1),
            .handle = i,
            .act_status = IC_ACTOR_STATUS_ACTIVE,
            .created_at = begin,
            .ends_at = INT64_MAX,
        };
        if (i % 13 == 12 && plan->actors[i - 12].operator_ != actor->operator_) {
            actor->handle = plan->actors[i - 12].handle; /* A handle that two operators share. */
        }
        if (i > 0 && i % 5 == 0) {
            actor->created_at += duration / 100 * below(plan, 30);
        }
        if (i % 15 == 14) {
            actor->act_status = (enum ic_actor_status)(IC_ACTOR_STATUS_SUSPENDED_BY_TEAM + below(plan, 3));
            actor->ends_at = begin + duration / 100 * (40 + below(plan, 55));
        }
        actor->last_activity = actor->created_at;
        weight += 1000000 / (i + 4); /* Zipf: the first are the busiest. */
        plan->actor_weights[i] = weight;
    }
}

static bool is_working(const struct ic_demo_actor *actor, int64_t at)
{
    return actor->created_at <= at && at < actor->ends_at;
}

static uint32_t any_actor(struct ic_demo_plan *plan, int64_t at)
{
    uint64_t total = plan->actor_weights[plan->options.actors - 1];
    for (int i = 0; i < 8; i++) {
        uint64_t at_weight = below(plan, (uint32_t)total);
        uint32_t low = 0;
        uint32_t high = plan->options.actors - 1;
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            if (plan->actor_weights[middle] > at_weight) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        if (is_working(&plan->actors[low], at)) {
            return low;
        }
    }
    return 0; /* Works from the first day to the last. */
}

/* The next actor whose end nobody has noted yet; actors when there is none. */
static uint32_t ended_actor(const struct ic_demo_plan *plan, int64_t at)
{
    for (uint32_t i = plan->ended_reported; i < plan->options.actors; i++) {
        if (plan->actors[i].ends_at < INT64_MAX) {
            return plan->actors[i].ends_at <= at ? i : plan->options.actors;
        }
    }
    return plan->options.actors;
}

/* ---- Stages. ---- */

static bool pool_put(struct pool *pool, uint32_t target)
{
    if (pool->count == pool->capacity) {
        uint32_t capacity = pool->capacity ? pool->capacity * 2 : 256;
        uint32_t *items = realloc(pool->items, capacity * sizeof *items);
        if (!items) {
            return false;
        }
        pool->items = items;
        pool->capacity = capacity;
    }
    pool->items[pool->count++] = target;
    return true;
}

/* A place from the end of `count`, near it more often than far. */
static uint32_t recent(struct ic_demo_plan *plan, uint32_t count)
{
    return count - 1 - below(plan, below(plan, count) + 1);
}

static uint32_t pool_take(struct ic_demo_plan *plan, struct pool *pool)
{
    uint32_t place = recent(plan, pool->count);
    uint32_t target = pool->items[place];
    pool->items[place] = pool->items[--pool->count];
    return target;
}

/* How many more should have reached a stage by now. */
static uint32_t missing(const struct ic_demo_plan *plan, enum ic_target_status status)
{
    uint64_t due = (uint64_t)plan->contacted * reached_shares[status] / 10000;
    return due > plan->reached[status] ? (uint32_t)(due - plan->reached[status]) : 0;
}

/* Where those come from who reach a stage: most who do not want to be written to never answered. */
static enum ic_target_status source_of(struct ic_demo_plan *plan, enum ic_target_status after)
{
    if (after == IC_TARGET_STATUS_EXCLUDED) {
        bool has_replied = below(plan, 10) < 3 && plan->pools[IC_TARGET_STATUS_REPLIED].count > 0;
        return has_replied ? IC_TARGET_STATUS_REPLIED : IC_TARGET_STATUS_COLD_NO_REPLY;
    }
    return (enum ic_target_status)(after - 1);
}

/* Chooses a stage that too few have reached; false when none is behind. */
static bool choose_move(struct ic_demo_plan *plan, struct ic_demo_event *event)
{
    uint32_t total = 0;
    for (int status = IC_TARGET_STATUS_REPLIED; status < IC_TARGET_STATUS_COUNT; status++) {
        total += missing(plan, (enum ic_target_status)status);
    }
    if (total == 0) {
        return false;
    }
    uint32_t drawn = below(plan, total);
    int after = IC_TARGET_STATUS_REPLIED;
    while (drawn >= missing(plan, (enum ic_target_status)after)) {
        drawn -= missing(plan, (enum ic_target_status)after++);
    }
    event->after = (enum ic_target_status)after;
    event->before = source_of(plan, event->after);
    if (plan->pools[event->before].count == 0) {
        return false;
    }
    event->deed = event->after == IC_TARGET_STATUS_EXCLUDED ? IC_DEMO_EXCLUDE : IC_DEMO_MOVE;
    return true;
}

static bool apply_move(struct ic_demo_plan *plan, struct ic_demo_event *event)
{
    event->target = pool_take(plan, &plan->pools[event->before]);
    plan->reached[event->after]++;
    plan->targets[event->target].tar_status = (uint8_t)event->after;
    plan->targets[event->target].stage = (uint8_t)event->before;
    return event->after == IC_TARGET_STATUS_EXCLUDED || pool_put(&plan->pools[event->after], event->target);
}

/* ---- Deeds. ---- */

/* Something is learned about a target. */
static void learn(struct ic_demo_plan *plan, struct ic_demo_event *event)
{
    event->target = recent(plan, plan->contacted);
    struct ic_demo_target *target = &plan->targets[event->target];
    uint32_t drawn = below(plan, 10);
    event->deed = IC_DEMO_NOTE;
    if (drawn < 5 && target->email_state == IC_CONTACT_STATE_NOT_SEARCHED) {
        event->deed = drawn < 3 ? IC_DEMO_FIND_EMAIL : IC_DEMO_MISS_EMAIL;
        target->email_state = drawn < 3 ? IC_CONTACT_STATE_FOUND : IC_CONTACT_STATE_NOT_FOUND;
    } else if (drawn < 7 && target->phone_num_state == IC_CONTACT_STATE_NOT_SEARCHED) {
        event->deed = IC_DEMO_FIND_PHONE;
        target->phone_num_state = IC_CONTACT_STATE_FOUND;
    } else {
        target->has_note = true;
    }
}

/* Takes the next decision about a goal or a rule, if it is due. */
static bool decide(struct ic_demo_plan *plan, struct ic_demo_event *event)
{
    uint32_t decision = plan->decisions_taken;
    if (decision == IC_DEMO_DECISIONS_COUNT || ic_demo_decision_due(&plan->options, decision) > event->created_at) {
        return false;
    }
    plan->decisions_taken++;
    event->deed = IC_DEMO_DECIDE;
    event->decision = decision;
    /* The first actors are the operators' in turn. */
    event->actor = ic_demo_decision_operator(&plan->options, decision);
    plan->decided_at[event->actor] = event->created_at;
    return true;
}

/* A change of a target, the end of an actor, or a decision. */
static bool change(struct ic_demo_plan *plan, struct ic_demo_event *event)
{
    if (decide(plan, event)) {
        return true;
    }
    uint32_t ended = ended_actor(plan, event->created_at);
    if (ended < plan->options.actors) {
        plan->ended_reported = ended + 1;
        event->deed = IC_DEMO_END_ACTOR;
        event->actor = ended;
        return true;
    }
    bool ok = true;
    if (choose_move(plan, event)) {
        ok = apply_move(plan, event);
    } else {
        learn(plan, event);
    }
    struct ic_demo_target *target = &plan->targets[event->target];
    event->actor = target->actor;
    target->last_updated = event->created_at;
    return ok;
}

/* Somebody who was written to before and may be again. */
static uint32_t follow_up_target(struct ic_demo_plan *plan)
{
    uint32_t target = 0;
    for (int i = 0; i < 16; i++) {
        target = recent(plan, plan->contacted);
        if (plan->targets[target].tar_status != IC_TARGET_STATUS_EXCLUDED) {
            return target;
        }
    }
    /* Fewer than 3 in 100 are excluded: there is one that is not. */
    while (plan->targets[target].tar_status == IC_TARGET_STATUS_EXCLUDED) {
        target = (target + 1) % plan->contacted;
    }
    return target;
}

static bool write_to(struct ic_demo_plan *plan, struct ic_demo_event *event)
{
    uint32_t left = plan->options.targets - plan->contacted;
    bool is_first = plan->contacted == 0 || below(plan, plan->outreach_left) < left;
    plan->outreach_left--;
    event->deed = is_first ? IC_DEMO_FIRST_MESSAGE : IC_DEMO_FOLLOW_UP;
    event->target = is_first ? plan->contacted++ : follow_up_target(plan);
    struct ic_demo_target *target = &plan->targets[event->target];
    bool is_same_actor =
        !is_first && below(plan, 10) < 8 && is_working(&plan->actors[target->actor], event->created_at);
    event->actor = is_same_actor ? target->actor : any_actor(plan, event->created_at);
    target->actor = (uint16_t)event->actor;
    if (!is_first) {
        return true;
    }
    target->first_contacted = event->created_at;
    target->first_actor = (uint16_t)event->actor;
    target->last_updated = event->created_at;
    return pool_put(&plan->pools[IC_TARGET_STATUS_COLD_NO_REPLY], event->target);
}

enum ic_demo_step ic_demo_plan_next(struct ic_demo_plan *plan, struct ic_demo_event *ret_event)
{
    if (plan->events_left == 0) {
        return IC_DEMO_STEP_END;
    }
    struct ic_demo_event event = {.created_at = next_time(plan)};
    bool is_outreach = plan->contacted == 0 || below(plan, plan->events_left) < plan->outreach_left;
    plan->events_left--;
    if (!(is_outreach ? write_to(plan, &event) : change(plan, &event))) {
        return IC_DEMO_STEP_NOMEM;
    }
    if (event.deed != IC_DEMO_DECIDE) {
        plan->actors[event.actor].last_activity = event.created_at;
    }
    *ret_event = event;
    return IC_DEMO_STEP_EVENT;
}

/* ---- The plan. ---- */

static uint64_t common_divisor(uint64_t left, uint64_t right)
{
    while (right > 0) {
        uint64_t rest = left % right;
        left = right;
        right = rest;
    }
    return left;
}

void ic_demo_plan_rewind(struct ic_demo_plan *plan)
{
    const struct ic_demo_options *options = &plan->options;
    plan->rand = ic_rand_seeded(&plan->seed, options->seed);
    memset(plan->targets, 0, options->targets * sizeof *plan->targets);
    memset(plan->reached, 0, sizeof plan->reached);
    for (size_t i = 0; i < STAGE_COUNT; i++) {
        plan->pools[i].count = 0;
    }
    plan->weight_done = 0;
    plan->slot_index = 0;
    plan->slot_count = 0;
    plan->slot_left = 0;
    plan->events_left = options->events;
    /* 1,000,000 of 1,150,000. */
    plan->outreach_left = (uint32_t)(((uint64_t)options->events * 20 + 22) / 23);
    plan->contacted = 0;
    plan->ended_reported = 0;
    plan->decisions_taken = 0;
    memset(plan->decided_at, 0, sizeof plan->decided_at);
    make_actors(plan);
}

struct ic_demo_plan *ic_demo_plan_create(const struct ic_demo_options *options)
{
    struct ic_demo_plan *plan = calloc(1, sizeof *plan);
    if (!plan) {
        return NULL;
    }
    plan->options = *options;
    plan->actors = calloc(options->actors, sizeof *plan->actors);
    plan->actor_weights = calloc(options->actors, sizeof *plan->actor_weights);
    plan->targets = calloc(options->targets, sizeof *plan->targets);
    if (!plan->actors || !plan->actor_weights || !plan->targets) {
        ic_demo_plan_destroy(plan);
        return NULL;
    }
    for (uint32_t i = 0; i < options->days * 24; i++) {
        plan->weight_total += slot_weight(plan, i);
    }
    plan->words_stride = (uint64_t)options->targets * 618 / 1000 + 1;
    while (common_divisor(plan->words_stride, options->targets) != 1) {
        plan->words_stride++;
    }
    ic_demo_plan_rewind(plan);
    return plan;
}

void ic_demo_plan_destroy(struct ic_demo_plan *plan)
{
    if (!plan) {
        return;
    }
    for (size_t i = 0; i < STAGE_COUNT; i++) {
        free(plan->pools[i].items);
    }
    free(plan->actors);
    free(plan->actor_weights);
    free(plan->targets);
    free(plan);
}

int64_t ic_demo_plan_decided_at(const struct ic_demo_plan *plan, uint32_t operator_)
{
    return plan->decided_at[operator_];
}

int64_t ic_demo_plan_begin(const struct ic_demo_plan *plan)
{
    return slot_begin(plan, 0);
}

const struct ic_demo_actor *ic_demo_plan_actor(const struct ic_demo_plan *plan, uint32_t index)
{
    return &plan->actors[index];
}

const struct ic_demo_target *ic_demo_plan_target(const struct ic_demo_plan *plan, uint32_t index)
{
    return &plan->targets[index];
}

uint32_t ic_demo_plan_words(const struct ic_demo_plan *plan, uint32_t target)
{
    return (uint32_t)(target * plan->words_stride % plan->options.targets);
}
