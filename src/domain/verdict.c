#include "domain/verdict.h"

static enum ic_verdict_subject subject_of(const struct ic_rule_terms *rule)
{
    switch (rule->type) {
    case IC_RULE_TYPE_FREQUENCY_CAP:
    case IC_RULE_TYPE_INTERVAL_SPACING:
        return rule->metric == IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED ? IC_VERDICT_SUBJECT_PROFILES
                                                                        : IC_VERDICT_SUBJECT_EVENTS;
    case IC_RULE_TYPE_TARGET_SPACING:
        return IC_VERDICT_SUBJECT_TARGET;
    case IC_RULE_TYPE_AWAIT_REPLY:
        return IC_VERDICT_SUBJECT_UNANSWERED;
    case IC_RULE_TYPE_OTHER_ACTOR:
        return IC_VERDICT_SUBJECT_OTHER_ACTORS;
    case IC_RULE_TYPE_REPEATED_TEXT:
        return IC_VERDICT_SUBJECT_TEXT;
    case IC_RULE_TYPE_QUIET_HOURS:
        break;
    }
    return IC_VERDICT_SUBJECT_NOTHING;
}

static bool is_about_target(enum ic_verdict_subject subject)
{
    return subject == IC_VERDICT_SUBJECT_TARGET || subject == IC_VERDICT_SUBJECT_UNANSWERED ||
           subject == IC_VERDICT_SUBJECT_OTHER_ACTORS;
}

bool ic_verdict_ask(const struct ic_rule_terms *rule, const struct ic_verdict_act *act,
                    struct ic_verdict_question *ret_question)
{
    enum ic_verdict_subject subject = subject_of(rule);
    if (!ic_rule_applies(rule, &act->opr_id, &act->act_username) ||
        (is_about_target(subject) && ic_id_is_empty(&act->tar_id)) ||
        (subject == IC_VERDICT_SUBJECT_TEXT && act->text_print == 0)) {
        return false;
    }
    *ret_question = (struct ic_verdict_question){
        .subject = subject,
        .metric = rule->metric,
        .opr_id = subject == IC_VERDICT_SUBJECT_OTHER_ACTORS ? (struct ic_id){.text = ""} : rule->assigned_to_opr,
        .act_username = subject == IC_VERDICT_SUBJECT_OTHER_ACTORS ? act->act_username : rule->act_username,
        .tar_id = act->tar_id,
        .text_print = act->text_print,
        .after_ms = act->now_ms - rule->time_window_sec * 1000,
        .count_max = rule->limit_value > 0 ? rule->limit_value : 1,
    };
    return true;
}

/* Seconds until the clocks show the end of the quiet hours; 0 outside of them. Where the clocks are put on or back
 * meanwhile, by what they show then. */
static int64_t quiet_wait(const struct ic_rule_terms *rule, const struct ic_verdict_act *act)
{
    const struct ic_zone *zone = rule->quiet_zone ? rule->quiet_zone : act->zone;
    struct ic_zone_local local = ic_zone_local(zone, act->now_ms);
    int minute = local.hour * 60 + local.minute;
    int from = rule->quiet_from_minute, to = rule->quiet_to_minute;
    bool is_quiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
    if (!is_quiet) {
        return 0;
    }
    int minutes = to - minute + (to <= minute ? IC_RULE_DAY_MINUTES : 0);
    /* Where this minute began: offsets are whole minutes since 1972. */
    int64_t begun_ms = act->now_ms - (act->now_ms % IC_MINUTE_MS + IC_MINUTE_MS) % IC_MINUTE_MS;
    int64_t end_ms = begun_ms + (int64_t)minutes * IC_MINUTE_MS;
    end_ms += ic_zone_offset_at(zone, act->now_ms) - ic_zone_offset_at(zone, end_ms);
    int64_t wait_ms = end_ms > act->now_ms ? end_ms - act->now_ms : 1;
    return (wait_ms + 999) / 1000;
}

struct ic_verdict_finding ic_verdict_judge(const struct ic_rule_terms *rule, const struct ic_verdict_act *act,
                                           const struct ic_verdict_question *question,
                                           const struct ic_verdict_answer *answer, int64_t whole_since_ms)
{
    struct ic_verdict_finding finding = {.outcome = IC_VERDICT_OUTCOME_CLEAR, .counted = answer->count};
    if (question->subject == IC_VERDICT_SUBJECT_NOTHING) {
        finding.wait_sec = quiet_wait(rule, act);
        finding.counted = finding.wait_sec > 0 ? 1 : 0;
        finding.outcome = finding.wait_sec > 0 ? IC_VERDICT_OUTCOME_WARNED : IC_VERDICT_OUTCOME_CLEAR;
        return finding;
    }
    /* Whom one has written to within the window is no further profile. */
    bool is_none_further = question->subject == IC_VERDICT_SUBJECT_PROFILES && answer->counts_target;
    if (!is_none_further && answer->count >= rule->limit_value) {
        finding.outcome = IC_VERDICT_OUTCOME_WARNED;
        int64_t wait_ms = answer->oldest_ms + rule->time_window_sec * 1000 - act->now_ms;
        finding.wait_sec = rule->limit_value > 0 ? (wait_ms + 999) / 1000 : -1;
    } else if (!is_none_further && whole_since_ms > question->after_ms) {
        finding.outcome = IC_VERDICT_OUTCOME_MISSING;
    }
    return finding;
}
