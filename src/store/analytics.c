#include "store/analytics.h"

#include "domain/zone.h"
#include "store/query.h"

#include <string.h>

void ic_figures_add(struct ic_figures *sum, const struct ic_figures *figures)
{
    for (int i = 0; i < IC_FIGURE_COUNT; i++) {
        sum->counts[i] += figures->counts[i];
    }
}

/* The figures' columns, in the order of enum ic_figure. */
static struct ic_figures read_figures(struct ic_query *query, int column)
{
    struct ic_figures figures;
    for (int i = 0; i < IC_FIGURE_COUNT; i++) {
        figures.counts[i] = ic_query_int64(query, column + i);
    }
    return figures;
}

/* ---- Quarters. ---- */

struct walk {
    struct ic_store_tx *tx;
    const struct ic_metric_scope *scope;
    int64_t from_ms, until_ms;
    ic_store_quarter_each each;
    void *context;
    struct ic_err *err;
};

static const char walk_operation[] = "store.quarters.walk";

static enum ic_rc run(const struct walk *walk, struct ic_query *query)
{
    while (ic_query_next(query)) {
        struct ic_figures figures = read_figures(query, 1);
        walk->each(walk->context, ic_query_int64(query, 0), &figures);
    }
    return ic_query_end(query);
}

static enum ic_rc walk_team(const struct walk *walk)
{
    struct ic_query query;
    ic_query_begin(&query, walk->tx, IC_STATEMENT_ANALYTICS_QUARTERS_OF_TEAM, walk_operation, walk->err);
    ic_query_put_int64(&query, IC_P_ANALYTICS_QUARTERS_OF_TEAM_FROM_TIME, walk->from_ms);
    ic_query_put_int64(&query, IC_P_ANALYTICS_QUARTERS_OF_TEAM_UNTIL_TIME, walk->until_ms);
    return run(walk, &query);
}

static enum ic_rc walk_operator(const struct walk *walk)
{
    struct ic_query query;
    ic_query_begin(&query, walk->tx, IC_STATEMENT_ANALYTICS_QUARTERS_OF_OPERATOR, walk_operation, walk->err);
    ic_query_put_id(&query, IC_P_ANALYTICS_QUARTERS_OF_OPERATOR_OPR_ID, &walk->scope->opr_id);
    ic_query_put_int64(&query, IC_P_ANALYTICS_QUARTERS_OF_OPERATOR_FROM_TIME, walk->from_ms);
    ic_query_put_int64(&query, IC_P_ANALYTICS_QUARTERS_OF_OPERATOR_UNTIL_TIME, walk->until_ms);
    enum ic_rc rc = run(walk, &query);
    if (rc != IC_OK) {
        return rc;
    }
    ic_query_begin(&query, walk->tx, IC_STATEMENT_ANALYTICS_QUARTERS_AS_NOBODY, walk_operation, walk->err);
    ic_query_put_id(&query, IC_P_ANALYTICS_QUARTERS_AS_NOBODY_OPR_ID, &walk->scope->opr_id);
    ic_query_put_int64(&query, IC_P_ANALYTICS_QUARTERS_AS_NOBODY_FROM_TIME, walk->from_ms);
    ic_query_put_int64(&query, IC_P_ANALYTICS_QUARTERS_AS_NOBODY_UNTIL_TIME, walk->until_ms);
    return run(walk, &query);
}

static enum ic_rc walk_actor(const struct walk *walk)
{
    struct ic_query query;
    ic_query_begin(&query, walk->tx, IC_STATEMENT_ANALYTICS_QUARTERS_OF_ACTOR, walk_operation, walk->err);
    ic_query_put_text(&query, IC_P_ANALYTICS_QUARTERS_OF_ACTOR_ACT_USERNAME,
                      ic_handle_text(&walk->scope->act_username));
    ic_query_put_id(&query, IC_P_ANALYTICS_QUARTERS_OF_ACTOR_OPR_ID, &walk->scope->opr_id);
    ic_query_put_int64(&query, IC_P_ANALYTICS_QUARTERS_OF_ACTOR_FROM_TIME, walk->from_ms);
    ic_query_put_int64(&query, IC_P_ANALYTICS_QUARTERS_OF_ACTOR_UNTIL_TIME, walk->until_ms);
    return run(walk, &query);
}

enum ic_rc ic_store_quarters_walk(struct ic_store_tx *tx, const struct ic_metric_scope *scope, int64_t from_ms,
                                  int64_t until_ms, ic_store_quarter_each each, void *context, struct ic_err *err)
{
    const struct walk walk = {tx, scope, from_ms, until_ms, each, context, err};
    if (scope->act_username.text[0] != '\0') {
        return walk_actor(&walk);
    }
    return ic_id_is_empty(&scope->opr_id) ? walk_team(&walk) : walk_operator(&walk);
}

/* ---- Leaders. ---- */

static const char leaders_operation[] = "store.leaders.list";

struct leaders {
    struct ic_store_tx *tx;
    struct ic_arena *arena;
    struct ic_leader_list list;
    size_t last; /* Where the last row belonged: rows of a day's quarters stand together. */
    struct ic_err *err;
};

static struct ic_leader *find_leader(struct leaders *leaders, const struct ic_id *opr_id, const struct ic_id *act_id)
{
    struct ic_leader_list *list = &leaders->list;
    for (size_t i = 0; i < list->count; i++) {
        size_t at = (leaders->last + i) % list->count;
        if (ic_id_equal(&list->items[at].opr_id, opr_id) && ic_id_equal(&list->items[at].act_id, act_id)) {
            leaders->last = at;
            return &list->items[at];
        }
    }
    if (list->count == IC_STORE_ANALYTICS_LEADERS_MAX) {
        return NULL;
    }
    leaders->last = list->count;
    list->items[list->count] = (struct ic_leader){.opr_id = *opr_id, .act_id = *act_id};
    return &list->items[list->count++];
}

static enum ic_rc take_rows(struct leaders *leaders, struct ic_query *query, bool is_previous)
{
    bool is_full = false;
    while (!is_full && ic_query_next(query)) {
        struct ic_id opr_id = ic_query_id(query, 0);
        struct ic_id act_id = {""};
        if (!ic_str_is(ic_query_peek_text(query, 1), "-")) {
            act_id = ic_query_id(query, 1);
        }
        struct ic_leader *leader = find_leader(leaders, &opr_id, &act_id);
        is_full = !leader;
        if (leader) {
            struct ic_figures figures = read_figures(query, 2);
            ic_figures_add(is_previous ? &leader->previous : &leader->figures, &figures);
        }
    }
    enum ic_rc rc = ic_query_end(query);
    if (rc == IC_OK && is_full) {
        rc = ic_err_set(leaders->err, IC_CODE_TOO_MUCH_HISTORY, leaders_operation,
                        "More operators and accounts were active than are added up.");
    }
    return rc;
}

static enum ic_rc add_days(struct leaders *leaders, int64_t from_ms, int64_t until_ms, bool is_previous)
{
    struct ic_query query;
    if (from_ms >= until_ms) {
        return IC_OK;
    }
    ic_query_begin(&query, leaders->tx, IC_STATEMENT_ANALYTICS_DAYS, leaders_operation, leaders->err);
    ic_query_put_int64(&query, IC_P_ANALYTICS_DAYS_FROM_TIME, from_ms);
    ic_query_put_int64(&query, IC_P_ANALYTICS_DAYS_UNTIL_TIME, until_ms);
    return take_rows(leaders, &query, is_previous);
}

/* Of a part of one day in UTC. */
static enum ic_rc add_part(struct leaders *leaders, int64_t from_ms, int64_t until_ms, bool is_previous)
{
    struct ic_query query;
    if (from_ms >= until_ms) {
        return IC_OK;
    }
    ic_query_begin(&query, leaders->tx, IC_STATEMENT_ANALYTICS_PART_OF_DAY, leaders_operation, leaders->err);
    ic_query_put_int64(&query, IC_P_ANALYTICS_PART_OF_DAY_DAY, from_ms - from_ms % IC_DAY_MS);
    ic_query_put_int64(&query, IC_P_ANALYTICS_PART_OF_DAY_FROM_TIME, from_ms);
    ic_query_put_int64(&query, IC_P_ANALYTICS_PART_OF_DAY_UNTIL_TIME, until_ms);
    return take_rows(leaders, &query, is_previous);
}

static enum ic_rc add_window(struct leaders *leaders, int64_t from_ms, int64_t until_ms, bool is_previous)
{
    int64_t first_day = (from_ms + IC_DAY_MS - 1) / IC_DAY_MS * IC_DAY_MS;
    int64_t last_day = until_ms - until_ms % IC_DAY_MS;
    if (first_day > last_day) {
        return add_part(leaders, from_ms, until_ms, is_previous);
    }
    enum ic_rc rc = add_part(leaders, from_ms, first_day, is_previous);
    if (rc == IC_OK) {
        rc = add_days(leaders, first_day, last_day, is_previous);
    }
    return rc == IC_OK ? add_part(leaders, last_day, until_ms, is_previous) : rc;
}

/* Names operators; a team has few. */
static enum ic_rc name_operators(struct leaders *leaders)
{
    struct ic_query query;
    ic_query_begin(&query, leaders->tx, IC_STATEMENT_ANALYTICS_OPERATORS, leaders_operation, leaders->err);
    while (ic_query_next(&query)) {
        struct ic_id opr_id = ic_query_id(&query, 0);
        struct ic_str name = ic_query_text(&query, 1, leaders->arena);
        for (size_t i = 0; i < leaders->list.count; i++) {
            if (ic_id_equal(&leaders->list.items[i].opr_id, &opr_id)) {
                leaders->list.items[i].opr_name = name;
            }
        }
    }
    return ic_query_end(&query);
}

static enum ic_rc name_actors(struct leaders *leaders)
{
    struct ic_query query;
    ic_query_begin(&query, leaders->tx, IC_STATEMENT_ANALYTICS_ACTORS, leaders_operation, leaders->err);
    while (ic_query_next(&query)) {
        struct ic_id act_id = ic_query_id(&query, 0);
        struct ic_handle handle;
        if (!ic_handle_parse(ic_query_peek_text(&query, 1), &handle)) {
            ic_query_corrupt(&query, "an actor's handle is none");
            break;
        }
        for (size_t i = 0; i < leaders->list.count; i++) {
            if (ic_id_equal(&leaders->list.items[i].act_id, &act_id)) {
                leaders->list.items[i].act_username = handle;
            }
        }
    }
    return ic_query_end(&query);
}

static bool is_in_scope(const struct ic_leader *leader, const struct ic_metric_scope *scope)
{
    return (ic_id_is_empty(&scope->opr_id) || ic_id_equal(&leader->opr_id, &scope->opr_id)) &&
           (scope->act_username.text[0] == '\0' || strcmp(leader->act_username.text, scope->act_username.text) == 0);
}

enum ic_rc ic_store_leaders_list(struct ic_store_tx *tx, const struct ic_metric_scope *scope, int64_t previous_from_ms,
                                 int64_t from_ms, int64_t until_ms, struct ic_arena *arena,
                                 struct ic_leader_list *ret_list, struct ic_err *err)
{
    struct leaders leaders = {.tx = tx, .arena = arena, .err = err};
    leaders.list.items = ic_arena_alloc_array(arena, IC_STORE_ANALYTICS_LEADERS_MAX, sizeof *leaders.list.items);
    if (!leaders.list.items) {
        return ic_arena_failed(leaders_operation, err);
    }
    enum ic_rc rc = add_window(&leaders, previous_from_ms, from_ms, true);
    if (rc == IC_OK) {
        rc = add_window(&leaders, from_ms, until_ms, false);
    }
    if (rc == IC_OK) {
        rc = name_operators(&leaders);
    }
    if (rc == IC_OK) {
        rc = name_actors(&leaders);
    }
    if (rc != IC_OK) {
        return rc;
    }
    size_t count = 0;
    for (size_t i = 0; i < leaders.list.count; i++) {
        if (is_in_scope(&leaders.list.items[i], scope)) {
            leaders.list.items[count++] = leaders.list.items[i];
        }
    }
    leaders.list.count = count;
    *ret_list = leaders.list;
    return IC_OK;
}
