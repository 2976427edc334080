#include "domain/history.h"
#include "domain/text_print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { SEC = 1000 };
static const int64_t now_ms = 1800000000000; /* 2027-01-15T08:00Z, a Friday. */

static const struct ic_id ana = {.text = "OPR-00000001"}, rui = {.text = "OPR-00000002"};
static const struct ic_id cafe = {.text = "TAR-cafe0000"}, tasca = {.text = "TAR-tasca000"};
static const struct ic_handle shop = {.text = "shop"}, studio = {.text = "studio"};

static struct ic_verdict_act act(void)
{
    return (struct ic_verdict_act){
        .now_ms = now_ms, .opr_id = ana, .act_username = shop, .tar_id = cafe, .zone = &ic_zone_utc};
}

static struct ic_history_event message(int64_t ago_sec, const struct ic_id *opr_id, const struct ic_handle *actor,
                                       const struct ic_id *tar_id)
{
    return (struct ic_history_event){.at_ms = now_ms - ago_sec * SEC,
                                     .metric = IC_GOAL_METRIC_TOTAL_MESSAGES_SENT,
                                     .opr_id = *opr_id,
                                     .act_username = *actor,
                                     .tar_id = *tar_id};
}

static struct ic_verdict_finding judge(const struct ic_rule_terms *rule, const struct ic_verdict_act *intended,
                                       const struct ic_history_event *events, size_t count, int64_t whole_since_ms)
{
    const char *field;
    assert_null(ic_rule_fault(rule, &field));
    struct ic_history *history = ic_history_create(rule, 1);
    assert_non_null(history);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ic_history_add(history, &events[i], NULL), IC_OK);
    }
    struct ic_verdict_question question;
    assert_true(ic_verdict_ask(rule, intended, &question));
    struct ic_verdict_answer answer = ic_history_answer(history, &question);
    ic_history_destroy(history);
    return ic_verdict_judge(rule, intended, &question, &answer, whole_since_ms);
}

static void assert_finding(struct ic_verdict_finding finding, enum ic_verdict_outcome outcome, int64_t counted,
                           int64_t wait_sec)
{
    assert_int_equal(finding.outcome, outcome);
    assert_int_equal(finding.counted, counted);
    assert_int_equal(finding.wait_sec, wait_sec);
}

static void test_a_cap_of_two_warns_at_the_third_message_and_says_how_long(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_FREQUENCY_CAP, .limit_value = 2, .time_window_sec = 3600};
    const struct ic_history_event events[] = {message(3600, &ana, &shop, &cafe), message(600, &rui, &studio, &tasca),
                                              message(60, &ana, &shop, &cafe)};
    struct ic_verdict_act intended = act();
    assert_finding(judge(&rule, &intended, events, 1, 0), IC_VERDICT_OUTCOME_CLEAR, 0, 0);
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_CLEAR, 1, 0);
    assert_finding(judge(&rule, &intended, events, 3, 0), IC_VERDICT_OUTCOME_WARNED, 2, 3000);
    intended.now_ms += 1; /* A part of a second is waited for whole. */
    assert_finding(judge(&rule, &intended, events, 3, 0), IC_VERDICT_OUTCOME_WARNED, 2, 3000);
    intended.now_ms += 3000 * SEC - 1;
    assert_finding(judge(&rule, &intended, events, 3, 0), IC_VERDICT_OUTCOME_CLEAR, 1, 0);
}

static void test_a_cap_of_none_warns_always_and_no_wait_helps(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_FREQUENCY_CAP, .limit_value = 0, .time_window_sec = 3600};
    struct ic_verdict_act intended = act();
    assert_finding(judge(&rule, &intended, NULL, 0, 0), IC_VERDICT_OUTCOME_WARNED, 0, -1);
}

static void test_a_rule_for_an_operator_or_an_account_counts_only_theirs(void **state)
{
    (void)state;
    struct ic_rule_terms rule = {
        .type = IC_RULE_TYPE_FREQUENCY_CAP, .limit_value = 2, .time_window_sec = 3600, .assigned_to_opr = ana};
    const struct ic_history_event events[] = {message(30, &ana, &studio, &cafe), message(20, &rui, &shop, &cafe)};
    struct ic_verdict_act intended = act();
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_CLEAR, 1, 0);
    rule.assigned_to_opr = (struct ic_id){.text = ""};
    rule.act_username = shop;
    /* A shared account's messages count whoever sent them. */
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_CLEAR, 1, 0);
    rule.act_username = (struct ic_handle){.text = ""};
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_WARNED, 2, 3570);
}

static void test_a_rule_for_others_says_nothing(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {
        .type = IC_RULE_TYPE_FREQUENCY_CAP, .limit_value = 0, .time_window_sec = 60, .assigned_to_opr = rui};
    struct ic_verdict_act intended = act();
    struct ic_verdict_question question;
    assert_false(ic_verdict_ask(&rule, &intended, &question));
}

static void test_profiles_count_once_and_whom_one_has_written_to_is_none_further(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_FREQUENCY_CAP,
                                       .metric = IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED,
                                       .limit_value = 1,
                                       .time_window_sec = 3600};
    const struct ic_history_event to_tasca[] = {message(900, &ana, &shop, &tasca), message(300, &ana, &shop, &tasca)};
    const struct ic_history_event to_cafe[] = {message(900, &ana, &shop, &tasca), message(300, &ana, &shop, &cafe)};
    struct ic_verdict_act intended = act();
    assert_finding(judge(&rule, &intended, to_tasca, 2, 0), IC_VERDICT_OUTCOME_WARNED, 1, 3300);
    assert_finding(judge(&rule, &intended, to_cafe, 2, 0), IC_VERDICT_OUTCOME_CLEAR, 1, 0);
    intended.tar_id = (struct ic_id){.text = ""}; /* Whom nobody knows was not written to. */
    assert_finding(judge(&rule, &intended, to_cafe, 2, 0), IC_VERDICT_OUTCOME_WARNED, 1, 3300);
}

static void test_a_cap_may_count_what_is_to_be_dealt_with(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_FREQUENCY_CAP,
                                       .metric = IC_GOAL_METRIC_REPLIES_RECEIVED,
                                       .limit_value = 1,
                                       .time_window_sec = 3600};
    struct ic_history_event events[] = {message(900, &ana, &shop, &tasca), message(300, &ana, &shop, &tasca)};
    struct ic_verdict_act intended = act();
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_CLEAR, 0, 0);
    events[0].metric = IC_GOAL_METRIC_REPLIES_RECEIVED;
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_WARNED, 1, 2700);
}

static void test_a_spacing_waits_for_the_latest_message(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_INTERVAL_SPACING, .limit_value = 1, .time_window_sec = 120};
    const struct ic_history_event events[] = {message(30, &ana, &shop, &tasca), message(90, &ana, &shop, &tasca)};
    struct ic_verdict_act intended = act();
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_WARNED, 1, 90);
}

static void test_the_same_target_has_a_gap(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_TARGET_SPACING, .limit_value = 1, .time_window_sec = 86400};
    const struct ic_history_event events[] = {message(10, &ana, &shop, &tasca), message(400, &rui, &studio, &cafe)};
    struct ic_verdict_act intended = act();
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_WARNED, 1, 86000);
    assert_finding(judge(&rule, &intended, events, 1, 0), IC_VERDICT_OUTCOME_CLEAR, 0, 0);
    intended.tar_id = (struct ic_id){.text = ""};
    struct ic_verdict_question question;
    assert_false(ic_verdict_ask(&rule, &intended, &question));
}

static void test_one_message_until_a_reply(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_AWAIT_REPLY, .limit_value = 1, .time_window_sec = 86400};
    struct ic_history_event events[] = {message(900, &ana, &shop, &cafe), message(600, &ana, &shop, &cafe),
                                        message(300, &rui, &studio, &cafe)};
    struct ic_verdict_act intended = act();
    assert_finding(judge(&rule, &intended, events, 1, 0), IC_VERDICT_OUTCOME_WARNED, 1, 85500);
    events[1].metric = IC_GOAL_METRIC_REPLIES_RECEIVED;
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_CLEAR, 0, 0);
    assert_finding(judge(&rule, &intended, events, 3, 0), IC_VERDICT_OUTCOME_WARNED, 1, 86100);
    events[1].tar_id = tasca; /* Another's reply is none. */
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_WARNED, 1, 85500);
}

static void test_another_actor_of_the_team_has_written(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_OTHER_ACTOR, .limit_value = 1, .time_window_sec = 86400};
    const struct ic_history_event events[] = {message(900, &rui, &studio, &cafe), message(600, &rui, &shop, &cafe)};
    struct ic_verdict_act intended = act();
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_WARNED, 1, 85500);
    intended.act_username = studio;
    assert_finding(judge(&rule, &intended, events, 1, 0), IC_VERDICT_OUTCOME_CLEAR, 0, 0);
    struct ic_rule_terms for_ana = rule;
    for_ana.assigned_to_opr = ana; /* Who is warned; whose messages count is everybody's. */
    intended = act();
    assert_finding(judge(&for_ana, &intended, events, 2, 0), IC_VERDICT_OUTCOME_WARNED, 1, 85500);
}

static void test_a_text_is_not_sent_again_and_again(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_REPEATED_TEXT, .limit_value = 2, .time_window_sec = 3600};
    struct ic_history_event events[] = {message(900, &ana, &shop, &cafe), message(600, &ana, &shop, &tasca)};
    events[0].text_print = ic_text_print(IC_STR("Hi there"));
    events[1].text_print = ic_text_print(IC_STR("hi  there"));
    struct ic_verdict_act intended = act();
    struct ic_verdict_question question;
    assert_false(ic_verdict_ask(&rule, &intended, &question));
    intended.text_print = ic_text_print(IC_STR("Hi there"));
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_WARNED, 2, 2700);
    intended.text_print = ic_text_print(IC_STR("Good morning"));
    assert_finding(judge(&rule, &intended, events, 2, 0), IC_VERDICT_OUTCOME_CLEAR, 0, 0);
}

static struct ic_verdict_finding judge_quiet(int from, int to, const struct ic_zone *zone, int64_t at_ms)
{
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_QUIET_HOURS,
                                       .limit_value = 1,
                                       .time_window_sec = 1,
                                       .quiet_from_minute = from,
                                       .quiet_to_minute = to,
                                       .quiet_zone = zone};
    struct ic_verdict_act intended = act();
    intended.now_ms = at_ms;
    return judge(&rule, &intended, NULL, 0, INT64_MAX);
}

static void test_quiet_hours_are_of_the_zones_clocks_and_go_over_midnight(void **state)
{
    (void)state;
    static const struct ic_zone_offset kathmandu_offsets[] = {{0, 20700000}};
    static const struct ic_zone kathmandu = {kathmandu_offsets, 1};
    assert_finding(judge_quiet(480, 540, NULL, now_ms), IC_VERDICT_OUTCOME_WARNED, 1, 3600);
    assert_finding(judge_quiet(480, 540, NULL, now_ms + 1), IC_VERDICT_OUTCOME_WARNED, 1, 3600);
    assert_finding(judge_quiet(480, 540, NULL, now_ms + 3599 * SEC), IC_VERDICT_OUTCOME_WARNED, 1, 1);
    assert_finding(judge_quiet(480, 540, NULL, now_ms + 3600 * SEC), IC_VERDICT_OUTCOME_CLEAR, 0, 0);
    assert_finding(judge_quiet(481, 540, NULL, now_ms), IC_VERDICT_OUTCOME_CLEAR, 0, 0);
    assert_finding(judge_quiet(1320, 480, NULL, now_ms - 1), IC_VERDICT_OUTCOME_WARNED, 1, 1);
    assert_finding(judge_quiet(1320, 481, NULL, now_ms - 9 * 3600 * SEC), IC_VERDICT_OUTCOME_WARNED, 1, 9 * 3600 + 60);
    /* 13:45 there. */
    assert_finding(judge_quiet(825, 840, &kathmandu, now_ms), IC_VERDICT_OUTCOME_WARNED, 1, 900);
    assert_finding(judge_quiet(480, 540, &kathmandu, now_ms), IC_VERDICT_OUTCOME_CLEAR, 0, 0);
}

static void test_quiet_hours_end_by_the_clocks_of_then(void **state)
{
    (void)state;
    /* 2026-03-29T01:00Z: from 02:00 to 03:00. */
    static const struct ic_zone_offset berlin_offsets[] = {{0, 3600000}, {1774746000000, 7200000}};
    static const struct ic_zone berlin = {berlin_offsets, 2};
    int64_t eleven = 1774746000000 - 3 * 3600 * SEC; /* 23:00. */
    assert_finding(judge_quiet(1320, 420, &berlin, eleven), IC_VERDICT_OUTCOME_WARNED, 1, 7 * 3600);
}

static void test_history_that_is_not_there_is_missing_unless_what_is_there_warns(void **state)
{
    (void)state;
    const struct ic_rule_terms rule = {.type = IC_RULE_TYPE_FREQUENCY_CAP, .limit_value = 1, .time_window_sec = 3600};
    const struct ic_history_event events[] = {message(900, &ana, &shop, &cafe)};
    struct ic_verdict_act intended = act();
    assert_finding(judge(&rule, &intended, NULL, 0, now_ms - 3599 * SEC), IC_VERDICT_OUTCOME_MISSING, 0, 0);
    assert_finding(judge(&rule, &intended, NULL, 0, now_ms - 3600 * SEC), IC_VERDICT_OUTCOME_CLEAR, 0, 0);
    assert_finding(judge(&rule, &intended, events, 1, INT64_MAX), IC_VERDICT_OUTCOME_WARNED, 1, 2700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cap_of_two_warns_at_the_third_message_and_says_how_long),
        cmocka_unit_test(test_a_cap_of_none_warns_always_and_no_wait_helps),
        cmocka_unit_test(test_a_rule_for_an_operator_or_an_account_counts_only_theirs),
        cmocka_unit_test(test_a_rule_for_others_says_nothing),
        cmocka_unit_test(test_profiles_count_once_and_whom_one_has_written_to_is_none_further),
        cmocka_unit_test(test_a_cap_may_count_what_is_to_be_dealt_with),
        cmocka_unit_test(test_a_spacing_waits_for_the_latest_message),
        cmocka_unit_test(test_the_same_target_has_a_gap),
        cmocka_unit_test(test_one_message_until_a_reply),
        cmocka_unit_test(test_another_actor_of_the_team_has_written),
        cmocka_unit_test(test_a_text_is_not_sent_again_and_again),
        cmocka_unit_test(test_quiet_hours_are_of_the_zones_clocks_and_go_over_midnight),
        cmocka_unit_test(test_quiet_hours_end_by_the_clocks_of_then),
        cmocka_unit_test(test_history_that_is_not_there_is_missing_unless_what_is_there_warns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
