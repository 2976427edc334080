#include "api/agreed.h"

#include "api/body.h"
#include "contract/limits.h"
#include "domain/rule.h"
#include "store/events.h"

enum { NAME_BYTES_MAX = 64 };

/* A name of an enumeration. */
struct names {
    const char *(*name)(int index);
    int count;
};

static int read_name(struct ic_json_reader *reader, const char *key, const struct names *names, bool is_optional)
{
    struct ic_str text = is_optional ? ic_json_find_text(reader, key, 1, NAME_BYTES_MAX)
                                     : ic_json_get_text(reader, key, 1, NAME_BYTES_MAX);
    for (int i = 0; i < names->count && text.size > 0; i++) {
        if (ic_str_equal(text, ic_str_from(names->name(i)))) {
            return i;
        }
    }
    if (ic_json_reader_ok(reader) && text.size > 0) {
        ic_json_refuse(reader, key, "This is none of its values.");
    }
    return 0;
}

static const char *metric_name(int index)
{
    return ic_goal_metric_name((enum ic_goal_metric)index);
}

static const char *frequency_name(int index)
{
    return ic_goal_frequency_name((enum ic_goal_frequency)index);
}

static const char *type_name(int index)
{
    return ic_rule_type_name((enum ic_rule_type)index);
}

static const struct names metrics = {metric_name, IC_GOAL_METRIC_COUNT};
static const struct names frequencies = {frequency_name, IC_GOAL_FREQUENCY_COUNT};
static const struct names types = {type_name, IC_RULE_TYPE_COUNT};

static void find_id(struct ic_json_reader *reader, const char *key, enum ic_id_kind kind, struct ic_id *ret_id)
{
    struct ic_str text = ic_json_find_text(reader, key, 1, IC_ID_SIZE);
    if (text.size > 0 && !ic_id_parse(kind, text, ret_id)) {
        ic_json_refuse(reader, key, "This is not an id of what is asked for.");
    }
}

static void read_common(struct ic_json_reader *reader, struct ic_proposal_wish *wish)
{
    bool is_rule = wish->agreed.is_rule;
    struct ic_id *opr_id = is_rule ? &wish->agreed.rule.assigned_to_opr : &wish->agreed.goal.assigned_to_opr;
    struct ic_id *act_id = is_rule ? &wish->agreed.rule.assigned_to_act : &wish->agreed.goal.assigned_to_act;
    find_id(reader, "assigned_to_opr", IC_ID_OPERATOR, opr_id);
    find_id(reader, "assigned_to_act", IC_ID_ACTOR, act_id);
    find_id(reader, "replaces_id", is_rule ? IC_ID_RULE : IC_ID_GOAL, &wish->replaces_id);
    wish->reason = ic_body_find_text(reader, "reason", IC_LIMIT_PROPOSAL_REASON_CHARACTERS_MAX);
}

void ic_agreed_read_goal(struct ic_json_reader *reader, struct ic_proposal_wish *ret_wish)
{
    struct ic_proposal_wish wish = {.agreed = {.is_rule = false}};
    struct ic_goal *goal = &wish.agreed.goal;
    goal->metric = (enum ic_goal_metric)read_name(reader, "metric", &metrics, false);
    goal->frequency = (enum ic_goal_frequency)read_name(reader, "frequency", &frequencies, false);
    goal->target_value = ic_json_get_int64(reader, "target_value", 1, IC_LIMIT_GOAL_VALUE_MAX);
    goal->start_date = ic_json_find_int64(reader, "start_date", 1, IC_STORE_TIME_MAX - 1, 0);
    goal->end_date = ic_json_find_int64(reader, "end_date", 1, IC_STORE_TIME_MAX - 1, 0);
    read_common(reader, &wish);
    *ret_wish = wish;
}

void ic_agreed_read_rule(struct ic_json_reader *reader, struct ic_proposal_wish *ret_wish)
{
    struct ic_proposal_wish wish = {.agreed = {.is_rule = true}};
    struct ic_rule *rule = &wish.agreed.rule;
    rule->type = (enum ic_rule_type)read_name(reader, "type", &types, false);
    rule->metric = (enum ic_goal_metric)read_name(reader, "metric", &metrics, true);
    rule->limit_value = ic_json_find_int64(reader, "limit_value", 0, IC_RULE_LIMIT_MAX, 1);
    rule->time_window_sec = ic_json_find_int64(reader, "time_window_sec", 1, IC_RULE_WINDOW_SEC_MAX, 1);
    rule->quiet_from_minute = (int)ic_json_find_int64(reader, "quiet_from_minute", 0, IC_RULE_DAY_MINUTES - 1, 0);
    rule->quiet_to_minute = (int)ic_json_find_int64(reader, "quiet_to_minute", 0, IC_RULE_DAY_MINUTES - 1, 0);
    rule->quiet_zone = ic_json_find_text(reader, "quiet_zone", 1, IC_LIMIT_TIME_ZONE_CHARACTERS_MAX);
    rule->severity = ic_body_find_text(reader, "severity", IC_LIMIT_SEVERITY_CHARACTERS_MAX);
    if (rule->severity.size == 0) {
        rule->severity = IC_STR("Soft Warning");
    }
    read_common(reader, &wish);
    *ret_wish = wish;
}

/* ---- Out. ---- */

static void put_assigned(struct ic_json_writer *writer, const struct ic_id *opr_id, const struct ic_id *act_id)
{
    ic_json_put_optional_text(writer, "assigned_to_opr", ic_id_text(opr_id));
    ic_json_put_optional_text(writer, "assigned_to_act", ic_id_text(act_id));
}

static void write_goal(struct ic_json_writer *writer, const struct ic_goal *goal)
{
    ic_json_put_name(writer, "goal_id", goal->goal_id.text);
    ic_json_put_name(writer, "metric", ic_goal_metric_name(goal->metric));
    ic_json_put_int64(writer, "target_value", goal->target_value);
    ic_json_put_name(writer, "frequency", ic_goal_frequency_name(goal->frequency));
    put_assigned(writer, &goal->assigned_to_opr, &goal->assigned_to_act);
    ic_json_put_name(writer, "status", ic_proposal_status_name(goal->status));
    ic_json_put_name(writer, "suggested_by", goal->suggested_by.text);
    ic_json_put_int64(writer, "created_at", goal->created_at);
    ic_json_put_int64(writer, "start_date", goal->start_date);
    if (goal->end_date > 0) {
        ic_json_put_int64(writer, "end_date", goal->end_date);
    }
}

static void write_rule(struct ic_json_writer *writer, const struct ic_rule *rule)
{
    ic_json_put_name(writer, "rule_id", rule->rule_id.text);
    ic_json_put_name(writer, "type", ic_rule_type_name(rule->type));
    ic_json_put_name(writer, "metric", ic_goal_metric_name(rule->metric));
    ic_json_put_int64(writer, "limit_value", rule->limit_value);
    ic_json_put_int64(writer, "time_window_sec", rule->time_window_sec);
    if (rule->type == IC_RULE_TYPE_QUIET_HOURS) {
        ic_json_put_int64(writer, "quiet_from_minute", rule->quiet_from_minute);
        ic_json_put_int64(writer, "quiet_to_minute", rule->quiet_to_minute);
        ic_json_put_optional_text(writer, "quiet_zone", rule->quiet_zone);
    }
    ic_json_put_text(writer, "severity", rule->severity);
    put_assigned(writer, &rule->assigned_to_opr, &rule->assigned_to_act);
    ic_json_put_name(writer, "status", ic_proposal_status_name(rule->status));
    ic_json_put_name(writer, "suggested_by", rule->suggested_by.text);
    ic_json_put_int64(writer, "created_at", rule->created_at);
}

void ic_agreed_write(struct ic_json_writer *writer, const struct ic_agreed *agreed)
{
    ic_json_object_begin(writer);
    if (agreed->is_rule) {
        write_rule(writer, &agreed->rule);
    } else {
        write_goal(writer, &agreed->goal);
    }
    ic_json_object_end(writer);
}
