#include "base/pace.h"

#include "contract/limits.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PER_S = 2, BURST = PER_S * IC_LIMIT_REQUEST_BURST_S };

static int set_up(void **state)
{
    static struct ic_pace pace;
    ic_pace_init(&pace, PER_S);
    *state = &pace;
    return 0;
}

static int tear_down(void **state)
{
    ic_pace_release(*state);
    return 0;
}

static int take_all(struct ic_pace *pace, const char *key, int64_t now_ms)
{
    int taken = 0, wait_s = 0;
    while (ic_pace_take(pace, ic_str_from(key), now_ms, &wait_s)) {
        taken++;
    }
    assert_int_equal(wait_s, 1);
    return taken;
}

static void test_what_is_due_in_a_burst_may_come_at_once_and_no_more(void **state)
{
    assert_int_equal(take_all(*state, "a", 0), BURST);
    assert_int_equal(take_all(*state, "a", 0), 0);
}

static void test_what_time_gives_back_may_come_again(void **state)
{
    assert_int_equal(take_all(*state, "a", 0), BURST);
    assert_int_equal(take_all(*state, "a", 499), 0);
    assert_int_equal(take_all(*state, "a", 500), 1);
    assert_int_equal(take_all(*state, "a", 2500), 2 * PER_S);
    assert_int_equal(take_all(*state, "a", 1000000), BURST);
}

static void test_keys_take_nothing_from_one_another(void **state)
{
    assert_int_equal(take_all(*state, "a", 0), BURST);
    assert_int_equal(take_all(*state, "b", 0), BURST);
}

static void test_one_who_has_used_up_theirs_is_remembered_among_many(void **state)
{
    char key[24];
    int wait_s;
    assert_int_equal(take_all(*state, "a", 0), BURST);
    for (int i = 0; i < 8 * IC_PACE_SETS * IC_PACE_WAYS; i++) {
        snprintf(key, sizeof key, "key %d", i);
        assert_true(ic_pace_take(*state, ic_str_from(key), 0, &wait_s));
    }
    assert_false(ic_pace_take(*state, IC_STR("a"), 0, &wait_s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_due_in_a_burst_may_come_at_once_and_no_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_time_gives_back_may_come_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_take_nothing_from_one_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_who_has_used_up_theirs_is_remembered_among_many, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
