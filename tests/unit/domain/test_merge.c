/* The strategy: draw what several desktops said, few times and few desktops so that ties are common, let it arrive in
 * many orders, and demand that the same is held after each, and that it is what a trivial model says. */
#include "domain/merge.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ROUNDS = 500, ORDERS = 20, SAID_MAX = 12 };

static uint32_t drawn(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

static struct ic_stamp stamp(int64_t time, const char *device)
{
    struct ic_stamp made = {.hybrid_time = time};
    snprintf(made.device_id.text, sizeof made.device_id.text, "%s", device);
    return made;
}

static struct ic_exclusion exclusion(bool is_excluded, int64_t time, const char *device)
{
    return (struct ic_exclusion){is_excluded, stamp(time, device)};
}

static const char *const devices[] = {"", "DEV-00000001", "DEV-0000000A", "DEV-FFFFFFFF"};

/* Draws exclusions and lifts of which no two have the same time and desktop. */
static size_t draw(uint64_t *seed, struct ic_exclusion *ret_said)
{
    size_t count = 0;
    bool is_said[4][4] = {{false}};
    uint32_t wanted = 1 + drawn(seed, SAID_MAX);
    for (uint32_t i = 0; i < wanted; i++) {
        uint32_t time = drawn(seed, 4);
        uint32_t device = drawn(seed, 4);
        if (!is_said[time][device]) {
            is_said[time][device] = true;
            ret_said[count++] = exclusion(drawn(seed, 2) == 1, 1000 + time, devices[device]);
        }
    }
    return count;
}

static void shuffle(uint64_t *seed, struct ic_exclusion *said, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = drawn(seed, (uint32_t)i);
        struct ic_exclusion kept = said[i - 1];
        said[i - 1] = said[other];
        said[other] = kept;
    }
}

static struct ic_exclusion hold_field(const struct ic_exclusion *said, size_t count)
{
    struct ic_exclusion held = {0};
    for (size_t i = 0; i < count; i++) {
        held = ic_merge_takes(&held.stamp, &said[i].stamp) ? said[i] : held;
    }
    return held;
}

static struct ic_exclusion hold_exclusion(const struct ic_exclusion *said, size_t count)
{
    struct ic_exclusion held = {0};
    for (size_t i = 0; i < count; i++) {
        held = ic_merge_takes_exclusion(&held, &said[i]) ? said[i] : held;
    }
    return held;
}

static void check_same(const struct ic_exclusion *left, const struct ic_exclusion *right)
{
    assert_int_equal(left->is_excluded, right->is_excluded);
    assert_int_equal(left->stamp.hybrid_time, right->stamp.hybrid_time);
    assert_string_equal(left->stamp.device_id.text, right->stamp.device_id.text);
}

/* The largest by hand: by time, of one time the larger desktop. */
static struct ic_exclusion model_field(const struct ic_exclusion *said, size_t count)
{
    struct ic_exclusion best = said[0];
    for (size_t i = 1; i < count; i++) {
        int64_t later = said[i].stamp.hybrid_time - best.stamp.hybrid_time;
        bool is_larger = strcmp(said[i].stamp.device_id.text, best.stamp.device_id.text) > 0;
        best = later > 0 || (later == 0 && is_larger) ? said[i] : best;
    }
    return best;
}

static bool model_is_excluded(const struct ic_exclusion *said, size_t count)
{
    int64_t newest = model_field(said, count).stamp.hybrid_time;
    for (size_t i = 0; i < count; i++) {
        if (said[i].stamp.hybrid_time == newest && said[i].is_excluded) {
            return true;
        }
    }
    return false;
}

static void test_any_order_of_arrival_gives_the_same_value(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct ic_exclusion said[SAID_MAX];
    for (int round = 0; round < ROUNDS; round++) {
        size_t count = draw(&seed, said);
        struct ic_exclusion expected = model_field(said, count);
        for (int order = 0; order < ORDERS; order++) {
            shuffle(&seed, said, count);
            struct ic_exclusion held = hold_field(said, count);
            check_same(&held, &expected);
        }
    }
}

static void test_any_order_of_arrival_gives_the_same_exclusion_and_of_one_time_it_excludes(void **state)
{
    (void)state;
    uint64_t seed = 2;
    struct ic_exclusion said[SAID_MAX];
    for (int round = 0; round < ROUNDS; round++) {
        size_t count = draw(&seed, said);
        struct ic_exclusion expected = hold_exclusion(said, count);
        assert_int_equal(expected.is_excluded, model_is_excluded(said, count));
        for (int order = 0; order < ORDERS; order++) {
            shuffle(&seed, said, count);
            struct ic_exclusion held = hold_exclusion(said, count);
            check_same(&held, &expected);
        }
    }
}

static void test_the_same_arriving_again_changes_nothing(void **state)
{
    (void)state;
    uint64_t seed = 3;
    struct ic_exclusion said[2 * SAID_MAX];
    for (int round = 0; round < ROUNDS; round++) {
        size_t count = draw(&seed, said);
        memcpy(said + count, said, count * sizeof *said);
        struct ic_exclusion once = hold_exclusion(said, count);
        shuffle(&seed, said, 2 * count);
        struct ic_exclusion twice = hold_exclusion(said, 2 * count);
        check_same(&once, &twice);
    }
}

static void test_what_was_given_beats_what_nobody_has_given(void **state)
{
    (void)state;
    struct ic_stamp nobody = {0};
    struct ic_stamp first = stamp(1, "");
    assert_true(ic_merge_takes(&nobody, &first));
    assert_false(ic_merge_takes(&first, &nobody));
}

static void test_of_one_desktops_values_of_one_time_the_later_arrival_is_held(void **state)
{
    (void)state;
    struct ic_stamp held = stamp(5, "DEV-00000001");
    assert_true(ic_merge_takes(&held, &held));
}

static void test_a_target_absorbs_later_values_and_those_that_it_has_none_for(void **state)
{
    (void)state;
    struct ic_stamp nobody = {0};
    struct ic_stamp early = stamp(5, "DEV-00000001");
    struct ic_stamp late = stamp(6, "");
    assert_true(ic_merge_absorbs(&early, false, &late));
    assert_false(ic_merge_absorbs(&late, false, &early));
    assert_false(ic_merge_absorbs(&early, false, &early));
    assert_true(ic_merge_absorbs(&nobody, true, &nobody));
    assert_false(ic_merge_absorbs(&nobody, false, &nobody));
    assert_false(ic_merge_absorbs(&early, true, &nobody));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_order_of_arrival_gives_the_same_value),
        cmocka_unit_test(test_any_order_of_arrival_gives_the_same_exclusion_and_of_one_time_it_excludes),
        cmocka_unit_test(test_the_same_arriving_again_changes_nothing),
        cmocka_unit_test(test_what_was_given_beats_what_nobody_has_given),
        cmocka_unit_test(test_of_one_desktops_values_of_one_time_the_later_arrival_is_held),
        cmocka_unit_test(test_a_target_absorbs_later_values_and_those_that_it_has_none_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
