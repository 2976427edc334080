#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

enum { DISK_CALLS_MAX = 60, ROOM_MAX = 60000, PAGE_ROWS_MAX = 500 };

/* So many that hardly two goals of a run have the same value, by which they are found. */
#define PROPOSAL_VALUE_MAX INT64_C(9007199254740991)

/* How often each action is drawn, of all their sum. */
static const struct {
    enum action action;
    uint32_t weight;
} weights[] = {
    {ACTION_WISH, 520},      {ACTION_ALONE, 45},    {ACTION_PROCESS, 40},  {ACTION_DESK_DIES, 70},
    {ACTION_DESK_FULL, 12},  {ACTION_CLOCK, 35},    {ACTION_NETWORK, 140}, {ACTION_CENTER_DIES, 35},
    {ACTION_CENTER_FULL, 6}, {ACTION_BACK_UP, 8},   {ACTION_RESTORE, 5},   {ACTION_RENAME, 20},
    {ACTION_MERGE, 15},      {ACTION_TRANSFER, 12}, {ACTION_REVIVE, 12},   {ACTION_PASS, 25},
    {ACTION_SUGGEST, 15},    {ACTION_DECIDE, 15},
};

static enum action draw_action(struct draw *draw)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        sum += weights[i].weight;
    }
    uint32_t at = draw_below(draw, sum);
    size_t i = 0;
    for (; at >= weights[i].weight; i++) {
        at -= weights[i].weight;
    }
    return weights[i].action;
}

/* Few targets are everybody's, so that people meet. */
static int draw_target(struct draw *draw, int targets_count)
{
    int among = draw_chance(draw, 50) ? (targets_count < 4 ? targets_count : 4) : targets_count;
    return (int)draw_below(draw, (uint32_t)among);
}

static void draw_wish(struct draw *draw, int targets_count, struct wish *wish)
{
    static const char *const stages[] = {"Cold No Reply", "Replied", "Warm", "Booked", "Paid"};
    uint32_t kind = draw_below(draw, 100);
    wish->kind = kind < 55 ? WISH_OUTREACH : kind < 82 ? WISH_SET_FIELD : kind < 93 ? WISH_EXCLUDE : WISH_LIFT;
    wish->target = draw_target(draw, targets_count);
    wish->actor = (int)draw_below(draw, PLAN_ACTORS_COUNT);
    if (wish->kind != WISH_OUTREACH && draw_chance(draw, 30)) {
        wish->actor = -1;
    }
    uint32_t number = draw_below(draw, 1000);
    (void)snprintf(wish->value, sizeof wish->value, "%s %u", wish->kind == WISH_OUTREACH ? "hello" : "because", number);
    if (wish->kind == WISH_SET_FIELD) {
        wish->field = (enum wish_field)draw_below(draw, WISH_FIELDS_COUNT);
        if (wish->field == WISH_STATUS) {
            (void)snprintf(wish->value, sizeof wish->value, "%s", stages[number % 5]);
        } else if (draw_chance(draw, 20)) {
            wish->value[0] = '\0';
        } else if (wish->field == WISH_EMAIL) {
            (void)snprintf(wish->value, sizeof wish->value, "mail%u@example.com", number);
        } else if (wish->field == WISH_PHONE) {
            (void)snprintf(wish->value, sizeof wish->value, "+49 30 %u", 1000 + number);
        } else {
            (void)snprintf(wish->value, sizeof wish->value, "text %u", number);
        }
    } else if (draw_chance(draw, 15)) {
        wish->value[0] = '\0';
    }
}

static int64_t draw_clock(struct draw *draw)
{
    switch (draw_below(draw, 3)) {
    case 0:
        return 0;
    case 1:
        return draw_between(draw, -DAY, DAY);
    default:
        return (draw_chance(draw, 50) ? 1 : -1) * draw_magnitude(draw, DAY);
    }
}

static void draw_step(struct draw *draw, const struct plan *plan, int targets_count, struct step *step)
{
    *step = (struct step){.action = draw_action(draw), .seed = draw_next(draw)};
    step->wait_ms = draw_chance(draw, 85) ? draw_magnitude(draw, 10 * SECOND) : draw_magnitude(draw, 10 * MINUTE);
    step->desk = (int)draw_below(draw, (uint32_t)plan->desks_count);
    step->is_power = draw_chance(draw, 50);
    switch (step->action) {
    case ACTION_WISH:
        draw_wish(draw, targets_count, &step->wish);
        break;
    case ACTION_ALONE:
        step->amount = draw_magnitude(draw, 35 * DAY);
        break;
    case ACTION_PROCESS:
        step->which = (int)draw_below(draw, 2);
        break;
    case ACTION_DESK_DIES:
        step->which = (int)draw_below(draw, 2);
        step->amount = draw_below(draw, DISK_CALLS_MAX);
        break;
    case ACTION_DESK_FULL:
    case ACTION_CENTER_FULL:
        step->amount = draw_below(draw, ROOM_MAX);
        break;
    case ACTION_CLOCK:
        step->amount = draw_clock(draw);
        break;
    case ACTION_NETWORK:
        step->which = 1 + (int)draw_below(draw, MISHAPS_COUNT - 1);
        step->amount = draw_magnitude(draw, 10 * MINUTE);
        break;
    case ACTION_CENTER_DIES:
        step->which = (int)draw_below(draw, (uint32_t)plan->processes_count);
        step->amount = draw_below(draw, 4 * DISK_CALLS_MAX);
        break;
    case ACTION_RENAME:
    case ACTION_MERGE:
        step->wish.target = draw_target(draw, targets_count);
        step->other = (int)draw_below(draw, (uint32_t)targets_count);
        break;
    case ACTION_TRANSFER:
        step->wish.actor = (int)draw_below(draw, PLAN_ACTORS_COUNT);
        step->which = (int)draw_below(draw, PLAN_OPERATORS_COUNT);
        step->other = (int)draw_below(draw, PLAN_OPERATORS_COUNT);
        break;
    case ACTION_REVIVE:
        step->other = (int)draw_below(draw, 1000);
        break;
    case ACTION_SUGGEST:
        step->which = (int)draw_below(draw, PLAN_OPERATORS_COUNT);
        step->other = (int)draw_below(draw, 2);
        step->amount = draw_between(draw, 1, PROPOSAL_VALUE_MAX);
        break;
    case ACTION_DECIDE:
        step->which = (int)draw_below(draw, 4);
        step->other = (int)draw_below(draw, 1000);
        break;
    case ACTION_PASS:
        step->amount = draw_magnitude(draw, 20 * DAY);
        break;
    case ACTION_BACK_UP:
    case ACTION_RESTORE:
    case ACTIONS_COUNT:
        break;
    }
}

/* Has two people do something about the same at the same moment. */
static void meet(const struct step *before, struct step *step)
{
    bool are_edits = before->action == ACTION_WISH && step->action == ACTION_WISH &&
                     before->wish.kind != WISH_OUTREACH && step->wish.kind != WISH_OUTREACH;
    if (!are_edits) {
        return;
    }
    step->wait_ms = 0;
    step->wish.target = before->wish.target;
    if (before->wish.kind == WISH_SET_FIELD && step->wish.kind == WISH_SET_FIELD && step->wish.field > WISH_STATUS &&
        before->wish.field > WISH_STATUS) {
        step->wish.field = before->wish.field;
    }
}

static struct step *new_steps(size_t count)
{
    struct step *steps = calloc(count + 1, sizeof *steps);
    if (!steps) {
        abort();
    }
    return steps;
}

void plan_draw(struct plan *plan, uint64_t seed)
{
    struct draw draw = draw_of(seed, 1);
    *plan = (struct plan){.seed = seed};
    plan->desks_count = 1 + (int)draw_magnitude(&draw, PLAN_DESKS_COUNT_MAX - 1);
    plan->processes_count = 1 + (int)draw_below(&draw, 2);
    plan->page_rows = draw_chance(&draw, 70) ? (int)draw_between(&draw, 2, 20) : PAGE_ROWS_MAX;
    plan->older_ms = draw_chance(&draw, 50) ? draw_magnitude(&draw, 2 * HOUR) : 0;
    plan->count = (size_t)draw_between(&draw, PLAN_STEPS_COUNT_LEAST, PLAN_STEPS_COUNT_MAX);
    plan->steps = new_steps(plan->count);
    int targets_count = (int)draw_between(&draw, 2, PLAN_TARGETS_COUNT_MAX);
    for (size_t i = 0; i < plan->count; i++) {
        draw_step(&draw, plan, targets_count, &plan->steps[i]);
        if (i > 0 && draw_chance(&draw, 60)) {
            meet(&plan->steps[i - 1], &plan->steps[i]);
        }
    }
}

void plan_copy(struct plan *plan, const struct plan *from)
{
    *plan = *from;
    plan->steps = new_steps(from->count);
    memcpy(plan->steps, from->steps, from->count * sizeof *from->steps);
}

void plan_release(struct plan *plan)
{
    free(plan->steps);
    *plan = (struct plan){0};
}

static void describe_wish(const struct step *step, char *text, size_t size)
{
    static const char *const fields[] = {"tar_status", "notes", "email", "phone_num", "cont_source"};
    const struct wish *wish = &step->wish;
    switch (wish->kind) {
    case WISH_OUTREACH:
        (void)snprintf(text, size, "actor_%d writes to target_%d: \"%s\"", wish->actor, wish->target, wish->value);
        break;
    case WISH_SET_FIELD:
        (void)snprintf(text, size, "target_%d gets %s \"%s\"", wish->target, fields[wish->field], wish->value);
        break;
    case WISH_EXCLUDE:
        (void)snprintf(text, size, "target_%d is excluded", wish->target);
        break;
    case WISH_LIFT:
        (void)snprintf(text, size, "target_%d is not excluded any more", wish->target);
        break;
    }
}

void plan_describe(const struct step *step, char *ret_text, size_t size)
{
    static const char *const mishaps[] = {
        "nothing",           "loses the request", "loses the answer",  "doubles the request", "delays the request",
        "delays the answer", "cuts the answer",   "breaks the answer", "answers by itself",
    };
    static const char *const statuses[] = {"adopted", "suggested again", "rejected", "archived"};
    const char *death = step->is_power ? "loses its power" : "is killed";
    long long amount = (long long)step->amount;
    switch (step->action) {
    case ACTION_WISH:
        describe_wish(step, ret_text, size);
        break;
    case ACTION_ALONE:
        (void)snprintf(ret_text, size, "has no network for %lld s", amount / 1000);
        break;
    case ACTION_PROCESS:
        (void)snprintf(ret_text, size, "process %d is to start", step->which);
        break;
    case ACTION_DESK_DIES:
    case ACTION_CENTER_DIES:
        (void)snprintf(ret_text, size, "process %d %s after %lld calls to the disk", step->which, death, amount);
        break;
    case ACTION_DESK_FULL:
    case ACTION_CENTER_FULL:
        (void)snprintf(ret_text, size, "has room for %lld bytes more", amount);
        break;
    case ACTION_CLOCK:
        (void)snprintf(ret_text, size, "has its clock set %lld ms ahead", amount);
        break;
    case ACTION_NETWORK:
        (void)snprintf(ret_text, size, "the network %s (%lld ms)", mishaps[step->which], amount);
        break;
    case ACTION_BACK_UP:
        (void)snprintf(ret_text, size, "is backed up");
        break;
    case ACTION_RESTORE:
        (void)snprintf(ret_text, size, "is restored from the backup");
        break;
    case ACTION_RENAME:
        (void)snprintf(ret_text, size, "target_%d is renamed to person_%d", step->wish.target, step->other);
        break;
    case ACTION_MERGE:
        (void)snprintf(ret_text, size, "target_%d is merged into target_%d", step->wish.target, step->other);
        break;
    case ACTION_TRANSFER:
        (void)snprintf(ret_text, size, "actor_%d of operator %d is to be operator %d's", step->wish.actor, step->which,
                       step->other);
        break;
    case ACTION_REVIVE:
        (void)snprintf(ret_text, size, "a value that a field had is to be restored");
        break;
    case ACTION_SUGGEST:
        (void)snprintf(ret_text, size, "operator %d suggests a %s of %lld", step->which, step->other ? "rule" : "goal",
                       amount);
        break;
    case ACTION_DECIDE:
        (void)snprintf(ret_text, size, "a goal or a rule is to be %s", statuses[step->which]);
        break;
    case ACTION_PASS:
        (void)snprintf(ret_text, size, "%lld s pass", amount / 1000);
        break;
    case ACTIONS_COUNT:
        break;
    }
}
