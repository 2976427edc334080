#include "store/goals.h"

#include "store/query.h"

static const char taken[] = "The event has changed another goal.";

static void put_goal(struct ic_query *query, const struct ic_goal *goal, const struct ic_id *elg_id)
{
    ic_query_put_text(query, IC_P_GOAL_INSERT_METRIC, ic_str_from(ic_goal_metric_name(goal->metric)));
    ic_query_put_int64(query, IC_P_GOAL_INSERT_TARGET_VALUE, goal->target_value);
    ic_query_put_text(query, IC_P_GOAL_INSERT_FREQUENCY, ic_str_from(ic_goal_frequency_name(goal->frequency)));
    ic_query_put_id(query, IC_P_GOAL_INSERT_ASSIGNED_TO_OPR, &goal->assigned_to_opr);
    ic_query_put_id(query, IC_P_GOAL_INSERT_ASSIGNED_TO_ACT, &goal->assigned_to_act);
    ic_query_put_text(query, IC_P_GOAL_INSERT_STATUS, ic_str_from(ic_proposal_status_name(goal->status)));
    ic_query_put_id(query, IC_P_GOAL_INSERT_SUGGESTED_BY, &goal->suggested_by);
    ic_query_put_int64(query, IC_P_GOAL_INSERT_CREATED_AT, goal->created_at);
    ic_query_put_int64(query, IC_P_GOAL_INSERT_START_DATE, goal->start_date);
    ic_query_put_optional_time(query, IC_P_GOAL_INSERT_END_DATE, goal->end_date);
    ic_query_put_id(query, IC_P_GOAL_INSERT_ELG_ID, elg_id);
}

enum ic_rc ic_store_goal_insert(struct ic_store_tx *tx, const struct ic_goal *goal, const struct ic_id *elg_id,
                                const struct ic_rand *rand, struct ic_id *ret_goal_id, struct ic_err *err)
{
    static const char operation[] = "store.goal.insert";
    for (int i = 0; i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id goal_id = ic_id_create(IC_ID_GOAL, rand);
        struct ic_query query;
        enum ic_driver_rc outcome;
        ic_query_begin(&query, tx, IC_STATEMENT_GOAL_INSERT, operation, err);
        ic_query_put_id(&query, IC_P_GOAL_INSERT_GOAL_ID, &goal_id);
        put_goal(&query, goal, elg_id);
        enum ic_rc rc = ic_query_run_unique(&query, &outcome);
        if (rc) {
            return rc;
        }
        if (outcome == IC_DRIVER_UNIQUE) {
            return ic_err_set(err, IC_CODE_CONFLICT, operation, "%s", taken);
        }
        if (outcome == IC_DRIVER_OK) {
            *ret_goal_id = goal_id;
            return IC_OK;
        }
    }
    return ic_query_ids_exhausted(operation, err);
}

enum ic_rc ic_store_goal_set_status(struct ic_store_tx *tx, const struct ic_id *goal_id, enum ic_proposal_status status,
                                    const struct ic_id *elg_id, struct ic_err *err)
{
    static const char operation[] = "store.goal.set_status";
    struct ic_goal goal;
    enum ic_driver_rc outcome;
    enum ic_rc rc = ic_store_goal_get(tx, goal_id, &goal, err);
    if (rc) {
        return rc;
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_GOAL_SET_STATUS, operation, err);
    ic_query_put_id(&query, IC_P_GOAL_SET_STATUS_GOAL_ID, goal_id);
    ic_query_put_text(&query, IC_P_GOAL_SET_STATUS_STATUS, ic_str_from(ic_proposal_status_name(status)));
    ic_query_put_id(&query, IC_P_GOAL_SET_STATUS_ELG_ID, elg_id);
    rc = ic_query_run_unique(&query, &outcome);
    return !rc && outcome == IC_DRIVER_UNIQUE ? ic_err_set(err, IC_CODE_CONFLICT, operation, "%s", taken) : rc;
}

enum ic_rc ic_store_goal_change(struct ic_store_tx *tx, const struct ic_goal *goal, const struct ic_id *elg_id,
                                struct ic_err *err)
{
    static const char operation[] = "store.goal.change";
    struct ic_query query;
    int64_t changed_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_GOAL_CHANGE, operation, err);
    ic_query_put_id(&query, IC_P_GOAL_CHANGE_GOAL_ID, &goal->goal_id);
    ic_query_put_text(&query, IC_P_GOAL_CHANGE_METRIC, ic_str_from(ic_goal_metric_name(goal->metric)));
    ic_query_put_int64(&query, IC_P_GOAL_CHANGE_TARGET_VALUE, goal->target_value);
    ic_query_put_text(&query, IC_P_GOAL_CHANGE_FREQUENCY, ic_str_from(ic_goal_frequency_name(goal->frequency)));
    ic_query_put_id(&query, IC_P_GOAL_CHANGE_ASSIGNED_TO_OPR, &goal->assigned_to_opr);
    ic_query_put_id(&query, IC_P_GOAL_CHANGE_ASSIGNED_TO_ACT, &goal->assigned_to_act);
    ic_query_put_int64(&query, IC_P_GOAL_CHANGE_START_DATE, goal->start_date);
    ic_query_put_optional_time(&query, IC_P_GOAL_CHANGE_END_DATE, goal->end_date);
    ic_query_put_id(&query, IC_P_GOAL_CHANGE_ELG_ID, elg_id);
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    return !rc && changed_count == 0 ? ic_err_set(err, IC_CODE_CONFLICT, operation, "It is not pending.") : rc;
}

enum {
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
};

static void read_goal(struct ic_query *query, struct ic_goal *goal)
{
    goal->target_value = ic_query_int64(query, COLUMN_TARGET_VALUE);
    goal->assigned_to_opr = ic_query_id(query, COLUMN_ASSIGNED_TO_OPR);
    goal->assigned_to_act = ic_query_id(query, COLUMN_ASSIGNED_TO_ACT);
    goal->suggested_by = ic_query_id(query, COLUMN_SUGGESTED_BY);
    goal->created_at = ic_query_int64(query, COLUMN_CREATED_AT);
    goal->start_date = ic_query_int64(query, COLUMN_START_DATE);
    goal->end_date = ic_query_int64(query, COLUMN_END_DATE);
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

enum ic_rc ic_store_goal_get(struct ic_store_tx *tx, const struct ic_id *goal_id, struct ic_goal *ret_goal,
                             struct ic_err *err)
{
    static const char operation[] = "store.goal.get";
    struct ic_goal goal = {.goal_id = *goal_id};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_GOAL_GET, operation, err);
    ic_query_put_id(&query, IC_P_GOAL_GET_GOAL_ID, goal_id);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        read_goal(&query, &goal);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no goal of this id.");
    }
    if (!rc) {
        *ret_goal = goal;
    }
    return rc;
}

enum ic_rc ic_store_goal_reach_is_told(struct ic_store_tx *tx, const struct ic_id *goal_id, int64_t from_ms,
                                       int64_t until_ms, bool *ret_is_told, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_GOAL_REACH_COUNT, "store.goal_reach.is_told", err);
    ic_query_put_id(&query, IC_P_GOAL_REACH_COUNT_GOAL_ID, goal_id);
    ic_query_put_int64(&query, IC_P_GOAL_REACH_COUNT_FROM, from_ms);
    ic_query_put_int64(&query, IC_P_GOAL_REACH_COUNT_UNTIL, until_ms);
    *ret_is_told = ic_query_next(&query) && ic_query_int64(&query, 0) > 0;
    return ic_query_end(&query);
}

enum ic_rc ic_store_goal_reach_insert(struct ic_store_tx *tx, const struct ic_id *goal_id, int64_t from_ms,
                                      int64_t until_ms, const struct ic_id *elg_id, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_GOAL_REACH_INSERT, "store.goal_reach.insert", err);
    ic_query_put_id(&query, IC_P_GOAL_REACH_INSERT_GOAL_ID, goal_id);
    ic_query_put_int64(&query, IC_P_GOAL_REACH_INSERT_FROM, from_ms);
    ic_query_put_int64(&query, IC_P_GOAL_REACH_INSERT_UNTIL, until_ms);
    ic_query_put_id(&query, IC_P_GOAL_REACH_INSERT_ELG_ID, elg_id);
    return ic_query_run(&query);
}
