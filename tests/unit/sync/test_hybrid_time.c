#include "sync/hybrid_time.h"

#include "contract/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW INT64_C(1700000000000)

static void test_a_time_holds_its_millisecond_and_fits_53_bits(void **state)
{
    (void)state;
    struct ic_hybrid_clock clock = {0};
    int64_t time = ic_hybrid_clock_next(&clock, NOW);
    assert_int_equal(ic_hybrid_time_ms(time), NOW);
    assert_int_equal(time, NOW * 1024);
    assert_int_equal(IC_HYBRID_TIME_MAX, INT64_C(9007199254740991));
}

static void test_a_clock_grows_whatever_the_wall_clock_does(void **state)
{
    (void)state;
    static const int64_t walls[] = {NOW, NOW, NOW + 1,   NOW - 86400000, NOW + 86400000,
                                    0,   -5,  INT64_MAX, INT64_MIN,      NOW};
    struct ic_hybrid_clock clock = {0};
    int64_t last = 0;
    for (size_t i = 0; i < sizeof walls / sizeof walls[0] - 3; i++) {
        int64_t time = ic_hybrid_clock_next(&clock, walls[i]);
        assert_true(time > last);
        assert_true(ic_hybrid_time_ms(time) >= walls[i]);
        last = time;
    }
    for (size_t i = sizeof walls / sizeof walls[0] - 3; i < sizeof walls / sizeof walls[0]; i++) {
        assert_true(ic_hybrid_clock_next(&clock, walls[i]) <= IC_HYBRID_TIME_MAX);
    }
}

static void test_a_clock_is_past_everything_that_it_has_seen(void **state)
{
    (void)state;
    struct ic_hybrid_clock clock = {0};
    int64_t seen = ic_hybrid_time_at(NOW + 5000) + 7;
    ic_hybrid_clock_see(&clock, seen);
    ic_hybrid_clock_see(&clock, 1);
    assert_int_equal(ic_hybrid_clock_next(&clock, NOW), seen + 1);
    assert_int_equal(ic_hybrid_clock_next(&clock, NOW + 6000), ic_hybrid_time_at(NOW + 6000));
}

static void test_a_counter_that_is_full_runs_into_the_next_millisecond(void **state)
{
    (void)state;
    struct ic_hybrid_clock clock = {0};
    int64_t last = 0;
    for (int i = 0; i < 3000; i++) {
        int64_t time = ic_hybrid_clock_next(&clock, NOW);
        assert_true(time > last);
        last = time;
    }
    assert_int_equal(ic_hybrid_time_ms(last), NOW + 2);
}

static void test_a_time_too_far_ahead_counts_as_the_servers(void **state)
{
    (void)state;
    int64_t allowed = ic_hybrid_time_at(NOW + IC_LIMIT_CLOCK_AHEAD_MS_MAX) + 1023;
    assert_int_equal(ic_hybrid_time_bound(allowed, NOW), allowed);
    assert_int_equal(ic_hybrid_time_bound(allowed + 1, NOW), ic_hybrid_time_at(NOW));
    assert_int_equal(ic_hybrid_time_bound(IC_HYBRID_TIME_MAX, NOW), ic_hybrid_time_at(NOW));
    assert_int_equal(ic_hybrid_time_bound(1, NOW), 1);
}

static void test_every_millisecond_has_a_positive_time(void **state)
{
    (void)state;
    assert_int_equal(ic_hybrid_time_at(0), 1);
    assert_int_equal(ic_hybrid_time_at(INT64_MIN), 1);
    assert_int_equal(ic_hybrid_time_at(1), 1024);
    assert_true(ic_hybrid_time_at(INT64_MAX) <= IC_HYBRID_TIME_MAX);
    assert_true(ic_hybrid_time_at(INT64_MAX) > ic_hybrid_time_at(NOW));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_time_holds_its_millisecond_and_fits_53_bits),
        cmocka_unit_test(test_a_clock_grows_whatever_the_wall_clock_does),
        cmocka_unit_test(test_a_clock_is_past_everything_that_it_has_seen),
        cmocka_unit_test(test_a_counter_that_is_full_runs_into_the_next_millisecond),
        cmocka_unit_test(test_a_time_too_far_ahead_counts_as_the_servers),
        cmocka_unit_test(test_every_millisecond_has_a_positive_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
