/* The strategy: draw two rules of a kind, a history and what somebody is about to write, and demand that whenever the
 * first is said to be as strict, it warns wherever the second does; and by hand, that what should be said is. */
#include "domain/stricter.h"

#include "domain/history.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAIRS = 30000, EVENTS = 30, ACTS = 6, HOUR_SEC = 3600, MINUTE_MS = 60000 };

static uint32_t drawn(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

static struct ic_rule_terms cap(int64_t limit_value, int64_t time_window_sec)
{
    return (struct ic_rule_terms){.type = IC_RULE_TYPE_FREQUENCY_CAP,
                                  .metric = IC_GOAL_METRIC_TOTAL_MESSAGES_SENT,
                                  .limit_value = limit_value,
                                  .time_window_sec = time_window_sec};
}

static struct ic_rule_terms quiet(int from, int to)
{
    return (struct ic_rule_terms){.type = IC_RULE_TYPE_QUIET_HOURS,
                                  .metric = IC_GOAL_METRIC_TOTAL_MESSAGES_SENT,
                                  .limit_value = 1,
                                  .time_window_sec = 1,
                                  .quiet_from_minute = from,
                                  .quiet_to_minute = to};
}

static void test_fewer_in_no_less_time_is_as_strict(void **state)
{
    (void)state;
    struct ic_rule_terms rule = cap(40, 86400), fewer = cap(39, 86400), more = cap(41, 86400);
    struct ic_rule_terms longer = cap(40, 86401), shorter = cap(40, 86399), nothing = cap(0, 1);
    assert_true(ic_rule_is_as_strict(&rule, &rule));
    assert_true(ic_rule_is_as_strict(&fewer, &rule));
    assert_false(ic_rule_is_as_strict(&more, &rule));
    assert_true(ic_rule_is_as_strict(&longer, &rule));
    assert_false(ic_rule_is_as_strict(&shorter, &rule));
    assert_true(ic_rule_is_as_strict(&nothing, &rule));
    assert_false(ic_rule_is_as_strict(&rule, &nothing));
}

static void test_what_counts_something_else_or_somebody_else_is_not(void **state)
{
    (void)state;
    struct ic_rule_terms rule = cap(40, 86400);
    struct ic_rule_terms other = rule;
    other.metric = IC_GOAL_METRIC_REPLIES_RECEIVED;
    assert_false(ic_rule_is_as_strict(&other, &rule));
    other = rule;
    other.assigned_to_opr = (struct ic_id){"OPR-00000001"};
    assert_false(ic_rule_is_as_strict(&other, &rule));
    other = rule;
    other.act_username = (struct ic_handle){"shop"};
    assert_false(ic_rule_is_as_strict(&other, &rule));
    other = rule;
    other.type = IC_RULE_TYPE_REPEATED_TEXT;
    assert_false(ic_rule_is_as_strict(&other, &rule));
}

static void test_profiles_are_compared_within_one_window(void **state)
{
    (void)state;
    struct ic_rule_terms rule = cap(40, 86400), fewer = cap(39, 86400), longer = cap(39, 2 * 86400);
    rule.metric = fewer.metric = longer.metric = IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED;
    assert_true(ic_rule_is_as_strict(&fewer, &rule));
    assert_false(ic_rule_is_as_strict(&longer, &rule));
}

static void test_quiet_hours_cover_others_also_over_midnight(void **state)
{
    (void)state;
    struct ic_rule_terms night = quiet(22 * 60, 6 * 60), longer = quiet(21 * 60, 7 * 60),
                         evening = quiet(22 * 60, 23 * 60);
    struct ic_rule_terms later = quiet(23 * 60, 7 * 60);
    assert_true(ic_rule_is_as_strict(&night, &night));
    assert_true(ic_rule_is_as_strict(&longer, &night));
    assert_true(ic_rule_is_as_strict(&night, &evening));
    assert_false(ic_rule_is_as_strict(&evening, &night));
    assert_false(ic_rule_is_as_strict(&later, &night));
    longer.quiet_zone = &ic_zone_utc;
    assert_false(ic_rule_is_as_strict(&longer, &night)); /* By other clocks. */
}

/* ---- Drawn. ---- */

static struct ic_rule_terms draw_rule(uint64_t *seed, enum ic_rule_type type)
{
    static const enum ic_goal_metric metrics[] = {
        IC_GOAL_METRIC_TOTAL_MESSAGES_SENT, IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED, IC_GOAL_METRIC_REPLIES_RECEIVED};
    if (type == IC_RULE_TYPE_QUIET_HOURS) {
        int from = (int)drawn(seed, 24) * 60, to = (int)drawn(seed, 24) * 60;
        return quiet(from, from == to ? (to + 60) % IC_RULE_DAY_MINUTES : to);
    }
    struct ic_rule_terms rule = cap(drawn(seed, 4), (1 + (int64_t)drawn(seed, 4)) * HOUR_SEC);
    rule.type = type;
    if (ic_rule_type_has_metric(type)) {
        rule.metric = metrics[drawn(seed, 3)];
    }
    bool is_capped = type == IC_RULE_TYPE_FREQUENCY_CAP;
    bool counts = type == IC_RULE_TYPE_AWAIT_REPLY || type == IC_RULE_TYPE_REPEATED_TEXT;
    rule.limit_value = is_capped ? rule.limit_value : counts ? 1 + rule.limit_value : 1;
    if (drawn(seed, 3) == 0) {
        rule.assigned_to_opr = (struct ic_id){"OPR-00000001"};
    }
    return rule;
}

static struct ic_history_event draw_event(uint64_t *seed)
{
    static const char *const handles[] = {"shop", "studio"};
    struct ic_history_event event = {
        .at_ms = (int64_t)drawn(seed, 6 * 60) * MINUTE_MS,
        .metric = drawn(seed, 4) == 0 ? IC_GOAL_METRIC_REPLIES_RECEIVED : IC_GOAL_METRIC_TOTAL_MESSAGES_SENT,
        .text_print = 1 + drawn(seed, 2),
    };
    (void)memcpy(event.opr_id.text, drawn(seed, 2) ? "OPR-00000001" : "OPR-00000002", 13);
    (void)memcpy(event.tar_id.text, drawn(seed, 2) ? "TAR-00000001" : "TAR-00000002", 13);
    const char *handle = handles[drawn(seed, 2)];
    memcpy(event.act_username.text, handle, strlen(handle) + 1);
    return event;
}

static bool warns(const struct ic_history *history, const struct ic_rule_terms *rule, const struct ic_verdict_act *act)
{
    struct ic_verdict_question question;
    if (!ic_verdict_ask(rule, act, &question)) {
        return false;
    }
    struct ic_verdict_answer answer = {0};
    if (question.subject != IC_VERDICT_SUBJECT_NOTHING) {
        answer = ic_history_answer(history, &question);
    }
    return ic_verdict_judge(rule, act, &question, &answer, INT64_MIN).outcome == IC_VERDICT_OUTCOME_WARNED;
}

static void test_whoever_is_warned_by_the_looser_is_warned_by_the_stricter(void **state)
{
    (void)state;
    uint64_t seed = 7;
    int stricter_count = 0, warned_count = 0;
    for (int pair = 0; pair < PAIRS; pair++) {
        struct ic_err err = IC_ERR_NONE;
        enum ic_rule_type type = (enum ic_rule_type)drawn(&seed, IC_RULE_TYPE_COUNT);
        const struct ic_rule_terms rules[] = {draw_rule(&seed, type), draw_rule(&seed, type)};
        if (!ic_rule_is_as_strict(&rules[0], &rules[1])) {
            continue;
        }
        struct ic_history *history = ic_history_create(rules, 2);
        assert_non_null(history);
        stricter_count++;
        for (int i = 0; i < EVENTS; i++) {
            struct ic_history_event event = draw_event(&seed);
            assert_int_equal(ic_history_add(history, &event, &err), IC_OK);
        }
        for (int i = 0; i < ACTS; i++) {
            struct ic_history_event about = draw_event(&seed);
            const struct ic_verdict_act act = {.now_ms = about.at_ms,
                                               .opr_id = about.opr_id,
                                               .act_username = about.act_username,
                                               .tar_id = about.tar_id,
                                               .text_print = about.text_print,
                                               .zone = &ic_zone_utc};
            bool is_warned = warns(history, &rules[1], &act);
            warned_count += is_warned;
            assert_true(!is_warned || warns(history, &rules[0], &act));
        }
        ic_history_destroy(history);
    }
    assert_true(stricter_count > 1000);
    assert_true(warned_count > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fewer_in_no_less_time_is_as_strict),
        cmocka_unit_test(test_what_counts_something_else_or_somebody_else_is_not),
        cmocka_unit_test(test_profiles_are_compared_within_one_window),
        cmocka_unit_test(test_quiet_hours_cover_others_also_over_midnight),
        cmocka_unit_test(test_whoever_is_warned_by_the_looser_is_warned_by_the_stricter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
