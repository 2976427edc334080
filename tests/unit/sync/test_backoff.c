#include "sync/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ROUNDS = 2000 };

static const struct ic_backoff fresh = {.least_ms = 10, .first_ms = 100, .longest_ms = 1000};

/* The largest of many waits after so many failures in a row. */
static int64_t largest_wait(int failures, uint64_t first_seed)
{
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, first_seed);
    int64_t largest = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct ic_backoff backoff = fresh;
        backoff.failures = failures - 1;
        int64_t wait_ms = ic_backoff_fail(&backoff, &rand, 0);
        assert_int_equal(backoff.failures, failures);
        largest = wait_ms > largest ? wait_ms : largest;
    }
    return largest;
}

static void test_the_ceiling_doubles_up_to_the_longest(void **state)
{
    (void)state;
    static const int64_t ceilings[] = {100, 200, 400, 800, 1000, 1000};
    for (int i = 0; i < (int)(sizeof ceilings / sizeof ceilings[0]); i++) {
        int64_t largest = largest_wait(i + 1, (uint64_t)i);
        assert_true(largest <= ceilings[i]);
        assert_true(largest > ceilings[i] * 9 / 10);
    }
}

static void test_waits_are_spread_from_the_least_to_the_ceiling(void **state)
{
    (void)state;
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 4);
    int64_t smallest = INT64_MAX, largest = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct ic_backoff backoff = fresh;
        backoff.failures = 50;
        int64_t wait_ms = ic_backoff_fail(&backoff, &rand, 0);
        assert_true(wait_ms >= fresh.least_ms && wait_ms <= fresh.longest_ms);
        smallest = wait_ms < smallest ? wait_ms : smallest;
        largest = wait_ms > largest ? wait_ms : largest;
    }
    assert_int_equal(smallest, fresh.least_ms);
    assert_true(largest > fresh.longest_ms * 9 / 10);
}

static void test_the_same_seed_waits_the_same(void **state)
{
    (void)state;
    struct ic_rand_seed one, other;
    struct ic_rand left = ic_rand_seeded(&one, 7), right = ic_rand_seeded(&other, 7);
    struct ic_backoff a = fresh, b = fresh;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(ic_backoff_fail(&a, &left, 0), ic_backoff_fail(&b, &right, 0));
    }
}

static void test_the_servers_retry_after_is_a_lower_bound(void **state)
{
    (void)state;
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 1);
    struct ic_backoff backoff = fresh;
    assert_int_equal(ic_backoff_fail(&backoff, &rand, 60000), 60000);
}

static void test_a_success_starts_over(void **state)
{
    (void)state;
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 1);
    struct ic_backoff backoff = fresh;
    for (int i = 0; i < 100; i++) {
        (void)ic_backoff_fail(&backoff, &rand, 0);
    }
    ic_backoff_succeed(&backoff);
    assert_true(ic_backoff_fail(&backoff, &rand, 0) <= fresh.first_ms);
}

static void test_a_thousand_failures_do_not_overflow(void **state)
{
    (void)state;
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 1);
    struct ic_backoff backoff = fresh;
    backoff.failures = INT32_MAX - 1;
    for (int i = 0; i < 3; i++) {
        int64_t wait_ms = ic_backoff_fail(&backoff, &rand, 0);
        assert_true(wait_ms >= fresh.least_ms && wait_ms <= fresh.longest_ms);
    }
    assert_int_equal(backoff.failures, INT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_ceiling_doubles_up_to_the_longest),
        cmocka_unit_test(test_waits_are_spread_from_the_least_to_the_ceiling),
        cmocka_unit_test(test_the_same_seed_waits_the_same),
        cmocka_unit_test(test_the_servers_retry_after_is_a_lower_bound),
        cmocka_unit_test(test_a_success_starts_over),
        cmocka_unit_test(test_a_thousand_failures_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
