#include "domain/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct ic_rule_terms cap = {
    .type = IC_RULE_TYPE_FREQUENCY_CAP, .limit_value = 20, .time_window_sec = 86400};
static const struct ic_rule_terms quiet = {.type = IC_RULE_TYPE_QUIET_HOURS,
                                           .limit_value = 1,
                                           .time_window_sec = 1,
                                           .quiet_from_minute = 1320,
                                           .quiet_to_minute = 420};

static void assert_fault(struct ic_rule_terms terms, const char *wanted_field)
{
    const char *field = NULL;
    assert_non_null(ic_rule_fault(&terms, &field));
    assert_string_equal(field, wanted_field);
}

static void assert_holds(struct ic_rule_terms terms)
{
    const char *field;
    assert_null(ic_rule_fault(&terms, &field));
}

static struct ic_rule_terms with_limit(struct ic_rule_terms terms, int64_t limit)
{
    terms.limit_value = limit;
    return terms;
}

static struct ic_rule_terms with_window(struct ic_rule_terms terms, int64_t window)
{
    terms.time_window_sec = window;
    return terms;
}

static struct ic_rule_terms with_type(struct ic_rule_terms terms, enum ic_rule_type type)
{
    terms.type = type;
    return terms;
}

static struct ic_rule_terms with_hours(struct ic_rule_terms terms, int from, int to)
{
    terms.quiet_from_minute = from;
    terms.quiet_to_minute = to;
    return terms;
}

static void test_limits_and_windows_have_their_ranges(void **state)
{
    (void)state;
    assert_holds(with_limit(cap, 0));
    assert_holds(with_limit(cap, IC_RULE_LIMIT_MAX));
    assert_fault(with_limit(cap, -1), "/limit_value");
    assert_fault(with_limit(cap, IC_RULE_LIMIT_MAX + 1), "/limit_value");
    assert_holds(with_window(cap, 1));
    assert_holds(with_window(cap, IC_RULE_WINDOW_SEC_MAX));
    assert_fault(with_window(cap, 0), "/time_window_sec");
    assert_fault(with_window(cap, IC_RULE_WINDOW_SEC_MAX + 1), "/time_window_sec");
}

static void test_a_spacing_counts_to_one(void **state)
{
    (void)state;
    static const enum ic_rule_type spacings[] = {IC_RULE_TYPE_INTERVAL_SPACING, IC_RULE_TYPE_TARGET_SPACING,
                                                 IC_RULE_TYPE_OTHER_ACTOR};
    for (size_t i = 0; i < sizeof spacings / sizeof spacings[0]; i++) {
        assert_holds(with_limit(with_type(cap, spacings[i]), 1));
        assert_fault(with_limit(with_type(cap, spacings[i]), 2), "/limit_value");
        assert_fault(with_limit(with_type(cap, spacings[i]), 0), "/limit_value");
    }
    assert_holds(with_limit(with_type(cap, IC_RULE_TYPE_AWAIT_REPLY), 3));
    assert_fault(with_limit(with_type(cap, IC_RULE_TYPE_REPEATED_TEXT), 0), "/limit_value");
}

static void test_only_caps_and_spacings_choose_a_metric(void **state)
{
    (void)state;
    struct ic_rule_terms terms = cap;
    terms.metric = IC_GOAL_METRIC_BOOKINGS_MADE;
    assert_holds(terms);
    assert_holds(with_limit(with_type(terms, IC_RULE_TYPE_INTERVAL_SPACING), 1));
    assert_fault(with_type(terms, IC_RULE_TYPE_AWAIT_REPLY), "/metric");
    assert_fault(with_limit(with_type(terms, IC_RULE_TYPE_OTHER_ACTOR), 1), "/metric");
}

static void test_quiet_hours_begin_and_end_within_a_day(void **state)
{
    (void)state;
    assert_holds(quiet);
    assert_holds(with_hours(quiet, 0, 1439));
    assert_fault(with_hours(quiet, -1, 60), "/quiet_from_minute");
    assert_fault(with_hours(quiet, 1440, 60), "/quiet_from_minute");
    assert_fault(with_hours(quiet, 60, 1440), "/quiet_to_minute");
    assert_fault(with_hours(quiet, 60, 60), "/quiet_to_minute");
    assert_fault(with_window(quiet, 60), "/time_window_sec");
    assert_fault(with_hours(cap, 60, 120), "/quiet_from_minute");
    struct ic_rule_terms zoned = cap;
    zoned.quiet_zone = &ic_zone_utc;
    assert_fault(zoned, "/quiet_from_minute");
}

static void test_a_rule_is_for_everybody_an_operator_or_an_account(void **state)
{
    (void)state;
    struct ic_id ana = {.text = "OPR-00000001"}, rui = {.text = "OPR-00000002"};
    struct ic_handle shop = {.text = "shop"}, other = {.text = "other"};
    struct ic_rule_terms terms = cap;
    assert_true(ic_rule_applies(&terms, &ana, &shop));
    terms.assigned_to_opr = ana;
    assert_true(ic_rule_applies(&terms, &ana, &shop));
    assert_false(ic_rule_applies(&terms, &rui, &shop));
    terms = cap;
    terms.act_username = shop;
    assert_true(ic_rule_applies(&terms, &rui, &shop));
    assert_false(ic_rule_applies(&terms, &rui, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits_and_windows_have_their_ranges),
        cmocka_unit_test(test_a_spacing_counts_to_one),
        cmocka_unit_test(test_only_caps_and_spacings_choose_a_metric),
        cmocka_unit_test(test_quiet_hours_begin_and_end_within_a_day),
        cmocka_unit_test(test_a_rule_is_for_everybody_an_operator_or_an_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
