#include "store/goal_list.h"

#include "store/query.h"

enum {
    COLUMN_GOAL_ID,
    COLUMN_METRIC,
    COLUMN_TARGET_VALUE,
    COLUMN_FREQUENCY,
    COLUMN_ASSIGNED_TO_OPR,
    COLUMN_ASSIGNED_TO_ACT,
    COLUMN_STATUS,
    COLUMN_SUGGESTED_BY,
    COLUMN_CREATED_AT,
    COLUMN_START_DATE,
    COLUMN_END_DATE,
    COLUMN_SUGGESTED_BY_NAME,
    COLUMN_OPR_NAME,
    COLUMN_TIME_ZONE,
    COLUMN_ACT_USERNAME,
    COLUMN_IS_VOTED,
    COLUMN_ADOPTED_AT,
    COLUMN_VOTES_FOR,
    COLUMN_VOTES_AGAINST,
};

static void read_goal(struct ic_query *query, struct ic_goal *goal)
{
    *goal = (struct ic_goal){
        .goal_id = ic_query_id(query, COLUMN_GOAL_ID),
        .target_value = ic_query_int64(query, COLUMN_TARGET_VALUE),
        .assigned_to_opr = ic_query_id(query, COLUMN_ASSIGNED_TO_OPR),
        .assigned_to_act = ic_query_id(query, COLUMN_ASSIGNED_TO_ACT),
        .suggested_by = ic_query_id(query, COLUMN_SUGGESTED_BY),
        .created_at = ic_query_int64(query, COLUMN_CREATED_AT),
        .start_date = ic_query_int64(query, COLUMN_START_DATE),
        .end_date = ic_query_int64(query, COLUMN_END_DATE),
    };
    struct ic_str metric = ic_query_peek_text(query, COLUMN_METRIC);
    bool is_known = ic_goal_metric_parse(metric.data, metric.size, &goal->metric);
    struct ic_str frequency = ic_query_peek_text(query, COLUMN_FREQUENCY);
    is_known = ic_goal_frequency_parse(frequency.data, frequency.size, &goal->frequency) && is_known;
    struct ic_str status = ic_query_peek_text(query, COLUMN_STATUS);
    is_known = ic_proposal_status_parse(status.data, status.size, &goal->status) && is_known;
    if (!is_known && !query->rc) {
        ic_query_corrupt(query, "a goal's metric, frequency or status is none");
    }
}

static void read_entry(struct ic_query *query, struct ic_arena *arena, struct ic_goal_entry *entry)
{
    read_goal(query, &entry->goal);
    entry->suggested_by_name = ic_query_text(query, COLUMN_SUGGESTED_BY_NAME, arena);
    entry->opr_name = ic_query_text(query, COLUMN_OPR_NAME, arena);
    entry->time_zone = ic_query_text(query, COLUMN_TIME_ZONE, arena);
    entry->is_voted = ic_query_int64(query, COLUMN_IS_VOTED) != 0;
    entry->adopted_at = ic_query_int64(query, COLUMN_ADOPTED_AT);
    entry->votes_for = ic_query_int64(query, COLUMN_VOTES_FOR);
    entry->votes_against = ic_query_int64(query, COLUMN_VOTES_AGAINST);
    struct ic_str act_username = ic_query_peek_text(query, COLUMN_ACT_USERNAME);
    if (act_username.size > 0 && !ic_handle_parse(act_username, &entry->act_username) && !query->rc) {
        ic_query_corrupt(query, "an actor's handle is none");
    }
}

enum ic_rc ic_store_goals_active(struct ic_store_tx *tx, struct ic_arena *arena, struct ic_goal_list *ret_goals,
                                 struct ic_err *err)
{
    static const char operation[] = "store.goals.active";
    struct ic_goal_list goals = {.items = ic_arena_alloc_array(arena, IC_STORE_ACTIVE_GOALS_MAX, sizeof *goals.items)};
    if (!goals.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_GOALS_ACTIVE, operation, err);
    ic_query_put_int64(&query, IC_P_GOALS_ACTIVE_LIMIT, IC_STORE_ACTIVE_GOALS_MAX);
    while (ic_query_next(&query)) {
        read_entry(&query, arena, &goals.items[goals.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_goals = goals;
    }
    return rc;
}

enum ic_rc ic_store_goal_entry_get(struct ic_store_tx *tx, const struct ic_id *goal_id, struct ic_arena *arena,
                                   struct ic_goal_entry *ret_entry, struct ic_err *err)
{
    static const char operation[] = "store.goal_entry.get";
    struct ic_goal_entry entry = {.adopted_at = 0};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_GOAL_FIND, operation, err);
    ic_query_put_id(&query, IC_P_GOAL_FIND_GOAL_ID, goal_id);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        read_entry(&query, arena, &entry);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no goal of this id.");
    }
    if (!rc) {
        *ret_entry = entry;
    }
    return rc;
}
