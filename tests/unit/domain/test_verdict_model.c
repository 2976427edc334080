/* Verdicts held against a naive model on random cases (10,000, or as many as
 * IC_VERDICT_CASES says): it goes through every event for every second until the
 * rule would let the message pass, and knows nothing of questions, answers or indexes. The events come to the history
 * in a random order. */
#include "domain/history.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CASES = 10000, EVENTS_MAX = 14, RULES = 8, ACTS = 20, NAMES = 3, SPAN_MS = 30000, WINDOW_SEC_MAX = 24 };

static struct ic_rand_seed seed;
static struct ic_rand source;

static uint32_t draw(uint32_t bound)
{
    return ic_rand_below(&source, bound);
}

static const struct ic_id operators[NAMES] = {{.text = "OPR-A"}, {.text = "OPR-B"}, {.text = "OPR-C"}};
static const struct ic_handle actors[NAMES] = {{.text = "shop"}, {.text = "studio"}, {.text = "OPR-A"}};
static const struct ic_id targets[NAMES] = {{.text = "TAR-A"}, {.text = "TAR-B"}, {.text = "OPR-A"}};

static struct ic_history_event draw_event(void)
{
    static const enum ic_goal_metric metrics[] = {
        IC_GOAL_METRIC_TOTAL_MESSAGES_SENT, IC_GOAL_METRIC_TOTAL_MESSAGES_SENT, IC_GOAL_METRIC_TOTAL_MESSAGES_SENT,
        IC_GOAL_METRIC_REPLIES_RECEIVED,    IC_GOAL_METRIC_REPLIES_RECEIVED,    IC_GOAL_METRIC_WARM_LEADS_GENERATED,
        IC_GOAL_METRIC_BOOKINGS_MADE,       IC_GOAL_METRIC_PAYMENTS_RECEIVED};
    struct ic_history_event event = {.at_ms = draw(SPAN_MS / 250) * 250, /* So that some fall together. */
                                     .metric = metrics[draw(8)],
                                     .opr_id = operators[draw(NAMES)],
                                     .tar_id = targets[draw(NAMES)]};
    if (event.metric == IC_GOAL_METRIC_TOTAL_MESSAGES_SENT || draw(2)) {
        event.act_username = actors[draw(NAMES)];
    }
    if (event.metric == IC_GOAL_METRIC_TOTAL_MESSAGES_SENT) {
        event.text_print = draw(4);
    }
    return event;
}

static struct ic_rule_terms draw_rule(void)
{
    struct ic_rule_terms rule = {.type = (enum ic_rule_type)draw(IC_RULE_TYPE_COUNT),
                                 .limit_value = draw(4),
                                 .time_window_sec = 1 + draw(WINDOW_SEC_MAX)};
    if (draw(3) == 0) {
        rule.assigned_to_opr = operators[draw(NAMES)];
    }
    if (draw(3) == 0) {
        rule.act_username = actors[draw(NAMES)];
    }
    if (ic_rule_type_has_metric(rule.type)) {
        rule.metric = (enum ic_goal_metric)draw(IC_GOAL_METRIC_COUNT);
    }
    if (rule.type == IC_RULE_TYPE_QUIET_HOURS) {
        rule.time_window_sec = 1;
        rule.quiet_from_minute = (int)draw(IC_RULE_DAY_MINUTES);
        rule.quiet_to_minute = (rule.quiet_from_minute + 1 + (int)draw(IC_RULE_DAY_MINUTES - 1)) % IC_RULE_DAY_MINUTES;
    }
    const char *field;
    if (ic_rule_fault(&rule, &field)) {
        rule.limit_value = 1;
    }
    assert_null(ic_rule_fault(&rule, &field));
    return rule;
}

/* ---- The model. ---- */

struct world {
    struct ic_history_event events[EVENTS_MAX];
    size_t events_count;
};

static bool is_same(const char *left, const char *right)
{
    return strcmp(left, right) == 0;
}

static bool is_message(const struct ic_history_event *event)
{
    return event->metric == IC_GOAL_METRIC_TOTAL_MESSAGES_SENT;
}

static bool is_of(const struct ic_rule_terms *rule, const struct ic_history_event *event)
{
    return (rule->assigned_to_opr.text[0] == '\0' || is_same(rule->assigned_to_opr.text, event->opr_id.text)) &&
           (rule->act_username.text[0] == '\0' || is_same(rule->act_username.text, event->act_username.text));
}

static bool was_answered_since(const struct world *world, const struct ic_history_event *message)
{
    for (size_t i = 0; i < world->events_count; i++) {
        const struct ic_history_event *event = &world->events[i];
        if (event->metric == IC_GOAL_METRIC_REPLIES_RECEIVED && is_same(event->tar_id.text, message->tar_id.text) &&
            event->at_ms >= message->at_ms) {
            return true;
        }
    }
    return false;
}

/* Whether the rule looks at this event when that message is intended. */
static bool matters(const struct world *world, const struct ic_rule_terms *rule, const struct ic_verdict_act *act,
                    const struct ic_history_event *event)
{
    bool to_same = is_same(event->tar_id.text, act->tar_id.text);
    switch (rule->type) {
    case IC_RULE_TYPE_FREQUENCY_CAP:
    case IC_RULE_TYPE_INTERVAL_SPACING:
        return is_of(rule, event) &&
               (rule->metric == IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED ? is_message(event)
                                                                         : event->metric == rule->metric);
    case IC_RULE_TYPE_TARGET_SPACING:
        return is_of(rule, event) && is_message(event) && to_same;
    case IC_RULE_TYPE_AWAIT_REPLY:
        return is_of(rule, event) && is_message(event) && to_same && !was_answered_since(world, event);
    case IC_RULE_TYPE_OTHER_ACTOR:
        return is_message(event) && to_same && !is_same(event->act_username.text, act->act_username.text);
    case IC_RULE_TYPE_REPEATED_TEXT:
        return is_of(rule, event) && is_message(event) && event->text_print == act->text_print;
    case IC_RULE_TYPE_QUIET_HOURS:
        break;
    }
    return false;
}

static bool was_counted(const struct ic_history_event *const *counted, size_t count, const char *tar_id)
{
    for (size_t i = 0; i < count; i++) {
        if (is_same(counted[i]->tar_id.text, tar_id)) {
            return true;
        }
    }
    return false;
}

/* Whether the rule is broken at an instant; `ret_count` is how much there is then. */
static bool is_broken_at(const struct world *world, const struct ic_rule_terms *rule, const struct ic_verdict_act *act,
                         int64_t at_ms, int64_t *ret_count)
{
    bool is_of_profiles = rule->metric == IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED;
    const struct ic_history_event *counted[EVENTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < world->events_count; i++) {
        const struct ic_history_event *event = &world->events[i];
        if (event->at_ms > at_ms - rule->time_window_sec * 1000 && matters(world, rule, act, event) &&
            !(is_of_profiles && was_counted(counted, count, event->tar_id.text))) {
            counted[count++] = event;
        }
    }
    *ret_count = (int64_t)count;
    if (is_of_profiles && was_counted(counted, count, act->tar_id.text)) {
        return false;
    }
    return (int64_t)count >= rule->limit_value;
}

static bool is_quiet_at(const struct ic_rule_terms *rule, int64_t at_ms)
{
    int minute = (int)(at_ms / IC_MINUTE_MS % IC_RULE_DAY_MINUTES);
    for (int quiet = rule->quiet_from_minute; quiet != rule->quiet_to_minute;
         quiet = (quiet + 1) % IC_RULE_DAY_MINUTES) {
        if (minute == quiet) {
            return true;
        }
    }
    return false;
}

static struct ic_verdict_finding model_quiet(const struct ic_rule_terms *rule, const struct ic_verdict_act *act)
{
    struct ic_verdict_finding finding = {.outcome = IC_VERDICT_OUTCOME_CLEAR};
    if (!is_quiet_at(rule, act->now_ms)) {
        return finding;
    }
    int64_t at_ms = act->now_ms;
    while (is_quiet_at(rule, at_ms)) {
        at_ms = (at_ms / IC_MINUTE_MS + 1) * IC_MINUTE_MS;
    }
    finding.outcome = IC_VERDICT_OUTCOME_WARNED;
    finding.counted = 1;
    finding.wait_sec = (at_ms - act->now_ms + 999) / 1000;
    return finding;
}

static struct ic_verdict_finding model(const struct world *world, const struct ic_rule_terms *rule,
                                       const struct ic_verdict_act *act, int64_t whole_since_ms)
{
    if (rule->type == IC_RULE_TYPE_QUIET_HOURS) {
        return model_quiet(rule, act);
    }
    struct ic_verdict_finding finding = {.outcome = IC_VERDICT_OUTCOME_CLEAR};
    int64_t count, later;
    bool is_broken = is_broken_at(world, rule, act, act->now_ms, &count);
    int64_t most = rule->limit_value > 0 ? rule->limit_value : 1;
    finding.counted = count < most ? count : most;
    if (is_broken) {
        finding.outcome = IC_VERDICT_OUTCOME_WARNED;
        finding.wait_sec = rule->limit_value > 0 ? 0 : -1;
        while (finding.wait_sec >= 0 && is_broken_at(world, rule, act, act->now_ms + finding.wait_sec * 1000, &later)) {
            finding.wait_sec++;
        }
        return finding;
    }
    bool is_none_further = rule->metric == IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED && count >= rule->limit_value;
    if (rule->metric == IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED) {
        /* Written to within the window: whatever is missing would make no difference. */
        struct ic_rule_terms strict = *rule;
        strict.limit_value = 0;
        is_none_further = !is_broken_at(world, &strict, act, act->now_ms, &later);
    }
    if (!is_none_further && act->now_ms - rule->time_window_sec * 1000 < whole_since_ms) {
        finding.outcome = IC_VERDICT_OUTCOME_MISSING;
    }
    return finding;
}

/* ---- The cases. ---- */

static void draw_world(struct world *world, struct ic_history *history)
{
    world->events_count = draw(EVENTS_MAX + 1);
    for (size_t i = 0; i < world->events_count; i++) {
        world->events[i] = draw_event();
        assert_int_equal(ic_history_add(history, &world->events[i], NULL), IC_OK);
    }
}

static bool check_case(const struct world *world, const struct ic_history *history, const struct ic_rule_terms *rule,
                       uint64_t *warnings)
{
    struct ic_verdict_act act = {.now_ms = SPAN_MS / 2 + draw(SPAN_MS),
                                 .opr_id = operators[draw(NAMES)],
                                 .act_username = actors[draw(NAMES)],
                                 .text_print = draw(4),
                                 .zone = &ic_zone_utc};
    act.now_ms += rule->type == IC_RULE_TYPE_QUIET_HOURS ? (int64_t)draw(86400) * 1000 : 0;
    if (draw(8) > 0) {
        act.tar_id = targets[draw(NAMES)];
    }
    struct ic_verdict_question question;
    if (!ic_verdict_ask(rule, &act, &question)) {
        return false;
    }
    int64_t whole_since_ms = draw(SPAN_MS);
    struct ic_verdict_answer answer = ic_history_answer(history, &question);
    struct ic_verdict_finding found = ic_verdict_judge(rule, &act, &question, &answer, whole_since_ms);
    struct ic_verdict_finding wanted = model(world, rule, &act, whole_since_ms);
    if (found.outcome != wanted.outcome || found.counted != wanted.counted || found.wait_sec != wanted.wait_sec) {
        fail_msg("%s of %d in %d s: outcome %d, counted %d, wait %d; the model %d, %d, %d",
                 ic_rule_type_name(rule->type), (int)rule->limit_value, (int)rule->time_window_sec, (int)found.outcome,
                 (int)found.counted, (int)found.wait_sec, (int)wanted.outcome, (int)wanted.counted,
                 (int)wanted.wait_sec);
    }
    *warnings += found.outcome == IC_VERDICT_OUTCOME_WARNED;
    return true;
}

static void test_verdicts_are_those_of_the_model(void **state)
{
    (void)state;
    source = ic_rand_seeded(&seed, 6);
    uint64_t warnings = 0;
    int cases = 0, wanted_cases = CASES;
    const char *wanted = getenv("IC_VERDICT_CASES");
    if (wanted) {
        wanted_cases = (int)strtol(wanted, NULL, 10);
    }
    while (cases < wanted_cases) {
        struct ic_rule_terms rules[RULES];
        for (size_t i = 0; i < RULES; i++) {
            rules[i] = draw_rule();
        }
        struct ic_history *history = ic_history_create(rules, RULES);
        assert_non_null(history);
        struct world world;
        draw_world(&world, history);
        for (size_t i = 0; i < RULES * ACTS; i++) {
            cases += check_case(&world, history, &rules[i % RULES], &warnings);
        }
        ic_history_destroy(history);
    }
    /* Both sides of every rule were seen. */
    assert_in_range(warnings, cases / 4, cases - cases / 4);
    printf("# %d cases, %" PRIu64 " warnings\n", cases, warnings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts_are_those_of_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
