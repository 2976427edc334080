#include "domain/rule.h"

#include <string.h>

bool ic_rule_type_has_metric(enum ic_rule_type type)
{
    return type == IC_RULE_TYPE_FREQUENCY_CAP || type == IC_RULE_TYPE_INTERVAL_SPACING;
}

/* Kinds that say "not before", and so count to one. */
static bool is_spacing(enum ic_rule_type type)
{
    return type == IC_RULE_TYPE_INTERVAL_SPACING || type == IC_RULE_TYPE_TARGET_SPACING ||
           type == IC_RULE_TYPE_OTHER_ACTOR || type == IC_RULE_TYPE_QUIET_HOURS;
}

static const char *quiet_fault(const struct ic_rule_terms *terms, const char **ret_field)
{
    bool is_quiet = terms->type == IC_RULE_TYPE_QUIET_HOURS;
    *ret_field = "/quiet_from_minute";
    if (!is_quiet) {
        return terms->quiet_from_minute != 0 || terms->quiet_to_minute != 0 || terms->quiet_zone
                   ? "Only quiet hours have a beginning, an end and a zone."
                   : NULL;
    }
    if (terms->quiet_from_minute < 0 || terms->quiet_from_minute >= IC_RULE_DAY_MINUTES) {
        return "A minute of the day is 0 to 1439.";
    }
    *ret_field = "/quiet_to_minute";
    if (terms->quiet_to_minute < 0 || terms->quiet_to_minute >= IC_RULE_DAY_MINUTES) {
        return "A minute of the day is 0 to 1439.";
    }
    return terms->quiet_from_minute == terms->quiet_to_minute ? "Quiet hours end when they begin: that is never."
                                                              : NULL;
}

const char *ic_rule_fault(const struct ic_rule_terms *terms, const char **ret_field)
{
    *ret_field = "/metric";
    if (!ic_rule_type_has_metric(terms->type) && terms->metric != IC_GOAL_METRIC_TOTAL_MESSAGES_SENT) {
        return "Rules of this type count messages.";
    }
    *ret_field = "/limit_value";
    if (is_spacing(terms->type) && terms->limit_value != 1) {
        return "Rules of this type have the limit 1.";
    }
    if (terms->limit_value < 0 || terms->limit_value > IC_RULE_LIMIT_MAX) {
        return "A limit is 0 to 1000.";
    }
    if (terms->limit_value == 0 && terms->type != IC_RULE_TYPE_FREQUENCY_CAP) {
        return "Only a frequency cap can be 0.";
    }
    *ret_field = "/time_window_sec";
    if (terms->time_window_sec < 1 || terms->time_window_sec > IC_RULE_WINDOW_SEC_MAX) {
        return "A window is 1 second to 366 days.";
    }
    if (terms->type == IC_RULE_TYPE_QUIET_HOURS && terms->time_window_sec != 1) {
        return "Quiet hours look back at nothing: their window is 1.";
    }
    return quiet_fault(terms, ret_field);
}

bool ic_rule_applies(const struct ic_rule_terms *terms, const struct ic_id *opr_id,
                     const struct ic_handle *act_username)
{
    return (ic_id_is_empty(&terms->assigned_to_opr) || ic_id_equal(&terms->assigned_to_opr, opr_id)) &&
           (terms->act_username.text[0] == '\0' || strcmp(terms->act_username.text, act_username->text) == 0);
}
