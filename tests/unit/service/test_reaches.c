/* What the log tells of goals that are reached: once for each period, whoever looks, and in whatever order messages
 * arrive. */
#include "desk.h"

#include "service/goal_progress.h"
#include "store/events.h"
#include "store/goals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY_MS INT64_C(86400000)

struct aim {
    struct desk *desk;
    struct ic_goal goal;
};

static enum ic_rc insert_goal(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct aim *aim = context;
    const struct ic_log_entry entry = {.event_type = IC_EVENT_TYPE_USER,
                                       .created_at = aim->desk->team->now,
                                       .received_at = aim->desk->team->now,
                                       .opr_id = aim->goal.suggested_by};
    struct ic_id elg_id;
    enum ic_rc rc = ic_store_event_insert(tx, &entry, &aim->desk->team->service.rand, &elg_id, err);
    return rc ? rc
              : ic_store_goal_insert(tx, &aim->goal, &elg_id, &aim->desk->team->service.rand, &aim->goal.goal_id, err);
}

/* An active goal of the team's: so many messages a day. The desk's day has begun an hour ago. */
static void aim_for(struct desk *desk, int64_t messages)
{
    struct ic_err err = IC_ERR_NONE;
    struct aim aim = {.desk = desk,
                      .goal = {.metric = IC_GOAL_METRIC_TOTAL_MESSAGES_SENT,
                               .target_value = messages,
                               .frequency = IC_GOAL_FREQUENCY_DAILY,
                               .status = IC_PROPOSAL_STATUS_ACTIVE,
                               .suggested_by = desk->anna.operator_.opr_id}};
    desk->team->now += DAY_MS - desk->team->now % DAY_MS + 3600000;
    assert_int_equal(ic_store_write(desk->team->store, insert_goal, &aim, &err), IC_OK);
}

static size_t tell(struct ic_service *service)
{
    struct ic_err err = IC_ERR_NONE;
    size_t count = 0;
    assert_int_equal(ic_goals_tell_reached(service, &count, &err), IC_OK);
    return count;
}

struct look {
    struct ic_arena *arena;
    struct ic_log_list list;
};

static enum ic_rc read_newest(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct look *look = context;
    const struct ic_log_query newest = {.limit = 1};
    return ic_store_log_list(tx, &newest, look->arena, &look->list, err);
}

static void test_the_log_tells_once_that_a_goal_is_reached_in_its_period(void **state)
{
    struct desk desk = desk_begin(state);
    struct team *team = desk.team;
    struct ic_service other;
    struct look look = {.arena = team->arena};
    struct ic_err err = IC_ERR_NONE;
    ic_service_init(&other, team->store, &team->service.clock, &team->service.rand);
    aim_for(&desk, 2);
    desk_send(&desk, "a.person");
    assert_int_equal(tell(&team->service), 0);
    desk_send(&desk, "a.person");
    team->now += 1000;
    assert_int_equal(tell(&team->service), 1);
    assert_int_equal(tell(&other), 0);
    desk_send(&desk, "another.person");
    assert_int_equal(tell(&team->service), 0);
    assert_int_equal(tell(&other), 0);
    team->now += DAY_MS;
    desk_send(&desk, "a.person");
    assert_int_equal(tell(&team->service), 0);
    desk_send(&desk, "a.person");
    team->now += 1000;
    assert_int_equal(tell(&other), 1);
    assert_int_equal(tell(&team->service), 0);
    assert_int_equal(ic_store_read(team->store, read_newest, &look, &err), IC_OK);
    assert_int_equal(look.list.items[0].event_type, IC_EVENT_TYPE_SYSTEM);
    assert_true(ic_str_is(look.list.items[0].details, "reached goal: 2 Total Messages Sent, Daily"));
    assert_int_equal(look.list.items[0].created_at, team->now);
    ic_service_release(&other);
}

static void test_a_period_that_has_just_ended_is_told_and_one_that_is_over_is_not(void **state)
{
    struct desk desk = desk_begin(state);
    struct team *team = desk.team;
    aim_for(&desk, 1);
    int64_t midnight = team->now - team->now % DAY_MS + DAY_MS;
    team->now = midnight - 1;
    desk_send(&desk, "a.person");
    team->now = midnight + IC_GOAL_REACH_LATE_MS - 1000;
    assert_int_equal(tell(&team->service), 1);
    struct ic_operation late = desk_operation(&desk, IC_OPERATION_KIND_OUTREACH, "a.person");
    team->now = midnight + DAY_MS + IC_GOAL_REACH_LATE_MS + 1000;
    desk_push(&desk, &late);
    assert_int_equal(tell(&team->service), 0);
}

#define on_a_team(test) cmocka_unit_test_setup_teardown(test, team_set_up, team_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_a_team(test_the_log_tells_once_that_a_goal_is_reached_in_its_period),
        on_a_team(test_a_period_that_has_just_ended_is_told_and_one_that_is_over_is_not),
    };
    return cmocka_run_group_tests_name("service.reaches", tests, NULL, NULL);
}
