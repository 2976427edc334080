#include "store/rollup_reaches.h"

#include "store/query.h"

#include <stdlib.h>
#include <string.h>

static const char operation[] = "store.rollup.reaches";

enum {
    /* The first contact, then the statuses. */
    FIRST_CONTACT,
    STATUSES,
    MILESTONE_COUNT = STATUSES + IC_TARGET_STATUS_COUNT,
    /* Places in the list of the statement. */
    TARGETS_COUNT = 16,
};

/* A row. */
struct reach {
    bool is_there;
    int64_t log_position;
    int64_t reached_at;
    struct ic_id opr_id;
    struct ic_id act_id;
    struct ic_id elg_id;
    int64_t contact_position; /* 0: none, as the next two. */
    struct ic_id contact_opr_id;
    struct ic_id contact_act_id;
    int64_t opener_print; /* Of a first contact, as the next; 0: none. */
    int64_t replied_at;
};

/* What a target has reached: as it is kept, and as it is to be. */
struct target {
    struct ic_id tar_id;
    struct reach before[MILESTONE_COUNT];
    struct reach after[MILESTONE_COUNT];
};

bool ic_rollup_reaches_add(struct ic_rollup_reaches *reaches, const struct ic_rollup_event *event)
{
    if (reaches->count == reaches->count_max) {
        size_t count_max = reaches->count_max ? 2 * reaches->count_max : 8;
        struct ic_rollup_event *events = realloc(reaches->events, count_max * sizeof *events);
        if (!events) {
            return false;
        }
        reaches->events = events;
        reaches->count_max = count_max;
    }
    reaches->events[reaches->count++] = *event;
    return true;
}

void ic_rollup_reaches_release(struct ic_rollup_reaches *reaches)
{
    free(reaches->events);
    *reaches = (struct ic_rollup_reaches){0};
}

/* ---- Milestones. ---- */

static const char *milestone_name(int milestone)
{
    return milestone == FIRST_CONTACT ? ic_rollup_first_contact
                                      : ic_target_status_name((enum ic_target_status)(milestone - STATUSES));
}

/* MILESTONE_COUNT: there is no such. */
static int milestone_of(struct ic_str name)
{
    int milestone = 0;
    while (milestone < MILESTONE_COUNT && !ic_str_is(name, milestone_name(milestone))) {
        milestone++;
    }
    return milestone;
}

/* ---- Reading. ---- */

static struct target *find_target(struct target *targets, size_t count, const struct ic_id *tar_id)
{
    size_t i = 0;
    while (i < count && !ic_id_equal(&targets[i].tar_id, tar_id)) {
        i++;
    }
    return i < count ? &targets[i] : NULL;
}

static struct reach read_reach(struct ic_query *query)
{
    return (struct reach){
        .is_there = true,
        .log_position = ic_query_int64(query, 2),
        .reached_at = ic_query_int64(query, 3),
        .opr_id = ic_query_id(query, 4),
        .act_id = ic_query_id(query, 5),
        .elg_id = ic_query_id(query, 6),
        .contact_position = ic_query_int64(query, 7),
        .contact_opr_id = ic_query_id(query, 8),
        .contact_act_id = ic_query_id(query, 9),
        .opener_print = ic_query_int64(query, 10),
        .replied_at = ic_query_int64(query, 11),
    };
}

static enum ic_rc read_targets(struct ic_store_tx *tx, struct target *targets, size_t count, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_REACHES_OF_TARGETS, operation, err);
    for (size_t i = 0; i < count; i++) {
        ic_query_put_id(&query, IC_P_REACHES_OF_TARGETS_TAR_ID_1 + (int)i, &targets[i].tar_id);
    }
    while (ic_query_next(&query)) {
        struct ic_id tar_id = ic_query_id(&query, 0);
        struct target *target = find_target(targets, count, &tar_id);
        int milestone = milestone_of(ic_query_peek_text(&query, 1));
        if (!target || milestone == MILESTONE_COUNT) {
            ic_query_corrupt(&query, "a first reach is of no target that was asked for, or of no milestone");
            break;
        }
        target->before[milestone] = read_reach(&query);
    }
    return ic_query_end(&query);
}

/* ---- What the events change. ---- */

static void apply_event(struct target *target, const struct ic_rollup_event *event)
{
    struct reach *reach = &target->after[milestone_of(ic_str_from(event->milestone))];
    if (!reach->is_there || event->log_position < reach->log_position) {
        *reach = (struct reach){
            .is_there = true,
            .log_position = event->log_position,
            .reached_at = event->created_at,
            .opr_id = event->opr_id,
            .act_id = event->act_id,
            .elg_id = event->elg_id,
            .opener_print = (int64_t)event->opener_print,
        };
    }
}

/* Tells every reach of the first contact, and that one of the reply. */
static void join_reaches(struct target *target)
{
    struct reach *contact = &target->after[FIRST_CONTACT];
    const struct reach *reply = &target->after[STATUSES + IC_TARGET_STATUS_REPLIED];
    for (int i = 0; i < MILESTONE_COUNT; i++) {
        if (target->after[i].is_there && contact->is_there) {
            target->after[i].contact_position = contact->log_position;
            target->after[i].contact_opr_id = contact->opr_id;
            target->after[i].contact_act_id = contact->act_id;
        }
    }
    if (contact->is_there) {
        contact->replied_at = reply->is_there ? reply->reached_at : 0;
    }
}

static bool is_answered(const struct reach *contact)
{
    return contact->is_there && contact->replied_at > 0 && contact->replied_at >= contact->reached_at &&
           contact->replied_at - contact->reached_at <= IC_ROLLUP_ANSWER_MS;
}

struct credit {
    ic_rollup_credit run;
    void *context;
};

static bool credit_reach(const struct credit *credit, const struct reach *reach, enum ic_figure figure, int64_t delta)
{
    return credit->run(credit->context, reach->reached_at, &reach->opr_id, &reach->act_id, figure, delta);
}

static bool credit_change(const struct credit *credit, const struct target *target)
{
    static const struct {
        int milestone;
        enum ic_figure figure;
    } counted[] = {
        {FIRST_CONTACT, IC_FIGURE_CONTACTED},
        {STATUSES + IC_TARGET_STATUS_REPLIED, IC_FIGURE_REPLIED},
        {STATUSES + IC_TARGET_STATUS_WARM, IC_FIGURE_WARM},
        {STATUSES + IC_TARGET_STATUS_BOOKED, IC_FIGURE_BOOKED},
        {STATUSES + IC_TARGET_STATUS_PAID, IC_FIGURE_PAID},
    };
    bool is_good = true;
    for (size_t i = 0; i < sizeof counted / sizeof counted[0] && is_good; i++) {
        const struct reach *before = &target->before[counted[i].milestone];
        const struct reach *after = &target->after[counted[i].milestone];
        is_good = (!before->is_there || credit_reach(credit, before, counted[i].figure, -1)) &&
                  (!after->is_there || credit_reach(credit, after, counted[i].figure, 1));
    }
    const struct reach *before = &target->before[FIRST_CONTACT];
    const struct reach *after = &target->after[FIRST_CONTACT];
    return is_good && (!is_answered(before) || credit_reach(credit, before, IC_FIGURE_ANSWERED, -1)) &&
           (!is_answered(after) || credit_reach(credit, after, IC_FIGURE_ANSWERED, 1));
}

/* ---- Writing. ---- */

static bool is_same(const struct reach *left, const struct reach *right)
{
    return left->is_there == right->is_there && left->log_position == right->log_position &&
           left->contact_position == right->contact_position && left->replied_at == right->replied_at;
}

static void put_time(struct ic_rows *rows, int position, int64_t value)
{
    if (value > 0) {
        ic_rows_put_int64(rows, position, value);
    }
}

static void put_reach(struct ic_rows *rows, const struct target *target, int milestone)
{
    const struct reach *reach = &target->after[milestone];
    ic_rows_add(rows);
    ic_rows_put_id(rows, IC_P_REACH_PUT_TAR_ID, &target->tar_id);
    ic_rows_put_text(rows, IC_P_REACH_PUT_MILESTONE, ic_str_from(milestone_name(milestone)));
    ic_rows_put_int64(rows, IC_P_REACH_PUT_LOG_POSITION, reach->log_position);
    ic_rows_put_int64(rows, IC_P_REACH_PUT_REACHED_AT, reach->reached_at);
    ic_rows_put_id(rows, IC_P_REACH_PUT_OPR_ID, &reach->opr_id);
    ic_rows_put_id(rows, IC_P_REACH_PUT_ACT_ID, &reach->act_id);
    ic_rows_put_id(rows, IC_P_REACH_PUT_ELG_ID, &reach->elg_id);
    ic_rows_put_id(rows, IC_P_REACH_PUT_CONTACT_OPR_ID, &reach->contact_opr_id);
    ic_rows_put_id(rows, IC_P_REACH_PUT_CONTACT_ACT_ID, &reach->contact_act_id);
    put_time(rows, IC_P_REACH_PUT_CONTACT_POSITION, reach->contact_position);
    put_time(rows, IC_P_REACH_PUT_OPENER_PRINT, reach->opener_print);
    put_time(rows, IC_P_REACH_PUT_REPLIED_AT, reach->replied_at);
}

static enum ic_rc write_targets(struct ic_store_tx *tx, const struct target *targets, size_t count, struct ic_err *err)
{
    struct ic_rows rows;
    enum ic_rc rc = ic_rows_init(&rows, tx, IC_STATEMENT_REACH_PUT, count * MILESTONE_COUNT, err);
    for (size_t i = 0; i < count && rc == IC_OK; i++) {
        for (int milestone = 0; milestone < MILESTONE_COUNT; milestone++) {
            if (!is_same(&targets[i].before[milestone], &targets[i].after[milestone])) {
                put_reach(&rows, &targets[i], milestone);
            }
        }
    }
    if (rc == IC_OK && rows.count > 0) {
        rc = ic_rows_run(&rows, tx, NULL, operation, err);
    }
    ic_rows_release(&rows);
    return rc;
}

/* ---- All together. ---- */

/* By target, so that those of one stand together. */
static int compare_events(const void *left_, const void *right_)
{
    const struct ic_rollup_event *left = left_;
    const struct ic_rollup_event *right = right_;
    return strcmp(left->tar_id.text, right->tar_id.text);
}

/* Takes the events of the next targets, beginning with `*at`. */
static size_t take_targets(const struct ic_rollup_reaches *reaches, size_t *at, struct target *targets)
{
    size_t count = 0;
    size_t i = *at;
    while (i < reaches->count) {
        const struct ic_id *tar_id = &reaches->events[i].tar_id;
        if (count == 0 || !ic_id_equal(&targets[count - 1].tar_id, tar_id)) {
            if (count == TARGETS_COUNT) {
                break;
            }
            targets[count++] = (struct target){.tar_id = *tar_id};
        }
        i++;
    }
    *at = i;
    return count;
}

static enum ic_rc flush_some(struct ic_store_tx *tx, const struct ic_rollup_event *events, size_t event_count,
                             struct target *targets, size_t count, const struct credit *credit, struct ic_err *err)
{
    enum ic_rc rc = read_targets(tx, targets, count, err);
    for (size_t i = 0; i < count; i++) {
        memcpy(targets[i].after, targets[i].before, sizeof targets[i].after);
    }
    for (size_t i = 0; i < event_count && rc == IC_OK; i++) {
        apply_event(find_target(targets, count, &events[i].tar_id), &events[i]);
    }
    for (size_t i = 0; i < count && rc == IC_OK; i++) {
        join_reaches(&targets[i]);
        if (!credit_change(credit, &targets[i])) {
            rc = ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the roll-ups.");
        }
    }
    return rc == IC_OK ? write_targets(tx, targets, count, err) : rc;
}

enum ic_rc ic_rollup_reaches_flush(struct ic_rollup_reaches *reaches, struct ic_store_tx *tx, ic_rollup_credit credit,
                                   void *context, struct ic_err *err)
{
    const struct credit credited = {credit, context};
    size_t at = 0;
    enum ic_rc rc = IC_OK;
    if (reaches->count == 0) {
        return IC_OK;
    }
    struct target *targets = calloc(TARGETS_COUNT, sizeof *targets);
    if (!targets) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the roll-ups.");
    }
    qsort(reaches->events, reaches->count, sizeof *reaches->events, compare_events);
    while (at < reaches->count && rc == IC_OK) {
        size_t first = at;
        size_t count = take_targets(reaches, &at, targets);
        rc = flush_some(tx, reaches->events + first, at - first, targets, count, &credited, err);
    }
    free(targets);
    return rc;
}
