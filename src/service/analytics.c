#include "service/analytics.h"

#include <stdlib.h>
#include <string.h>

static const char operation[] = "analytics.get";

struct reading {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_analytics_question *question;
    struct ic_arena *arena;
    int64_t *starts; /* Of the buckets. */
    struct ic_analytics analytics;
};

/* ---- The buckets. ---- */

static enum ic_rc make_buckets(struct reading *reading, struct ic_err *err)
{
    struct ic_analytics *analytics = &reading->analytics;
    reading->starts = ic_arena_alloc_array(reading->arena, IC_ANALYTICS_DAYS_MAX + 1, sizeof *reading->starts);
    analytics->volume = ic_arena_alloc_array(reading->arena, IC_ANALYTICS_DAYS_MAX + 1, sizeof *analytics->volume);
    if (!reading->starts || !analytics->volume) {
        return ic_arena_failed(operation, err);
    }
    size_t count = ic_zone_buckets(analytics->range.zone, reading->question->by, analytics->range.from_ms,
                                   analytics->range.until_ms, reading->starts, IC_ANALYTICS_DAYS_MAX + 1);
    for (size_t i = 0; i < count; i++) {
        analytics->volume[i] = (struct ic_analytics_bucket){
            .from_ms = reading->starts[i],
            .until_ms = i + 1 < count ? reading->starts[i + 1] : analytics->range.until_ms,
        };
    }
    analytics->volume_count = count;
    return IC_OK;
}

/* ---- Adding up. ---- */

static struct ic_analytics_bucket *find_bucket(struct ic_analytics *analytics, int64_t at)
{
    size_t low = 0;
    size_t high = analytics->volume_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (analytics->volume[middle].from_ms <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &analytics->volume[low];
}

static void add_quarter(void *context, int64_t quarter, const struct ic_figures *figures)
{
    struct reading *reading = context;
    struct ic_analytics *analytics = &reading->analytics;
    if (quarter < analytics->range.from_ms) {
        ic_figures_add(&analytics->previous, figures);
        return;
    }
    struct ic_zone_local local = ic_zone_local(analytics->range.zone, quarter);
    ic_figures_add(&analytics->figures, figures);
    ic_figures_add(&find_bucket(analytics, quarter)->figures, figures);
    ic_figures_add(&analytics->heatmap[local.weekday * 24 + local.hour], figures);
}

static bool is_nothing(const struct ic_leader *leader)
{
    for (int i = 0; i < IC_FIGURE_COUNT; i++) {
        if (leader->figures.counts[i] != 0 || leader->previous.counts[i] != 0) {
            return false;
        }
    }
    return true;
}

static int compare_leaders(const void *left_, const void *right_)
{
    const struct ic_analytics_leader *left = left_;
    const struct ic_analytics_leader *right = right_;
    int64_t most = left->figures.counts[IC_FIGURE_MESSAGES];
    int64_t other = right->figures.counts[IC_FIGURE_MESSAGES];
    if (most != other) {
        return most > other ? -1 : 1;
    }
    int order = strcmp(left->act_username.text, right->act_username.text);
    if (order == 0) {
        order = memcmp(left->opr_name.data, right->opr_name.data,
                       left->opr_name.size < right->opr_name.size ? left->opr_name.size : right->opr_name.size);
    }
    return order ? order : strcmp(left->opr_id.text, right->opr_id.text);
}

/* Puts what one did as one actor to whom it belongs. */
static void add_leader(struct ic_analytics_leaders *leaders, const struct ic_analytics_leader *key,
                       const struct ic_leader *leader)
{
    size_t i = 0;
    while (i < leaders->count && (!ic_id_equal(&leaders->items[i].opr_id, &key->opr_id) ||
                                  strcmp(leaders->items[i].act_username.text, key->act_username.text) != 0)) {
        i++;
    }
    if (i == leaders->count) {
        leaders->items[leaders->count++] = *key;
    }
    ic_figures_add(&leaders->items[i].figures, &leader->figures);
    ic_figures_add(&leaders->items[i].previous, &leader->previous);
}

static void finish_leaders(struct ic_analytics_leaders *leaders)
{
    qsort(leaders->items, leaders->count, sizeof *leaders->items, compare_leaders);
    if (leaders->count > IC_ANALYTICS_LEADERS_MAX) {
        leaders->count = IC_ANALYTICS_LEADERS_MAX;
    }
}

static enum ic_rc read_leaders(struct ic_store_tx *tx, struct reading *reading, struct ic_err *err)
{
    struct ic_analytics *analytics = &reading->analytics;
    struct ic_leader_list list;
    enum ic_rc rc =
        ic_store_leaders_list(tx, &reading->question->scope, analytics->range.previous_from_ms,
                              analytics->range.from_ms, analytics->range.until_ms, reading->arena, &list, err);
    if (rc != IC_OK) {
        return rc;
    }
    analytics->operators.items = ic_arena_alloc_array(reading->arena, list.count, sizeof *analytics->operators.items);
    analytics->actors.items = ic_arena_alloc_array(reading->arena, list.count, sizeof *analytics->actors.items);
    if (!analytics->operators.items || !analytics->actors.items) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; i < list.count; i++) {
        const struct ic_leader *leader = &list.items[i];
        /* Who joined, or edited notes, did something that no figure counts. */
        if (is_nothing(leader)) {
            continue;
        }
        struct ic_analytics_leader by_operator = {.opr_id = leader->opr_id, .opr_name = leader->opr_name};
        struct ic_analytics_leader by_actor = {.act_username = leader->act_username};
        add_leader(&analytics->operators, &by_operator, leader);
        if (leader->act_username.text[0] != '\0') {
            add_leader(&analytics->actors, &by_actor, leader);
        }
    }
    finish_leaders(&analytics->operators);
    finish_leaders(&analytics->actors);
    return IC_OK;
}

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    struct ic_analytics *analytics = &reading->analytics;
    *analytics = (struct ic_analytics){.range = {0}};
    enum ic_rc rc = ic_analytics_range_find(tx, reading->service, reading->asker, reading->question, reading->arena,
                                            &analytics->range, err);
    if (rc == IC_OK) {
        rc = make_buckets(reading, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_quarters_walk(tx, &reading->question->scope, analytics->range.previous_from_ms,
                                    analytics->range.until_ms, add_quarter, reading, err);
    }
    return rc == IC_OK ? read_leaders(tx, reading, err) : rc;
}

enum ic_rc ic_analytics_get(struct ic_service *service, const struct ic_asker *asker,
                            const struct ic_analytics_question *question, struct ic_arena *arena,
                            struct ic_analytics *ret_analytics, struct ic_err *err)
{
    struct reading reading = {.service = service, .asker = asker, .question = question, .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_HOME, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &reading, err);
    }
    if (rc == IC_OK) {
        *ret_analytics = reading.analytics;
    }
    return rc;
}
