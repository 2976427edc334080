#include "domain/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HOURS = IC_HOUR_MS, BUCKETS_MAX = 64 };

/* 2026-03-29T01:00Z on: summer time; 2026-10-25T01:00Z on: winter time. */
static const struct ic_zone_offset berlin_offsets[] = {
    {0, 1 * HOURS}, {1774746000000, 2 * HOURS}, {1792890000000, 1 * HOURS}};
static const struct ic_zone berlin = {berlin_offsets, 3};

/* Clocks went from 00:00 to 01:00 on 2018-11-04 (03:00Z). */
static const struct ic_zone_offset sao_paulo_offsets[] = {{0, -3 * HOURS}, {1541300400000, -2 * HOURS}};
static const struct ic_zone sao_paulo = {sao_paulo_offsets, 2};

/* Clocks went from 24:00 back to 23:00 of the same day on 2018-02-17 (02:00Z of the 18th). */
static const struct ic_zone_offset back_offsets[] = {{0, -2 * HOURS}, {1518919200000, -3 * HOURS}};
static const struct ic_zone back = {back_offsets, 2};

/* 2011-12-30 was left out: from UTC-10 to UTC+14 at 10:00Z of that day. */
static const struct ic_zone_offset apia_offsets[] = {{0, -10 * HOURS}, {1325239200000, 14 * HOURS}};
static const struct ic_zone apia = {apia_offsets, 2};

static const struct ic_zone_offset kathmandu_offsets[] = {{0, 20700000}};
static const struct ic_zone kathmandu = {kathmandu_offsets, 1};

static int64_t date(const struct ic_zone *zone, int32_t year, int month, int day)
{
    int64_t start_ms = -1;
    assert_true(ic_zone_date_start(zone, year, month, day, &start_ms));
    return start_ms;
}

static void test_days_of_a_change_have_23_and_25_hours(void **state)
{
    (void)state;
    assert_int_equal(date(&berlin, 2026, 3, 30) - date(&berlin, 2026, 3, 29), 23 * HOURS);
    assert_int_equal(date(&berlin, 2026, 10, 26) - date(&berlin, 2026, 10, 25), 25 * HOURS);
    assert_int_equal(date(&berlin, 2026, 10, 25), 1792879200000);
    /* Both hours of the 25th that the clocks call two belong to it. */
    assert_int_equal(ic_zone_start(&berlin, IC_ZONE_DAY, 1792886400000), 1792879200000);
    assert_int_equal(ic_zone_start(&berlin, IC_ZONE_DAY, 1792893600000), 1792879200000);
    assert_int_equal(ic_zone_local(&berlin, 1792886400000).hour, 2);
    assert_int_equal(ic_zone_local(&berlin, 1792890000000).hour, 2);
}

static void test_a_day_without_a_midnight_begins_with_its_first_instant(void **state)
{
    (void)state;
    assert_int_equal(date(&sao_paulo, 2018, 11, 4), 1541300400000);
    assert_int_equal(ic_zone_local(&sao_paulo, 1541300400000).hour, 1);
    assert_int_equal(ic_zone_start(&sao_paulo, IC_ZONE_DAY, 1541300400000 - 1), date(&sao_paulo, 2018, 11, 3));
    assert_int_equal(date(&sao_paulo, 2018, 11, 5) - date(&sao_paulo, 2018, 11, 4), 23 * HOURS);
}

static void test_clocks_that_go_back_at_midnight_do_not_begin_a_day_twice(void **state)
{
    (void)state;
    assert_int_equal(date(&back, 2018, 2, 18), 1518919200000 + HOURS);
    assert_int_equal(date(&back, 2018, 2, 18) - date(&back, 2018, 2, 17), 25 * HOURS);
    assert_int_equal(ic_zone_start(&back, IC_ZONE_DAY, 1518919200000), date(&back, 2018, 2, 17));
}

static void test_a_day_that_was_left_out_is_empty_and_no_bucket(void **state)
{
    (void)state;
    assert_int_equal(date(&apia, 2011, 12, 30), date(&apia, 2011, 12, 31));
    int64_t starts[BUCKETS_MAX];
    size_t count =
        ic_zone_buckets(&apia, IC_ZONE_DAY, date(&apia, 2011, 12, 29), date(&apia, 2012, 1, 1), starts, BUCKETS_MAX);
    assert_int_equal(count, 2);
    assert_int_equal(starts[1], 1325239200000);
}

static void test_days_of_quarter_hour_zones_begin_with_a_quarter(void **state)
{
    (void)state;
    assert_int_equal(date(&kathmandu, 2026, 1, 1), 1767225600000 - 20700000);
    struct ic_zone_local local = ic_zone_local(&kathmandu, 1767225600000);
    assert_int_equal(local.hour, 5);
    assert_int_equal(local.minute, 45);
}

static void test_a_week_goes_on_over_new_year(void **state)
{
    (void)state;
    /* 2026-01-01 is a Thursday of the week that began on 2025-12-29. */
    int64_t monday = date(&berlin, 2025, 12, 29);
    assert_int_equal(ic_zone_start(&berlin, IC_ZONE_WEEK, date(&berlin, 2026, 1, 1)), monday);
    assert_int_equal(ic_zone_start(&berlin, IC_ZONE_WEEK, date(&berlin, 2026, 1, 5) - 1), monday);
    assert_int_equal(ic_zone_start_after(&berlin, IC_ZONE_WEEK, monday, 1), date(&berlin, 2026, 1, 5));
    assert_int_equal(ic_zone_local(&berlin, date(&berlin, 2026, 1, 1)).weekday, 3);
}

static void test_months_count_over_years_both_ways(void **state)
{
    (void)state;
    int64_t march = ic_zone_start(&berlin, IC_ZONE_MONTH, date(&berlin, 2026, 3, 31));
    assert_int_equal(march, date(&berlin, 2026, 3, 1));
    assert_int_equal(ic_zone_start_after(&berlin, IC_ZONE_MONTH, march, -3), date(&berlin, 2025, 12, 1));
    assert_int_equal(ic_zone_start_after(&berlin, IC_ZONE_MONTH, march, 22), date(&berlin, 2028, 1, 1));
    assert_int_equal(ic_zone_start_after(&berlin, IC_ZONE_MONTH, march, -27), date(&berlin, 2023, 12, 1));
}

static void test_buckets_cover_the_range_and_are_cut_to_it(void **state)
{
    (void)state;
    int64_t starts[BUCKETS_MAX];
    int64_t from_ms = date(&berlin, 2026, 3, 28) + 5 * HOURS;
    size_t count = ic_zone_buckets(&berlin, IC_ZONE_DAY, from_ms, date(&berlin, 2026, 3, 30) + 1, starts, BUCKETS_MAX);
    assert_int_equal(count, 3);
    assert_int_equal(starts[0], from_ms);
    assert_int_equal(starts[1], date(&berlin, 2026, 3, 29));
    assert_int_equal(starts[2], date(&berlin, 2026, 3, 30));
    assert_int_equal(ic_zone_buckets(&berlin, IC_ZONE_DAY, from_ms, from_ms, starts, BUCKETS_MAX), 0);
    /* More than there is room for are counted and not written. */
    assert_int_equal(ic_zone_buckets(&berlin, IC_ZONE_DAY, from_ms, date(&berlin, 2026, 4, 28), starts, 2), 31);
}

static void test_dates_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    int64_t start_ms = 7;
    assert_false(ic_zone_date_start(&ic_zone_utc, 2026, 2, 29, &start_ms));
    assert_false(ic_zone_date_start(&ic_zone_utc, 2026, 4, 31, &start_ms));
    assert_false(ic_zone_date_start(&ic_zone_utc, 2026, 13, 1, &start_ms));
    assert_false(ic_zone_date_start(&ic_zone_utc, 0, 1, 1, &start_ms));
    assert_int_equal(start_ms, 7);
    assert_true(ic_zone_date_start(&ic_zone_utc, 2000, 2, 29, &start_ms));
    assert_int_equal(start_ms, 951782400000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_of_a_change_have_23_and_25_hours),
        cmocka_unit_test(test_a_day_without_a_midnight_begins_with_its_first_instant),
        cmocka_unit_test(test_clocks_that_go_back_at_midnight_do_not_begin_a_day_twice),
        cmocka_unit_test(test_a_day_that_was_left_out_is_empty_and_no_bucket),
        cmocka_unit_test(test_days_of_quarter_hour_zones_begin_with_a_quarter),
        cmocka_unit_test(test_a_week_goes_on_over_new_year),
        cmocka_unit_test(test_months_count_over_years_both_ways),
        cmocka_unit_test(test_buckets_cover_the_range_and_are_cut_to_it),
        cmocka_unit_test(test_dates_that_do_not_exist_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
