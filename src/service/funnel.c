#include "service/funnel.h"

#include "store/reaches.h"
#include "store/rollup.h"

#include <stdlib.h>

static const char operation[] = "analytics.funnel";

/* How long something took, for each to whom it happened. */
struct waits {
    int64_t *items;
    size_t count;
    size_t count_max;
};

struct stage_waits {
    struct waits since_contact;
    struct waits since_before;
};

/* One who was first contacted, and when they reached each stage or a later one; INT64_MAX: never. */
struct contact {
    int64_t position;
    int64_t contacted_at;
    int64_t reached_at[IC_FUNNEL_STAGES];
};

struct reading {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_analytics_question *question;
    struct ic_arena *arena;
    struct contact *contacts; /* Of the week that is read. */
    size_t contacts_count;
    size_t contacts_max;
    size_t at; /* Where the last reach belonged. */
    int stage; /* Of the reaches that are read. */
    struct stage_waits of_week[IC_FUNNEL_STAGES];
    struct stage_waits of_range[IC_FUNNEL_STAGES];
    struct ic_funnel_answer answer;
};

/* ---- Waits. ---- */

static enum ic_rc no_memory(struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the funnel.");
}

static enum ic_rc too_many(struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_TOO_MUCH_HISTORY, operation,
                      "More were contacted in these days than a funnel counts: ask for fewer.");
}

static enum ic_rc add_wait(struct waits *waits, int64_t wait, struct ic_err *err)
{
    if (waits->count == IC_FUNNEL_WAITS_MAX) {
        return too_many(err);
    }
    if (waits->count == waits->count_max) {
        size_t count_max = waits->count_max > 0 ? 2 * waits->count_max : 256;
        int64_t *items = realloc(waits->items, count_max * sizeof *items);
        if (!items) {
            return no_memory(err);
        }
        waits->items = items;
        waits->count_max = count_max;
    }
    waits->items[waits->count++] = wait;
    return IC_OK;
}

static int compare_waits(const void *left_, const void *right_)
{
    const int64_t *left = left_;
    const int64_t *right = right_;
    return (*left > *right) - (*left < *right);
}

/* The one in the middle, or half of the two; -1: none. */
static int64_t find_median(struct waits *waits)
{
    if (waits->count == 0) {
        return -1;
    }
    qsort(waits->items, waits->count, sizeof *waits->items, compare_waits);
    size_t middle = waits->count / 2;
    return waits->count % 2 == 1 ? waits->items[middle] : (waits->items[middle - 1] + waits->items[middle]) / 2;
}

static void clear_waits(struct stage_waits *stages)
{
    for (int stage = 0; stage < IC_FUNNEL_STAGES; stage++) {
        stages[stage].since_contact.count = 0;
        stages[stage].since_before.count = 0;
    }
}

static void free_waits(struct stage_waits *stages)
{
    for (int stage = 0; stage < IC_FUNNEL_STAGES; stage++) {
        free(stages[stage].since_contact.items);
        free(stages[stage].since_before.items);
    }
}

/* ---- One week. ---- */

static enum ic_rc add_contact(void *context, const struct ic_reach *reach, struct ic_err *err)
{
    struct reading *reading = context;
    if (reading->contacts_count == IC_FUNNEL_CONTACTS_MAX) {
        return too_many(err);
    }
    if (reading->contacts_count == reading->contacts_max) {
        size_t contacts_max = reading->contacts_max > 0 ? 2 * reading->contacts_max : 256;
        struct contact *contacts = realloc(reading->contacts, contacts_max * sizeof *contacts);
        if (!contacts) {
            return no_memory(err);
        }
        reading->contacts = contacts;
        reading->contacts_max = contacts_max;
    }
    struct contact *contact = &reading->contacts[reading->contacts_count++];
    *contact = (struct contact){.position = reach->contact_position, .contacted_at = reach->contacted_at};
    for (int stage = 0; stage < IC_FUNNEL_STAGES; stage++) {
        contact->reached_at[stage] = INT64_MAX;
    }
    return IC_OK;
}

/* Both come in the order of the contacts. */
static enum ic_rc add_reach(void *context, const struct ic_reach *reach, struct ic_err *err)
{
    struct reading *reading = context;
    (void)err;
    while (reading->at < reading->contacts_count && reading->contacts[reading->at].position < reach->contact_position) {
        reading->at++;
    }
    if (reading->at == reading->contacts_count) {
        return IC_OK;
    }
    struct contact *contact = &reading->contacts[reading->at];
    if (contact->position != reach->contact_position || reach->reached_at < contact->contacted_at) {
        return IC_OK;
    }
    /* Who reached a stage has passed those before it. */
    for (int stage = 0; stage <= reading->stage; stage++) {
        if (reach->reached_at < contact->reached_at[stage]) {
            contact->reached_at[stage] = reach->reached_at;
        }
    }
    return IC_OK;
}

static enum ic_rc count_contact(struct reading *reading, const struct contact *contact, struct ic_funnel *week,
                                struct ic_funnel *total, struct ic_err *err)
{
    int64_t before = contact->contacted_at;
    enum ic_rc rc = IC_OK;
    week->contacted++;
    total->contacted++;
    for (int stage = 0; stage < IC_FUNNEL_STAGES && rc == IC_OK && contact->reached_at[stage] < INT64_MAX; stage++) {
        struct stage_waits *waits[2] = {&reading->of_week[stage], &reading->of_range[stage]};
        int64_t reached_at = contact->reached_at[stage];
        week->stages[stage].reached++;
        total->stages[stage].reached++;
        for (int i = 0; i < 2 && rc == IC_OK; i++) {
            rc = add_wait(&waits[i]->since_contact, reached_at - contact->contacted_at, err);
            if (rc == IC_OK) {
                rc = add_wait(&waits[i]->since_before, reached_at - before, err);
            }
        }
        before = reached_at;
    }
    return rc;
}

static void finish(struct ic_funnel *funnel, struct stage_waits *stages)
{
    for (int stage = 0; stage < IC_FUNNEL_STAGES; stage++) {
        funnel->stages[stage].since_contact_ms = find_median(&stages[stage].since_contact);
        funnel->stages[stage].since_before_ms = find_median(&stages[stage].since_before);
    }
    clear_waits(stages);
}

/* Reads a week and adds it to the total. */
static enum ic_rc read_week(struct ic_store_tx *tx, struct reading *reading, struct ic_funnel *week,
                            struct ic_funnel *total, struct ic_err *err)
{
    const struct ic_metric_scope *scope = &reading->question->scope;
    reading->contacts_count = 0;
    enum ic_rc rc = ic_store_reaches_walk(tx, scope, ic_rollup_first_contact, week->from_ms, week->until_ms,
                                          add_contact, reading, err);
    for (int stage = 0; stage < IC_FUNNEL_STAGES && rc == IC_OK; stage++) {
        reading->stage = stage;
        reading->at = 0;
        rc = ic_store_reaches_walk(tx, scope, ic_target_status_name((enum ic_target_status)(IC_FUNNEL_FIRST + stage)),
                                   week->from_ms, week->until_ms, add_reach, reading, err);
    }
    for (size_t i = 0; i < reading->contacts_count && rc == IC_OK; i++) {
        rc = count_contact(reading, &reading->contacts[i], week, total, err);
    }
    finish(week, reading->of_week);
    return rc;
}

/* ---- A range. ---- */

/* Reads the weeks of `total` into `weeks`, which has room for IC_FUNNEL_COHORTS_MAX. */
static enum ic_rc read_range(struct ic_store_tx *tx, struct reading *reading, struct ic_funnel *total,
                             struct ic_funnel *weeks, size_t *ret_count, struct ic_err *err)
{
    int64_t starts[IC_FUNNEL_COHORTS_MAX];
    size_t count = ic_zone_buckets(reading->answer.range.zone, IC_ZONE_WEEK, total->from_ms, total->until_ms, starts,
                                   IC_FUNNEL_COHORTS_MAX);
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < count && rc == IC_OK; i++) {
        weeks[i] =
            (struct ic_funnel){.from_ms = starts[i], .until_ms = i + 1 < count ? starts[i + 1] : total->until_ms};
        rc = read_week(tx, reading, &weeks[i], total, err);
    }
    finish(total, reading->of_range);
    *ret_count = count;
    return rc;
}

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    struct ic_funnel_answer *answer = &reading->answer;
    size_t previous_count;
    *answer = (struct ic_funnel_answer){.cohorts_count = 0};
    clear_waits(reading->of_week);
    clear_waits(reading->of_range);
    answer->cohorts = ic_arena_alloc_array(reading->arena, IC_FUNNEL_COHORTS_MAX, sizeof *answer->cohorts);
    struct ic_funnel *previous = ic_arena_alloc_array(reading->arena, IC_FUNNEL_COHORTS_MAX, sizeof *previous);
    if (!answer->cohorts || !previous) {
        return ic_arena_failed(operation, err);
    }
    enum ic_rc rc = ic_analytics_range_find(tx, reading->service, reading->asker, reading->question, reading->arena,
                                            &answer->range, err);
    if (rc != IC_OK) {
        return rc;
    }
    answer->total = (struct ic_funnel){.from_ms = answer->range.from_ms, .until_ms = answer->range.until_ms};
    answer->previous = (struct ic_funnel){.from_ms = answer->range.previous_from_ms, .until_ms = answer->range.from_ms};
    rc = read_range(tx, reading, &answer->total, answer->cohorts, &answer->cohorts_count, err);
    return rc == IC_OK ? read_range(tx, reading, &answer->previous, previous, &previous_count, err) : rc;
}

enum ic_rc ic_funnel_get(struct ic_service *service, const struct ic_asker *asker,
                         const struct ic_analytics_question *question, struct ic_arena *arena,
                         struct ic_funnel_answer *ret_answer, struct ic_err *err)
{
    struct reading reading = {.service = service, .asker = asker, .question = question, .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_HOME, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &reading, err);
    }
    free(reading.contacts);
    free_waits(reading.of_week);
    free_waits(reading.of_range);
    if (rc == IC_OK) {
        *ret_answer = reading.answer;
    }
    return rc;
}
