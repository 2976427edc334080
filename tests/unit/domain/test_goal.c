#include "domain/goal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HOURS = IC_HOUR_MS };

/* 2026-03-29T01:00Z on: summer time. */
static const struct ic_zone_offset berlin_offsets[] = {{0, 1 * HOURS}, {1774746000000, 2 * HOURS}};
static const struct ic_zone berlin = {berlin_offsets, 2};
static const int64_t sunday = 1774738800000; /* 2026-03-29 there. */

static void test_a_day_of_a_change_has_23_hours(void **state)
{
    (void)state;
    struct ic_goal_period period;
    assert_true(ic_goal_period(IC_GOAL_FREQUENCY_DAILY, &berlin, 0, 0, sunday + 5 * HOURS, 0, &period));
    assert_int_equal(period.from_ms, sunday);
    assert_int_equal(period.until_ms, sunday + 23 * HOURS);
    assert_true(ic_goal_period(IC_GOAL_FREQUENCY_DAILY, &berlin, 0, 0, sunday + 5 * HOURS, 1, &period));
    assert_int_equal(period.from_ms, sunday - 24 * HOURS);
    assert_int_equal(period.until_ms, sunday);
}

static void test_months_go_back_over_the_year(void **state)
{
    (void)state;
    struct ic_goal_period period;
    assert_true(ic_goal_period(IC_GOAL_FREQUENCY_MONTHLY, &ic_zone_utc, 0, 0, sunday, 3, &period));
    assert_int_equal(period.from_ms, 1764547200000);  /* 2025-12-01 */
    assert_int_equal(period.until_ms, 1767225600000); /* 2026-01-01 */
}

static void test_the_first_and_the_last_period_are_cut(void **state)
{
    (void)state;
    struct ic_goal_period period;
    int64_t start = sunday + 3 * HOURS, end = sunday + 20 * HOURS;
    assert_true(ic_goal_period(IC_GOAL_FREQUENCY_DAILY, &berlin, start, end, sunday + 5 * HOURS, 0, &period));
    assert_int_equal(period.from_ms, start);
    assert_int_equal(period.until_ms, end);
    assert_false(ic_goal_period(IC_GOAL_FREQUENCY_DAILY, &berlin, start, end, sunday + 5 * HOURS, 1, &period));
    assert_false(ic_goal_period(IC_GOAL_FREQUENCY_DAILY, &berlin, start, end, sunday + 25 * HOURS, 0, &period));
}

static void test_the_pace_tells_what_is_due_and_what_each_hour_has_to_bring(void **state)
{
    (void)state;
    const struct ic_goal_period day = {.from_ms = 0, .until_ms = 24 * HOURS};
    struct ic_goal_pace pace = ic_goal_pace(IC_GOAL_FREQUENCY_DAILY, &day, 12 * HOURS, 5, 20);
    assert_int_equal(pace.expected, 10);
    assert_int_equal(pace.needed, 2); /* 15 in 12 hours. */
    assert_true(pace.has_forecast);
    assert_int_equal(pace.forecast, 10);
    pace = ic_goal_pace(IC_GOAL_FREQUENCY_DAILY, &day, 12 * HOURS, 25, 20);
    assert_int_equal(pace.needed, 0);
    assert_int_equal(pace.forecast, 50);
    /* Half an hour is an hour that is left. */
    pace = ic_goal_pace(IC_GOAL_FREQUENCY_DAILY, &day, 24 * HOURS - HOURS / 2, 5, 20);
    assert_int_equal(pace.needed, 15);
}

static void test_a_month_is_paced_by_days(void **state)
{
    (void)state;
    const struct ic_goal_period month = {.from_ms = 0, .until_ms = INT64_C(31) * IC_DAY_MS};
    struct ic_goal_pace pace = ic_goal_pace(IC_GOAL_FREQUENCY_MONTHLY, &month, 10 * IC_DAY_MS, 100, 310);
    assert_int_equal(pace.expected, 100);
    assert_int_equal(pace.needed, 10);
    assert_int_equal(pace.forecast, 310);
}

static void test_the_beginning_of_a_period_foretells_nothing(void **state)
{
    (void)state;
    const struct ic_goal_period day = {.from_ms = 0, .until_ms = 20 * HOURS};
    assert_false(ic_goal_pace(IC_GOAL_FREQUENCY_DAILY, &day, 0, 3, 20).has_forecast);
    assert_false(ic_goal_pace(IC_GOAL_FREQUENCY_DAILY, &day, HOURS - 1, 3, 20).has_forecast);
    assert_true(ic_goal_pace(IC_GOAL_FREQUENCY_DAILY, &day, HOURS, 3, 20).has_forecast);
    assert_int_equal(ic_goal_pace(IC_GOAL_FREQUENCY_DAILY, &day, HOURS, 3, 20).forecast, 60);
}

static void test_large_numbers_do_not_overflow(void **state)
{
    (void)state;
    const struct ic_goal_period month = {.from_ms = 0, .until_ms = INT64_C(31) * IC_DAY_MS};
    int64_t most = INT64_C(9007199254740991);
    struct ic_goal_pace pace = ic_goal_pace(IC_GOAL_FREQUENCY_MONTHLY, &month, INT64_C(31) * IC_DAY_MS - 1, most, most);
    assert_int_equal(pace.needed, 0);
    assert_true(pace.expected < most && pace.expected > most - most / 1000000);
    assert_true(pace.forecast >= most);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_day_of_a_change_has_23_hours),
        cmocka_unit_test(test_months_go_back_over_the_year),
        cmocka_unit_test(test_the_first_and_the_last_period_are_cut),
        cmocka_unit_test(test_the_pace_tells_what_is_due_and_what_each_hour_has_to_bring),
        cmocka_unit_test(test_a_month_is_paced_by_days),
        cmocka_unit_test(test_the_beginning_of_a_period_foretells_nothing),
        cmocka_unit_test(test_large_numbers_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
