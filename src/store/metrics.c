#include "store/metrics.h"

#include "store/events.h"
#include "store/query.h"
#include "store/rollup.h"

static const char operation[] = "store.metric.count";

struct span {
    int64_t from_ms, until_ms;
    int64_t from_position, until_position;
};

/* The first position of an instant, or an edge of what has one. */
static int64_t position_of(int64_t instant_ms)
{
    if (instant_ms <= 0) {
        return 0;
    }
    return instant_ms >= IC_STORE_TIME_MAX ? INT64_MAX : instant_ms << IC_STORE_POSITION_BITS;
}

static enum ic_rc finish(struct ic_query *query, int64_t *ret_count)
{
    int64_t count = ic_query_next(query) ? ic_query_int64(query, 0) : 0;
    enum ic_rc rc = ic_query_end(query);
    if (!rc) {
        *ret_count = count;
    }
    return rc;
}

static void begin_of_team(struct ic_query *query, struct ic_store_tx *tx, bool is_of_profiles, const struct span *span,
                          struct ic_err *err)
{
    if (is_of_profiles) {
        ic_query_begin(query, tx, IC_STATEMENT_METRIC_PROFILES, operation, err);
        ic_query_put_int64(query, IC_P_METRIC_PROFILES_FROM_POSITION, span->from_position);
        ic_query_put_int64(query, IC_P_METRIC_PROFILES_UNTIL_POSITION, span->until_position);
    } else if (span->from_ms % IC_ROLLUP_QUARTER_MS != 0 || span->until_ms % IC_ROLLUP_QUARTER_MS != 0) {
        ic_query_begin(query, tx, IC_STATEMENT_METRIC_MESSAGES, operation, err);
        ic_query_put_int64(query, IC_P_METRIC_MESSAGES_FROM_POSITION, span->from_position);
        ic_query_put_int64(query, IC_P_METRIC_MESSAGES_UNTIL_POSITION, span->until_position);
    } else {
        ic_query_begin(query, tx, IC_STATEMENT_METRIC_MESSAGES_OF_TEAM, operation, err);
        ic_query_put_int64(query, IC_P_METRIC_MESSAGES_OF_TEAM_FROM_TIME, span->from_ms);
        ic_query_put_int64(query, IC_P_METRIC_MESSAGES_OF_TEAM_UNTIL_TIME, span->until_ms);
    }
}

static void begin_of_operator(struct ic_query *query, struct ic_store_tx *tx, bool is_of_profiles,
                              const struct ic_metric_scope *scope, const struct span *span, struct ic_err *err)
{
    if (is_of_profiles) {
        ic_query_begin(query, tx, IC_STATEMENT_METRIC_PROFILES_OF_OPERATOR, operation, err);
        ic_query_put_id(query, IC_P_METRIC_PROFILES_OF_OPERATOR_OPR_ID, &scope->opr_id);
        ic_query_put_int64(query, IC_P_METRIC_PROFILES_OF_OPERATOR_FROM_POSITION, span->from_position);
        ic_query_put_int64(query, IC_P_METRIC_PROFILES_OF_OPERATOR_UNTIL_POSITION, span->until_position);
    } else {
        ic_query_begin(query, tx, IC_STATEMENT_METRIC_MESSAGES_OF_OPERATOR, operation, err);
        ic_query_put_id(query, IC_P_METRIC_MESSAGES_OF_OPERATOR_OPR_ID, &scope->opr_id);
        ic_query_put_int64(query, IC_P_METRIC_MESSAGES_OF_OPERATOR_FROM_POSITION, span->from_position);
        ic_query_put_int64(query, IC_P_METRIC_MESSAGES_OF_OPERATOR_UNTIL_POSITION, span->until_position);
    }
}

static void begin_of_actor(struct ic_query *query, struct ic_store_tx *tx, bool is_of_profiles,
                           const struct ic_metric_scope *scope, const struct span *span, struct ic_err *err)
{
    struct ic_str handle = ic_handle_text(&scope->act_username);
    if (is_of_profiles) {
        ic_query_begin(query, tx, IC_STATEMENT_METRIC_PROFILES_OF_ACTOR, operation, err);
        ic_query_put_text(query, IC_P_METRIC_PROFILES_OF_ACTOR_ACT_USERNAME, handle);
        ic_query_put_id(query, IC_P_METRIC_PROFILES_OF_ACTOR_OPR_ID, &scope->opr_id);
        ic_query_put_int64(query, IC_P_METRIC_PROFILES_OF_ACTOR_FROM_POSITION, span->from_position);
        ic_query_put_int64(query, IC_P_METRIC_PROFILES_OF_ACTOR_UNTIL_POSITION, span->until_position);
    } else {
        ic_query_begin(query, tx, IC_STATEMENT_METRIC_MESSAGES_OF_ACTOR, operation, err);
        ic_query_put_text(query, IC_P_METRIC_MESSAGES_OF_ACTOR_ACT_USERNAME, handle);
        ic_query_put_id(query, IC_P_METRIC_MESSAGES_OF_ACTOR_OPR_ID, &scope->opr_id);
        ic_query_put_int64(query, IC_P_METRIC_MESSAGES_OF_ACTOR_FROM_POSITION, span->from_position);
        ic_query_put_int64(query, IC_P_METRIC_MESSAGES_OF_ACTOR_UNTIL_POSITION, span->until_position);
    }
}

static void begin_reaches(struct ic_query *query, struct ic_store_tx *tx, enum ic_target_status milestone,
                          const struct ic_metric_scope *scope, const struct span *span, struct ic_err *err)
{
    ic_query_begin(query, tx, IC_STATEMENT_METRIC_REACHES, operation, err);
    ic_query_put_text(query, IC_P_METRIC_REACHES_MILESTONE, ic_str_from(ic_target_status_name(milestone)));
    ic_query_put_int64(query, IC_P_METRIC_REACHES_FROM_POSITION, span->from_position);
    ic_query_put_int64(query, IC_P_METRIC_REACHES_UNTIL_POSITION, span->until_position);
    ic_query_put_id(query, IC_P_METRIC_REACHES_OPR_ID, &scope->opr_id);
    ic_query_put_text(query, IC_P_METRIC_REACHES_ACT_USERNAME, ic_handle_text(&scope->act_username));
}

enum ic_rc ic_store_metric_count(struct ic_store_tx *tx, enum ic_goal_metric metric,
                                 const struct ic_metric_scope *scope, int64_t from_ms, int64_t until_ms,
                                 int64_t *ret_count, struct ic_err *err)
{
    static const enum ic_target_status milestones[IC_GOAL_METRIC_COUNT] = {
        [IC_GOAL_METRIC_REPLIES_RECEIVED] = IC_TARGET_STATUS_REPLIED,
        [IC_GOAL_METRIC_WARM_LEADS_GENERATED] = IC_TARGET_STATUS_WARM,
        [IC_GOAL_METRIC_BOOKINGS_MADE] = IC_TARGET_STATUS_BOOKED,
        [IC_GOAL_METRIC_PAYMENTS_RECEIVED] = IC_TARGET_STATUS_PAID,
    };
    const struct span span = {.from_ms = from_ms,
                              .until_ms = until_ms,
                              .from_position = position_of(from_ms),
                              .until_position = position_of(until_ms)};
    bool is_of_profiles = metric == IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED;
    struct ic_query query;
    if (!is_of_profiles && metric != IC_GOAL_METRIC_TOTAL_MESSAGES_SENT) {
        begin_reaches(&query, tx, milestones[metric], scope, &span, err);
    } else if (scope->act_username.text[0] != '\0') {
        begin_of_actor(&query, tx, is_of_profiles, scope, &span, err);
    } else if (!ic_id_is_empty(&scope->opr_id)) {
        begin_of_operator(&query, tx, is_of_profiles, scope, &span, err);
    } else {
        begin_of_team(&query, tx, is_of_profiles, &span, err);
    }
    return finish(&query, ret_count);
}
