#include "store/rules.h"

#include "base/utf8.h"
#include "store/events.h"
#include "store/small_list.h"

#include <string.h>

enum { FIRST_ROOM = 8 };

static const char taken[] = "The event has changed another rule.";

static void put_rule(struct ic_query *query, const struct ic_rule *rule, const struct ic_id *elg_id)
{
    ic_query_put_text(query, IC_P_RULE_INSERT_TYPE, ic_str_from(ic_rule_type_name(rule->type)));
    ic_query_put_text(query, IC_P_RULE_INSERT_METRIC, ic_str_from(ic_goal_metric_name(rule->metric)));
    ic_query_put_int64(query, IC_P_RULE_INSERT_LIMIT_VALUE, rule->limit_value);
    ic_query_put_int64(query, IC_P_RULE_INSERT_TIME_WINDOW_SEC, rule->time_window_sec);
    if (rule->type == IC_RULE_TYPE_QUIET_HOURS) {
        ic_query_put_int64(query, IC_P_RULE_INSERT_QUIET_FROM_MINUTE, rule->quiet_from_minute);
        ic_query_put_int64(query, IC_P_RULE_INSERT_QUIET_TO_MINUTE, rule->quiet_to_minute);
        ic_query_put_text(query, IC_P_RULE_INSERT_QUIET_ZONE, rule->quiet_zone);
    }
    ic_query_put_text(query, IC_P_RULE_INSERT_SEVERITY, rule->severity);
    ic_query_put_id(query, IC_P_RULE_INSERT_ASSIGNED_TO_OPR, &rule->assigned_to_opr);
    ic_query_put_id(query, IC_P_RULE_INSERT_ASSIGNED_TO_ACT, &rule->assigned_to_act);
    ic_query_put_text(query, IC_P_RULE_INSERT_STATUS, ic_str_from(ic_proposal_status_name(rule->status)));
    ic_query_put_id(query, IC_P_RULE_INSERT_SUGGESTED_BY, &rule->suggested_by);
    ic_query_put_int64(query, IC_P_RULE_INSERT_CREATED_AT, rule->created_at);
    ic_query_put_id(query, IC_P_RULE_INSERT_ELG_ID, elg_id);
}

enum ic_rc ic_store_rule_insert(struct ic_store_tx *tx, const struct ic_rule *rule, const struct ic_id *elg_id,
                                const struct ic_rand *rand, struct ic_id *ret_rule_id, struct ic_err *err)
{
    static const char operation[] = "store.rule.insert";
    if (rule->severity.size == 0 || ic_utf8_count(rule->severity) > IC_LIMIT_SEVERITY_CHARACTERS_MAX) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "severity", "A severity has 1 to %d characters.",
                                IC_LIMIT_SEVERITY_CHARACTERS_MAX);
    }
    for (int i = 0; i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id rule_id = ic_id_create(IC_ID_RULE, rand);
        struct ic_query query;
        enum ic_driver_rc outcome;
        ic_query_begin(&query, tx, IC_STATEMENT_RULE_INSERT, operation, err);
        ic_query_put_id(&query, IC_P_RULE_INSERT_RULE_ID, &rule_id);
        put_rule(&query, rule, elg_id);
        enum ic_rc rc = ic_query_run_unique(&query, &outcome);
        if (rc) {
            return rc;
        }
        if (outcome == IC_DRIVER_UNIQUE) {
            return ic_err_set(err, IC_CODE_CONFLICT, operation, "%s", taken);
        }
        if (outcome == IC_DRIVER_OK) {
            *ret_rule_id = rule_id;
            return IC_OK;
        }
    }
    return ic_query_ids_exhausted(operation, err);
}

static enum ic_rc not_found(const char *operation, struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no rule of this id.");
}

enum ic_rc ic_store_rule_set_status(struct ic_store_tx *tx, const struct ic_id *rule_id, enum ic_proposal_status status,
                                    const struct ic_id *elg_id, struct ic_err *err)
{
    static const char operation[] = "store.rule.set_status";
    struct ic_query query;
    enum ic_driver_rc outcome;
    ic_query_begin(&query, tx, IC_STATEMENT_RULE_GET, operation, err);
    ic_query_put_id(&query, IC_P_RULE_GET_RULE_ID, rule_id);
    bool is_there = ic_query_next(&query);
    enum ic_rc rc = ic_query_end(&query);
    if (rc || !is_there) {
        return rc ? rc : not_found(operation, err);
    }
    ic_query_begin(&query, tx, IC_STATEMENT_RULE_SET_STATUS, operation, err);
    ic_query_put_id(&query, IC_P_RULE_SET_STATUS_RULE_ID, rule_id);
    ic_query_put_text(&query, IC_P_RULE_SET_STATUS_STATUS, ic_str_from(ic_proposal_status_name(status)));
    ic_query_put_id(&query, IC_P_RULE_SET_STATUS_ELG_ID, elg_id);
    rc = ic_query_run_unique(&query, &outcome);
    return !rc && outcome == IC_DRIVER_UNIQUE ? ic_err_set(err, IC_CODE_CONFLICT, operation, "%s", taken) : rc;
}

enum ic_rc ic_store_rule_change(struct ic_store_tx *tx, const struct ic_rule *rule, const struct ic_id *elg_id,
                                struct ic_err *err)
{
    static const char operation[] = "store.rule.change";
    struct ic_query query;
    int64_t changed_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_RULE_CHANGE, operation, err);
    ic_query_put_id(&query, IC_P_RULE_CHANGE_RULE_ID, &rule->rule_id);
    ic_query_put_text(&query, IC_P_RULE_CHANGE_TYPE, ic_str_from(ic_rule_type_name(rule->type)));
    ic_query_put_text(&query, IC_P_RULE_CHANGE_METRIC, ic_str_from(ic_goal_metric_name(rule->metric)));
    ic_query_put_int64(&query, IC_P_RULE_CHANGE_LIMIT_VALUE, rule->limit_value);
    ic_query_put_int64(&query, IC_P_RULE_CHANGE_TIME_WINDOW_SEC, rule->time_window_sec);
    if (rule->type == IC_RULE_TYPE_QUIET_HOURS) {
        ic_query_put_int64(&query, IC_P_RULE_CHANGE_QUIET_FROM_MINUTE, rule->quiet_from_minute);
        ic_query_put_int64(&query, IC_P_RULE_CHANGE_QUIET_TO_MINUTE, rule->quiet_to_minute);
        ic_query_put_text(&query, IC_P_RULE_CHANGE_QUIET_ZONE, rule->quiet_zone);
    }
    ic_query_put_text(&query, IC_P_RULE_CHANGE_SEVERITY, rule->severity);
    ic_query_put_id(&query, IC_P_RULE_CHANGE_ASSIGNED_TO_OPR, &rule->assigned_to_opr);
    ic_query_put_id(&query, IC_P_RULE_CHANGE_ASSIGNED_TO_ACT, &rule->assigned_to_act);
    ic_query_put_id(&query, IC_P_RULE_CHANGE_ELG_ID, elg_id);
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    return !rc && changed_count == 0 ? ic_err_set(err, IC_CODE_CONFLICT, operation, "It is not pending.") : rc;
}

enum {
    COLUMN_TYPE,
    COLUMN_METRIC,
    COLUMN_LIMIT_VALUE,
    COLUMN_TIME_WINDOW_SEC,
    COLUMN_SEVERITY,
    COLUMN_ASSIGNED_TO_OPR,
    COLUMN_ASSIGNED_TO_ACT,
    COLUMN_STATUS,
    COLUMN_SUGGESTED_BY,
    COLUMN_CREATED_AT,
    COLUMN_QUIET_FROM_MINUTE,
    COLUMN_QUIET_TO_MINUTE,
    COLUMN_QUIET_ZONE,
    COLUMN_RULE_ID, /* Of active ones, as what follows. */
    COLUMN_SUGGESTED_BY_NAME,
    COLUMN_ACT_USERNAME,
    COLUMN_IS_VOTED,
    COLUMN_ADOPTED_AT,
    COLUMN_VOTES_FOR,
    COLUMN_VOTES_AGAINST,
};

static void read_rule(struct ic_query *query, struct ic_arena *arena, struct ic_rule *rule)
{
    rule->limit_value = ic_query_int64(query, COLUMN_LIMIT_VALUE);
    rule->time_window_sec = ic_query_int64(query, COLUMN_TIME_WINDOW_SEC);
    rule->quiet_from_minute = (int)ic_query_int64(query, COLUMN_QUIET_FROM_MINUTE);
    rule->quiet_to_minute = (int)ic_query_int64(query, COLUMN_QUIET_TO_MINUTE);
    rule->quiet_zone = ic_query_text(query, COLUMN_QUIET_ZONE, arena);
    rule->severity = ic_query_text(query, COLUMN_SEVERITY, arena);
    rule->assigned_to_opr = ic_query_id(query, COLUMN_ASSIGNED_TO_OPR);
    rule->assigned_to_act = ic_query_id(query, COLUMN_ASSIGNED_TO_ACT);
    rule->suggested_by = ic_query_id(query, COLUMN_SUGGESTED_BY);
    rule->created_at = ic_query_int64(query, COLUMN_CREATED_AT);
    struct ic_str type = ic_query_peek_text(query, COLUMN_TYPE);
    bool is_known = ic_rule_type_parse(type.data, type.size, &rule->type);
    struct ic_str metric = ic_query_peek_text(query, COLUMN_METRIC);
    is_known = ic_goal_metric_parse(metric.data, metric.size, &rule->metric) && is_known;
    struct ic_str status = ic_query_peek_text(query, COLUMN_STATUS);
    is_known = ic_proposal_status_parse(status.data, status.size, &rule->status) && is_known;
    if (!is_known && !query->rc) {
        ic_query_corrupt(query, "a rule's type, metric or status is none");
    }
}

enum ic_rc ic_store_rule_get(struct ic_store_tx *tx, const struct ic_id *rule_id, struct ic_arena *arena,
                             struct ic_rule *ret_rule, struct ic_err *err)
{
    static const char operation[] = "store.rule.get";
    struct ic_rule rule = {.rule_id = *rule_id};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_RULE_GET, operation, err);
    ic_query_put_id(&query, IC_P_RULE_GET_RULE_ID, rule_id);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        read_rule(&query, arena, &rule);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = not_found(operation, err);
    }
    if (!rc) {
        *ret_rule = rule;
    }
    return rc;
}

static void read_active(struct ic_query *query, struct ic_arena *arena, struct ic_active_rule *active)
{
    read_rule(query, arena, &active->rule);
    active->rule.rule_id = ic_query_id(query, COLUMN_RULE_ID);
    active->suggested_by_name = ic_query_text(query, COLUMN_SUGGESTED_BY_NAME, arena);
    active->is_voted = ic_query_int64(query, COLUMN_IS_VOTED) != 0;
    active->adopted_at = ic_query_int64(query, COLUMN_ADOPTED_AT);
    active->votes_for = ic_query_int64(query, COLUMN_VOTES_FOR);
    active->votes_against = ic_query_int64(query, COLUMN_VOTES_AGAINST);
    struct ic_str act_username = ic_query_peek_text(query, COLUMN_ACT_USERNAME);
    if (act_username.size > 0 && !ic_handle_parse(act_username, &active->act_username) && !query->rc) {
        ic_query_corrupt(query, "an actor's handle is none");
    }
}

/* Room for one more: most teams have a few rules or none, and every push reads them. */
static bool make_room(struct ic_active_rules *rules, size_t *room, struct ic_arena *arena)
{
    if (rules->count < *room) {
        return true;
    }
    size_t larger = *room ? 4 * *room : FIRST_ROOM;
    struct ic_active_rule *items = ic_arena_alloc_array(arena, larger, sizeof *items);
    if (items && rules->count > 0) {
        memcpy(items, rules->items, rules->count * sizeof *items);
    }
    if (items) {
        rules->items = items;
        *room = larger;
    }
    return items;
}

enum ic_rc ic_store_rules_active(struct ic_store_tx *tx, struct ic_arena *arena, struct ic_active_rules *ret_rules,
                                 struct ic_err *err)
{
    static const char operation[] = "store.rules.active";
    struct ic_active_rules rules = {.count = 0};
    struct ic_query query;
    size_t room = 0;
    bool has_room = true;
    ic_query_begin(&query, tx, IC_STATEMENT_RULES_ACTIVE, operation, err);
    ic_query_put_int64(&query, IC_P_RULES_ACTIVE_LIMIT, IC_STORE_ACTIVE_RULES_MAX);
    while (has_room && ic_query_next(&query)) {
        has_room = make_room(&rules, &room, arena);
        if (has_room) {
            read_active(&query, arena, &rules.items[rules.count++]);
        }
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!has_room) {
        return ic_arena_failed(operation, err);
    }
    if (!rc) {
        *ret_rules = rules;
    }
    return rc;
}

/* ---- A page of all. ---- */

static bool is_any_status(const struct ic_rule_query *asked)
{
    bool is_any = true;
    for (int i = 0; i < IC_PROPOSAL_STATUS_COUNT; i++) {
        is_any = is_any && !asked->has_status[i];
    }
    return is_any;
}

static bool is_asked_for(struct ic_query *query, const void *context)
{
    const struct ic_rule_query *asked = context;
    enum ic_proposal_status status;
    struct ic_str text = ic_query_peek_text(query, COLUMN_STATUS);
    return ic_proposal_status_parse(text.data, text.size, &status) && asked->has_status[status];
}

static void read_place(struct ic_query *query, const void *context, struct ic_list_place *ret_place)
{
    (void)context;
    *ret_place = (struct ic_list_place){.number = ic_query_int64(query, COLUMN_CREATED_AT),
                                        .id = ic_query_id(query, COLUMN_RULE_ID)};
}

static void read_row(struct ic_query *query, struct ic_arena *arena, void *rows, size_t index)
{
    struct ic_active_rule *row = (struct ic_active_rule *)rows + index;
    *row = (struct ic_active_rule){.is_voted = false};
    read_active(query, arena, row);
}

static const struct {
    enum ic_statement statement;
    int sort_key;
    int id;
    int looks;
} walks[] = {
    {IC_STATEMENT_RULES_NEWEST, IC_P_RULES_NEWEST_SORT_KEY, IC_P_RULES_NEWEST_ID, IC_P_RULES_NEWEST_LOOKS},
    {IC_STATEMENT_RULES_OLDEST, IC_P_RULES_OLDEST_SORT_KEY, IC_P_RULES_OLDEST_ID, IC_P_RULES_OLDEST_LOOKS},
};

enum ic_rc ic_store_rule_list(struct ic_store_tx *tx, const struct ic_rule_query *asked, struct ic_arena *arena,
                              struct ic_rule_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.rule.list";
    const struct ic_small_list small = {
        .is_filtered = !is_any_status(asked),
        .limit = asked->limit,
        .looks_max = IC_STORE_RULE_LOOKS_MAX,
        .name_column = COLUMN_SUGGESTED_BY_NAME,
        .context = asked,
        .is_asked_for = is_asked_for,
        .read_place = read_place,
        .read_row = read_row,
    };
    struct ic_rule_list list = {.items = ic_arena_alloc_array(arena, asked->limit, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    struct ic_small_page page;
    ic_query_begin(&query, tx, walks[asked->is_oldest_first].statement, operation, err);
    ic_small_list_put_behind(&query, walks[asked->is_oldest_first].sort_key, walks[asked->is_oldest_first].id,
                             asked->behind, false, asked->is_oldest_first);
    ic_query_put_int64(&query, walks[asked->is_oldest_first].looks, ic_small_list_looks(&small));
    enum ic_rc rc = ic_small_list_read(&small, &query, arena, list.items, &page);
    if (!rc) {
        list.count = page.count;
        list.has_next = page.has_next;
        list.next = page.next;
        *ret_list = list;
    }
    return rc;
}

enum ic_rc ic_store_rule_warnings(struct ic_store_tx *tx, const struct ic_id *rule_id, int64_t since, int64_t limit,
                                  struct ic_rule_warnings *ret_warnings, struct ic_err *err)
{
    struct ic_rule_warnings warnings = {.count = 0};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_RULE_WARNINGS, "store.rule.warnings", err);
    ic_query_put_id(&query, IC_P_RULE_WARNINGS_RULE_ID, rule_id);
    ic_query_put_int64(&query, IC_P_RULE_WARNINGS_AFTER_POSITION, (since << IC_STORE_POSITION_BITS) - 1);
    ic_query_put_int64(&query, IC_P_RULE_WARNINGS_LIMIT, limit);
    while (ic_query_next(&query)) {
        warnings.last_at = warnings.count == 0 ? ic_query_int64(&query, 0) : warnings.last_at;
        warnings.count++;
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_warnings = warnings;
    }
    return rc;
}
