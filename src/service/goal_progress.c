#include "service/goal_progress.h"

#include "service/agreed.h"
#include "store/actors.h"
#include "store/events.h"
#include "store/metrics.h"
#include "store/rollup.h"
#include "store/team_settings.h"

static const char operation[] = "goals.progress";

struct reading {
    struct ic_service *service;
    const struct ic_asker *asker; /* NULL: the server itself, who has no part in anything. */
    struct ic_arena *arena;
    int64_t now;
    struct ic_str team_zone;
    bool only_mine;
    const struct ic_id *goal_id;
    struct ic_goal_progress_list list;
    struct ic_goal_details details;
};

static bool is_of_actor(const struct ic_goal_entry *entry)
{
    return entry->act_username.text[0] != '\0';
}

/* What all brought in a period, and of an actor's the asker. */
static enum ic_rc count(struct ic_store_tx *tx, const struct reading *reading, const struct ic_goal_entry *entry,
                        const struct ic_goal_period *period, int64_t *ret_value, int64_t *ret_mine, struct ic_err *err)
{
    struct ic_metric_scope scope = {.opr_id = entry->goal.assigned_to_opr, .act_username = entry->act_username};
    int64_t mine = 0;
    enum ic_rc rc =
        ic_store_metric_count(tx, entry->goal.metric, &scope, period->from_ms, period->until_ms, ret_value, err);
    if (rc == IC_OK && is_of_actor(entry) && reading->asker) {
        scope.opr_id = reading->asker->opr_id;
        rc = ic_store_metric_count(tx, entry->goal.metric, &scope, period->from_ms, period->until_ms, &mine, err);
    }
    *ret_mine = mine;
    return rc;
}

static bool find_period(struct reading *reading, const struct ic_goal_progress *progress, int back,
                        struct ic_goal_period *ret_period)
{
    const struct ic_goal *goal = &progress->entry.goal;
    return ic_goal_period(goal->frequency, ic_zones_find(&reading->service->zones, progress->time_zone),
                          goal->start_date, goal->end_date, reading->now, back, ret_period);
}

static enum ic_rc measure(struct ic_store_tx *tx, struct reading *reading, struct ic_goal_progress *progress,
                          struct ic_err *err)
{
    const struct ic_goal_entry *entry = &progress->entry;
    const struct ic_goal *goal = &entry->goal;
    progress->time_zone = entry->time_zone.size > 0 ? entry->time_zone : reading->team_zone;
    progress->has_mine = is_of_actor(entry);
    if (!find_period(reading, progress, 0, &progress->period) || progress->period.from_ms > reading->now ||
        progress->period.until_ms <= reading->now) {
        return IC_OK;
    }
    progress->is_running = true;
    enum ic_rc rc = count(tx, reading, entry, &progress->period, &progress->value, &progress->mine, err);
    if (rc == IC_OK) {
        progress->pace =
            ic_goal_pace(goal->frequency, &progress->period, reading->now, progress->value, goal->target_value);
    }
    return rc;
}

static enum ic_rc read_team_zone(struct ic_store_tx *tx, struct reading *reading, struct ic_err *err)
{
    struct ic_team_settings settings;
    enum ic_rc rc = ic_store_team_settings_get(tx, reading->arena, &settings, err);
    if (rc == IC_OK) {
        reading->team_zone = settings.time_zone;
    }
    return rc;
}

/* Whether a goal is the asker's: theirs, or of an account that they write from. */
static enum ic_rc find_whose(struct ic_store_tx *tx, const struct reading *reading, const struct ic_goal_entry *entry,
                             bool *ret_is_mine, struct ic_err *err)
{
    const struct ic_id *opr_id = &reading->asker->opr_id;
    *ret_is_mine = ic_id_equal(&entry->goal.assigned_to_opr, opr_id);
    if (*ret_is_mine || !is_of_actor(entry)) {
        return IC_OK;
    }
    struct ic_id act_id;
    int64_t last_activity;
    enum ic_rc rc = ic_store_actor_find(tx, &entry->act_username, opr_id, &act_id, &last_activity, err);
    *ret_is_mine = rc == IC_OK && !ic_id_is_empty(&act_id);
    return rc;
}

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    struct ic_goal_list goals;
    enum ic_rc rc = read_team_zone(tx, reading, err);
    if (rc == IC_OK) {
        rc = ic_store_goals_active(tx, reading->arena, &goals, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_goal_progress_list list = {
        .now = reading->now, .items = ic_arena_alloc_array(reading->arena, goals.count, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; i < goals.count && rc == IC_OK; i++) {
        bool is_wanted = true;
        if (reading->only_mine) {
            rc = find_whose(tx, reading, &goals.items[i], &is_wanted, err);
        }
        if (rc == IC_OK && is_wanted) {
            list.items[list.count].entry = goals.items[i];
            rc = measure(tx, reading, &list.items[list.count++], err);
        }
    }
    reading->list = list;
    return rc;
}

static enum ic_rc read_past(struct ic_store_tx *tx, struct reading *reading, struct ic_err *err)
{
    struct ic_goal_details *details = &reading->details;
    const struct ic_goal_entry *entry = &details->progress.entry;
    bool is_monthly = entry->goal.frequency == IC_GOAL_FREQUENCY_MONTHLY;
    int back_max = is_monthly ? IC_GOAL_MONTHS_BACK : IC_GOAL_DAYS_BACK;
    details->past_count = 0;
    details->past = ic_arena_alloc_array(reading->arena, (size_t)back_max, sizeof *details->past);
    if (!details->past) {
        return ic_arena_failed(operation, err);
    }
    for (int back = 1; back <= back_max; back++) {
        struct ic_goal_past *past = &details->past[details->past_count];
        if (!find_period(reading, &details->progress, back, &past->period)) {
            continue;
        }
        enum ic_rc rc = count(tx, reading, entry, &past->period, &past->value, &past->mine, err);
        if (rc != IC_OK) {
            return rc;
        }
        details->past_count++;
    }
    return IC_OK;
}

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    struct ic_goal_details *details = &reading->details;
    *details = (struct ic_goal_details){.now = reading->now};
    enum ic_rc rc = read_team_zone(tx, reading, err);
    if (rc == IC_OK) {
        rc = ic_store_goal_entry_get(tx, reading->goal_id, reading->arena, &details->progress.entry, err);
    }
    if (rc == IC_OK) {
        rc = measure(tx, reading, &details->progress, err);
    }
    return rc == IC_OK ? read_past(tx, reading, err) : rc;
}

enum ic_rc ic_goal_progress_list(struct ic_service *service, const struct ic_asker *asker, bool only_mine,
                                 struct ic_arena *arena, struct ic_goal_progress_list *ret_list, struct ic_err *err)
{
    struct reading reading = {.service = service,
                              .asker = asker,
                              .arena = arena,
                              .now = ic_clock_now_ms(&service->clock),
                              .only_mine = only_mine};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_PROPOSALS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_list, &reading, err);
    }
    if (rc == IC_OK) {
        *ret_list = reading.list;
    }
    return rc;
}

enum ic_rc ic_goal_details_get(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *goal_id,
                               struct ic_arena *arena, struct ic_goal_details *ret_details, struct ic_err *err)
{
    struct reading reading = {.service = service,
                              .asker = asker,
                              .arena = arena,
                              .now = ic_clock_now_ms(&service->clock),
                              .goal_id = goal_id};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_PROPOSALS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &reading, err);
    }
    if (rc == IC_OK) {
        *ret_details = reading.details;
    }
    return rc;
}

/* ---- What the log tells of goals. ---- */

enum { REACH_ARENA_BYTES_MAX = 4 * 1024 * 1024 };

/* A look, and what is written of it. */
struct reaching {
    struct reading reading;
    struct ic_id due[IC_STORE_ACTIVE_GOALS_MAX];
    size_t due_count;
    const struct ic_id *goal_id; /* The one that is written. */
    bool is_told;
};

static enum ic_rc is_due(struct ic_store_tx *tx, const struct ic_goal_progress *progress, bool *ret_is_due,
                         struct ic_err *err)
{
    const struct ic_goal *goal = &progress->entry.goal;
    bool is_told = false;
    *ret_is_due = false;
    if (!progress->is_running || progress->value < goal->target_value) {
        return IC_OK;
    }
    enum ic_rc rc = ic_store_goal_reach_is_told(tx, &goal->goal_id, progress->period.from_ms, progress->period.until_ms,
                                                &is_told, err);
    *ret_is_due = rc == IC_OK && !is_told;
    return rc;
}

/* Most of the time nothing is due, and then no writer's turn is taken. */
static enum ic_rc run_look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reaching *reaching = context;
    reaching->due_count = 0;
    enum ic_rc rc = run_list(tx, &reaching->reading, err);
    for (size_t i = 0; rc == IC_OK && i < reaching->reading.list.count; i++) {
        const struct ic_goal_progress *progress = &reaching->reading.list.items[i];
        bool is_wanted = false;
        rc = is_due(tx, progress, &is_wanted, err);
        if (rc == IC_OK && is_wanted) {
            reaching->due[reaching->due_count++] = progress->entry.goal.goal_id;
        }
    }
    return rc;
}

/* Asks again: another server may have been here. */
static enum ic_rc run_tell(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reaching *reaching = context;
    struct reading *reading = &reaching->reading;
    struct ic_goal_progress progress = {.value = 0};
    bool is_wanted = false;
    reaching->is_told = false;
    enum ic_rc rc = read_team_zone(tx, reading, err);
    if (rc == IC_OK) {
        rc = ic_store_goal_entry_get(tx, reaching->goal_id, reading->arena, &progress.entry, err);
    }
    if (rc != IC_OK || progress.entry.goal.status != IC_PROPOSAL_STATUS_ACTIVE) {
        return rc;
    }
    rc = measure(tx, reading, &progress, err);
    if (rc == IC_OK) {
        rc = is_due(tx, &progress, &is_wanted, err);
    }
    if (rc != IC_OK || !is_wanted) {
        return rc;
    }
    const struct ic_goal *goal = &progress.entry.goal;
    const struct ic_deed deed = {reading->service, NULL, ic_clock_now_ms(&reading->service->clock), reading->arena};
    const struct ic_agreed agreed = {.goal = *goal};
    struct ic_id elg_id;
    rc = ic_deed_log(tx, &deed, ic_id_is_empty(&goal->assigned_to_opr) ? &goal->suggested_by : &goal->assigned_to_opr,
                     "reached", &agreed, &elg_id, err);
    if (rc == IC_OK) {
        rc = ic_store_goal_reach_insert(tx, &goal->goal_id, progress.period.from_ms, progress.period.until_ms, &elg_id,
                                        err);
    }
    reaching->is_told = rc == IC_OK;
    return rc;
}

/* What is reached in the periods that run at an instant. */
static enum ic_rc tell_at(struct ic_service *service, int64_t now, struct reaching *reaching, size_t *count,
                          struct ic_err *err)
{
    reaching->reading = (struct reading){.service = service, .arena = reaching->reading.arena, .now = now};
    enum ic_rc rc = ic_store_read(service->store, run_look, reaching, err);
    for (size_t i = 0; i < reaching->due_count && rc == IC_OK; i++) {
        reaching->goal_id = &reaching->due[i];
        rc = ic_store_write(service->store, run_tell, reaching, err);
        *count += rc == IC_OK && reaching->is_told;
    }
    return rc;
}

static enum ic_rc run_end(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_store_cursor_get(tx, context, err);
}

enum ic_rc ic_goals_tell_reached(struct ic_service *service, size_t *ret_count, struct ic_err *err)
{
    int64_t cursor = 0;
    int64_t now = ic_clock_now_ms(&service->clock);
    int64_t earlier = now - IC_GOAL_REACH_LATE_MS;
    *ret_count = 0;
    enum ic_rc rc = ic_store_read(service->store, run_end, &cursor, err);
    if (rc != IC_OK || cursor == atomic_load(&service->goals_looked_cursor)) {
        return rc;
    }
    struct reaching reaching = {.reading = {.arena = ic_arena_create(REACH_ARENA_BYTES_MAX)}};
    if (!reaching.reading.arena) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory to look what is reached.");
    }
    struct ic_arena *arena = reaching.reading.arena;
    rc = tell_at(service, now, &reaching, ret_count, err);
    /* Every period ends with a quarter of an hour. */
    if (rc == IC_OK && now / IC_ROLLUP_QUARTER_MS != earlier / IC_ROLLUP_QUARTER_MS) {
        rc = tell_at(service, earlier, &reaching, ret_count, err);
    }
    ic_arena_destroy(arena);
    if (rc == IC_OK) {
        atomic_store(&service->goals_looked_cursor, cursor);
    }
    return rc;
}
