/* Short runs, for the tools that are slow and see more: they hold, they replay exactly, and they can be shrunk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "shrink.h"

#include <string.h>

enum { SEEDS_COUNT = 3, STEPS_COUNT = 60, DESKS_COUNT = 3 };

static void draw_short(struct plan *plan, uint64_t seed)
{
    plan_draw(plan, seed);
    plan->desks_count = DESKS_COUNT;
    plan->count = STEPS_COUNT;
    for (size_t i = 0; i < plan->count; i++) {
        plan->steps[i].desk %= DESKS_COUNT;
    }
}

static void test_a_run_holds_and_replays_exactly(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS_COUNT; seed++) {
        struct plan plan;
        struct outcome first, again;
        draw_short(&plan, seed);
        world_run(&plan, NULL, &first);
        world_run(&plan, NULL, &again);
        assert_string_equal(first.failure.claim, "");
        assert_int_equal(first.digest, again.digest);
        assert_in_range(first.lines_count, STEPS_COUNT, UINT32_MAX);
        plan_release(&plan);
    }
}

static void test_seeds_differ(void **state)
{
    (void)state;
    struct plan plan;
    struct outcome one, other;
    draw_short(&plan, 1);
    world_run(&plan, NULL, &one);
    plan_release(&plan);
    draw_short(&plan, 2);
    world_run(&plan, NULL, &other);
    plan_release(&plan);
    assert_int_not_equal(one.digest, other.digest);
}

/* A plan with a step that ends the program: a target whose handle is none. */
static void test_a_failure_is_shrunk_to_the_steps_that_it_takes(void **state)
{
    (void)state;
    struct plan plan;
    struct outcome outcome;
    draw_short(&plan, 1);
    plan.steps[STEPS_COUNT / 2] = (struct step){.action = ACTION_WISH, .wish = {.kind = WISH_EXCLUDE, .target = -1}};
    shrink_try(&plan, NULL, &outcome);
    assert_string_not_equal(outcome.failure.claim, "");
    shrink(&plan, &outcome.failure);
    assert_int_equal(plan.count, 1);
    assert_int_equal(plan.steps[0].wish.target, -1);
    plan_release(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_holds_and_replays_exactly),
        cmocka_unit_test(test_seeds_differ),
        cmocka_unit_test(test_a_failure_is_shrunk_to_the_steps_that_it_takes),
    };
    ic_log_set_level(IC_LOG_NOTHING);
    world_prepare();
    int failed_count = cmocka_run_group_tests_name("world", tests, NULL, NULL);
    world_end();
    return failed_count;
}
