#include "domain/stricter.h"

#include <string.h>

static bool is_quiet(const struct ic_rule_terms *rule, int minute)
{
    int from = rule->quiet_from_minute, to = rule->quiet_to_minute;
    return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

static bool covers(const struct ic_rule_terms *rule, const struct ic_rule_terms *than)
{
    for (int minute = 0; minute < IC_RULE_DAY_MINUTES; minute++) {
        if (is_quiet(than, minute) && !is_quiet(rule, minute)) {
            return false;
        }
    }
    return rule->quiet_zone == than->quiet_zone;
}

bool ic_rule_is_as_strict(const struct ic_rule_terms *rule, const struct ic_rule_terms *than)
{
    if (rule->type != than->type || rule->metric != than->metric ||
        !ic_id_equal(&rule->assigned_to_opr, &than->assigned_to_opr) ||
        strcmp(rule->act_username.text, than->act_username.text) != 0) {
        return false;
    }
    if (rule->type == IC_RULE_TYPE_QUIET_HOURS) {
        return covers(rule, than);
    }
    bool counts_profiles =
        ic_rule_type_has_metric(rule->type) && rule->metric == IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED;
    if (counts_profiles) {
        return rule->limit_value <= than->limit_value && rule->time_window_sec == than->time_window_sec;
    }
    return rule->limit_value == 0 ||
           (rule->limit_value <= than->limit_value && rule->time_window_sec >= than->time_window_sec);
}
