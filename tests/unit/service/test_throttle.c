#include "service/throttle.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { COUNT_MAX = 3, WINDOW_MS = 1000 };

static int set_up(void **state)
{
    static struct ic_throttle throttle;
    ic_throttle_init(&throttle, COUNT_MAX, WINDOW_MS);
    *state = &throttle;
    return 0;
}

static int tear_down(void **state)
{
    ic_throttle_release(*state);
    return 0;
}

static void exhaust(struct ic_throttle *throttle, const char *key, int64_t now_ms)
{
    for (int i = 0; i < COUNT_MAX; i++) {
        assert_false(ic_throttle_is_exhausted(throttle, ic_str_from(key), now_ms));
        ic_throttle_count(throttle, ic_str_from(key), now_ms);
    }
    assert_true(ic_throttle_is_exhausted(throttle, ic_str_from(key), now_ms));
}

static void test_a_key_is_exhausted_until_its_window_ends(void **state)
{
    exhaust(*state, "a", 0);
    assert_true(ic_throttle_is_exhausted(*state, IC_STR("a"), WINDOW_MS - 1));
    assert_false(ic_throttle_is_exhausted(*state, IC_STR("a"), WINDOW_MS));
}

static void test_keys_do_not_count_for_one_another(void **state)
{
    exhaust(*state, "a", 0);
    assert_false(ic_throttle_is_exhausted(*state, IC_STR("b"), 0));
    assert_false(ic_throttle_is_exhausted(*state, IC_STR(""), 0));
}

static void fill(struct ic_throttle *throttle, int count, int64_t now_ms)
{
    char key[16];
    for (int i = 0; i < count; i++) {
        snprintf(key, sizeof key, "key %d", i);
        ic_throttle_count(throttle, ic_str_from(key), now_ms);
    }
}

static void test_an_exhausted_key_is_remembered_among_many(void **state)
{
    exhaust(*state, "a", 0);
    fill(*state, 4 * IC_THROTTLE_KEYS_MAX, 2);
    assert_true(ic_throttle_is_exhausted(*state, IC_STR("a"), 2));
}

static void test_of_exhausted_keys_the_oldest_gives_way(void **state)
{
    exhaust(*state, "first", 0);
    exhaust(*state, "second", 1);
    for (int i = 0; i < COUNT_MAX; i++) {
        fill(*state, IC_THROTTLE_KEYS_MAX - 2, 2);
    }
    ic_throttle_count(*state, IC_STR("third"), 3);
    assert_false(ic_throttle_is_exhausted(*state, IC_STR("first"), 3));
    assert_true(ic_throttle_is_exhausted(*state, IC_STR("second"), 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_key_is_exhausted_until_its_window_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_do_not_count_for_one_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_exhausted_key_is_remembered_among_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_of_exhausted_keys_the_oldest_gives_way, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
