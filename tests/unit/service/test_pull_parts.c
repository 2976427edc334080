/* What a desktop asks for late, and a change that no page has room for. */
#include "desk.h"

#include "service/targets.h"
#include "store/events.h"
#include "store/goals.h"
#include "store/rules.h"
#include "store/suppressions.h"
#include "store/targets.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- Goals and rules. ---- */

/* What a person does at the server: suggests a goal and a rule, or gives them a status. */
struct deed {
    struct desk *desk;
    struct ic_id goal_id; /* Empty: they are to be made. */
    struct ic_id rule_id;
    enum ic_proposal_status status;
};

static enum ic_rc write_event(struct ic_store_tx *tx, const struct desk *desk, struct ic_id *ret_elg_id,
                              struct ic_err *err)
{
    const struct ic_log_entry entry = {.event_type = IC_EVENT_TYPE_USER,
                                       .created_at = desk->team->now,
                                       .received_at = desk->team->now,
                                       .opr_id = desk->anna.operator_.opr_id};
    return ic_store_event_insert(tx, &entry, &desk->team->service.rand, ret_elg_id, err);
}

static enum ic_rc suggest(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct deed *deed = context;
    const struct ic_rand *rand = &deed->desk->team->service.rand;
    const struct ic_goal goal = {
        .target_value = 5, .status = deed->status, .suggested_by = deed->desk->anna.operator_.opr_id};
    const struct ic_rule rule = {.limit_value = 5,
                                 .time_window_sec = 60,
                                 .severity = IC_STR("Soft Warning"),
                                 .status = deed->status,
                                 .suggested_by = goal.suggested_by};
    struct ic_id elg_id;
    enum ic_rc rc = write_event(tx, deed->desk, &elg_id, err);
    rc = rc ? rc : ic_store_goal_insert(tx, &goal, &elg_id, rand, &deed->goal_id, err);
    return rc ? rc : ic_store_rule_insert(tx, &rule, &elg_id, rand, &deed->rule_id, err);
}

static enum ic_rc give_status(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct deed *deed = context;
    struct ic_id elg_id;
    enum ic_rc rc = write_event(tx, deed->desk, &elg_id, err);
    rc = rc ? rc : ic_store_goal_set_status(tx, &deed->goal_id, deed->status, &elg_id, err);
    return rc ? rc : ic_store_rule_set_status(tx, &deed->rule_id, deed->status, &elg_id, err);
}

static struct deed do_suggest(struct desk *desk)
{
    struct ic_err err = IC_ERR_NONE;
    struct deed deed = {.desk = desk, .status = IC_PROPOSAL_STATUS_PENDING_SUGGESTION};
    assert_int_equal(ic_store_write(desk->team->store, suggest, &deed, &err), IC_OK);
    return deed;
}

static void do_give_status(struct deed *deed, enum ic_proposal_status status)
{
    struct ic_err err = IC_ERR_NONE;
    deed->status = status;
    assert_int_equal(ic_store_write(deed->desk->team->store, give_status, deed, &err), IC_OK);
}

static void test_goals_and_rules_come_once_at_the_end_of_a_snapshot_to_whoever_asks(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy asking = {.limit = 3, .asks_for_goals_and_rules = true}, older = {.limit = 3};
    desk_send(&desk, "a.person");
    for (int i = 0; i < 7; i++) {
        (void)do_suggest(&desk);
    }
    struct ic_pull_page page;
    do {
        page = desk_pull(&desk, &asking);
        assert_true(page.goals_count == 0 || (asking.targets == 1 && asking.outreach == 1));
        assert_true(page.rules_count == 0 || asking.goals == 7);
        assert_true(page.goals_count + page.rules_count <= 3);
        assert_true(!page.has_progress || page.done <= page.total);
    } while (page.has_more);
    assert_int_equal(asking.goals, 7);
    assert_int_equal(asking.rules, 7);
    assert_false(asking.was_reset);
    desk_catch_up(&desk, &older);
    assert_int_equal(older.goals + older.rules, 0);
    assert_int_equal(older.targets, 1);
    desk_catch_up(&desk, &asking);
    assert_int_equal(asking.pages, 1);
    assert_int_equal(asking.goals + asking.rules, 0);
}

static void test_a_change_of_a_goal_or_a_rule_reaches_whoever_follows_them(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy asking = {.asks_for_goals_and_rules = true}, older = {0};
    struct deed first = do_suggest(&desk), second = do_suggest(&desk);
    desk_catch_up(&desk, &asking);
    desk_catch_up(&desk, &older);
    assert_int_equal(asking.goals, 2);
    do_give_status(&first, IC_PROPOSAL_STATUS_ACTIVE);
    do_give_status(&second, IC_PROPOSAL_STATUS_ACTIVE);
    do_give_status(&second, IC_PROPOSAL_STATUS_ARCHIVED);
    struct ic_pull_page page = desk_pull(&desk, &asking);
    assert_int_equal(page.phase, IC_PULL_PHASE_FEED);
    assert_int_equal(page.goals_count, 2); /* As they are now, once each. */
    assert_int_equal(page.rules_count, 2);
    for (size_t i = 0; i < 2; i++) {
        bool is_first = ic_id_equal(&page.goals[i].goal_id, &first.goal_id);
        assert_true(ic_str_is(page.goals[i].status, is_first ? "Active" : "Archived"));
    }
    desk_catch_up(&desk, &older);
    assert_false(older.was_reset);
    assert_int_equal(older.goals + older.rules, 0);
}

/* Its agent, or its server, was updated. */
static void test_a_desktop_that_asks_late_is_given_what_it_lacks_and_nothing_else(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {0};
    desk_send(&desk, "a.person");
    struct deed deed = do_suggest(&desk);
    desk_catch_up(&desk, &copy);
    desk_send(&desk, "b.person");
    copy.asks_for_goals_and_rules = true;
    copy.limit = 1;
    struct ic_pull_page page = desk_pull(&desk, &copy);
    assert_int_equal(page.phase, IC_PULL_PHASE_SNAPSHOT);
    assert_int_equal(page.goals_count, 1);
    /* It changes while the rest is under way. */
    do_give_status(&deed, IC_PROPOSAL_STATUS_ACTIVE);
    copy.goals = 0;
    copy.targets = copy.outreach = 0;
    do {
        page = desk_pull(&desk, &copy);
        assert_true(page.goals_count == 0 || ic_str_is(page.goals[0].status, "Active"));
    } while (page.has_more);
    assert_false(copy.was_reset);
    assert_int_equal(copy.goals, 1);
    assert_int_equal(copy.rules, 2); /* Of the snapshot's end, and of the change. */
    assert_int_equal(copy.targets, 1);
    assert_int_equal(copy.outreach, 1);
}

static void test_a_desktop_that_asks_no_more_goes_on_without_and_may_ask_again(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {.asks_for_goals_and_rules = true, .limit = 2};
    for (int i = 0; i < 3; i++) {
        (void)do_suggest(&desk);
    }
    desk_send(&desk, "a.person");
    /* In the middle of them, ... */
    while (desk_pull(&desk, &copy).goals_count == 0) {
    }
    copy.asks_for_goals_and_rules = false;
    desk_catch_up(&desk, &copy);
    assert_false(copy.was_reset);
    assert_int_equal(copy.targets, 0);
    copy.asks_for_goals_and_rules = true;
    desk_catch_up(&desk, &copy);
    assert_int_equal(copy.goals, 3);
    assert_int_equal(copy.rules, 3);
    /* ... and in the feed. */
    copy.asks_for_goals_and_rules = false;
    desk_send(&desk, "b.person");
    desk_catch_up(&desk, &copy);
    assert_int_equal(copy.targets, 1);
    copy.asks_for_goals_and_rules = true;
    desk_catch_up(&desk, &copy);
    assert_false(copy.was_reset);
    assert_int_equal(copy.goals, 3);
    assert_int_equal(copy.targets + copy.outreach, 0);
}

/* ---- A change that no page has room for. ---- */

enum { HANDLES_COUNT = 5000, ARENA_BYTES_MAX = 64 << 20 };

struct many {
    struct desk *desk;
    int count;
};

static enum ic_rc put_aliases(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct many *many = context;
    struct ic_handle handle = desk_handle("many.names");
    struct ic_target target = {.tar_username = handle, .last_updated = 1};
    struct ic_id tar_id, elg_id;
    enum ic_rc rc = ic_store_target_insert(tx, &target, &many->desk->team->service.rand, &tar_id, err);
    rc = rc ? rc : write_event(tx, many->desk, &elg_id, err);
    for (int i = 0; i < many->count && !rc; i++) {
        char name[32];
        snprintf(name, sizeof name, "former.%d", i);
        handle = desk_handle(name);
        rc = ic_store_alias_put(tx, &handle, &tar_id, &elg_id, 1, err);
    }
    return rc;
}

/* A target that had so many handles. */
static void have_many_handles(struct desk *desk, int count)
{
    struct ic_err err = IC_ERR_NONE;
    struct many many = {.desk = desk, .count = count};
    ic_arena_destroy(desk->team->arena);
    desk->team->arena = ic_arena_create(ARENA_BYTES_MAX);
    assert_int_equal(ic_store_write(desk->team->store, put_aliases, &many, &err), IC_OK);
}

/* The target's id, as a page told it. */
static struct ic_id id_of(struct desk *desk, const char *tar_username)
{
    struct copy copy = {0};
    struct ic_id found = {0};
    struct ic_pull_page page;
    do {
        page = desk_pull(desk, &copy);
        for (size_t i = 0; i < page.targets_count; i++) {
            if (strcmp(page.targets[i].tar_username.text, tar_username) == 0) {
                found = page.targets[i].tar_id;
            }
        }
    } while (page.has_more);
    assert_false(ic_id_is_empty(&found));
    return found;
}

/* Follows the feed to its end; pages are as small as they are to be, and suppressions come before aliases, and these
 * before the target that they are of. */
static void follow(struct desk *desk, struct copy *copy, size_t limit)
{
    struct ic_pull_page page;
    copy->suppressions = copy->aliases = copy->targets = copy->outreach = 0;
    copy->pages = 0;
    copy->limit = limit;
    do {
        struct ic_buf buf;
        struct ic_json_writer writer;
        page = desk_pull(desk, copy);
        assert_true(copy->pages < DESK_PAGES_MAX);
        assert_int_equal(page.phase, IC_PULL_PHASE_FEED);
        assert_true(page.suppressions_count <= limit && page.aliases_count <= limit && page.targets_count <= limit);
        ic_buf_init(&buf, IC_LIMIT_PULL_BYTES_MAX);
        ic_json_writer_init(&writer, &buf);
        ic_pull_page_encode(&page, &writer);
        assert_int_equal(buf.failed, IC_CODE_OK);
        ic_buf_release(&buf);
    } while (page.has_more);
    assert_false(copy->was_reset);
}

static void check_many(void **state, int count, size_t limit)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {0};
    struct ic_err err = IC_ERR_NONE;
    struct ic_target_changed changed;
    size_t handles_count = (size_t)count + 1;
    have_many_handles(&desk, count);
    desk_send(&desk, "other");
    desk_catch_up(&desk, &copy);
    assert_int_equal(copy.aliases, count);
    /* One event suppresses every handle, between two that have nothing to do with it. */
    desk_send(&desk, "before");
    struct ic_operation exclude = desk_operation(&desk, IC_OPERATION_KIND_EXCLUDE, "many.names");
    exclude.reason = IC_STR("asked not to be written to");
    desk_push(&desk, &exclude);
    desk_send(&desk, "behind");
    follow(&desk, &copy, limit);
    assert_int_equal(copy.suppressions, handles_count);
    assert_int_equal(copy.targets, 3);
    assert_int_equal(copy.outreach, 2);
    /* And one moves them all to another target. */
    struct ic_id from = id_of(&desk, "many.names"), into = id_of(&desk, "other");
    assert_int_equal(ic_targets_merge(&desk.team->service, &desk.team->owner, &from, &into, &changed, &err), IC_OK);
    desk_send(&desk, "behind");
    follow(&desk, &copy, limit);
    assert_int_equal(copy.aliases, handles_count);
    assert_true(copy.suppressions >= handles_count);
    assert_true(copy.targets >= 3);
    assert_int_equal(copy.outreach, 1);
    /* Whoever begins now has the same. */
    struct copy fresh = {.limit = IC_LIMIT_PULL_ROWS_MAX};
    desk_catch_up(&desk, &fresh);
    assert_int_equal(fresh.aliases, handles_count);
    assert_int_equal(fresh.suppressions, handles_count + 1);
}

static void test_a_change_of_5000_handles_comes_in_pages_with_every_handle_once(void **state)
{
    check_many(state, HANDLES_COUNT, IC_LIMIT_PULL_ROWS_MAX);
}

static void test_a_change_of_more_handles_than_are_asked_for_comes_in_pages_too(void **state)
{
    check_many(state, 23, 3);
}

/* Its handles are others' by then. */
static void test_what_changes_within_a_change_that_comes_in_pages_is_not_lost(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {0};
    have_many_handles(&desk, 20);
    desk_catch_up(&desk, &copy);
    struct ic_operation exclude = desk_operation(&desk, IC_OPERATION_KIND_EXCLUDE, "many.names");
    desk_push(&desk, &exclude);
    copy.limit = 4;
    copy.suppressions = copy.targets = 0;
    assert_int_equal(desk_pull(&desk, &copy).suppressions_count, 4);
    struct ic_operation lift = desk_operation(&desk, IC_OPERATION_KIND_LIFT, "many.names");
    desk_push(&desk, &lift);
    copy.suppressions = 0;
    struct ic_pull_page page;
    do {
        page = desk_pull(&desk, &copy);
        for (size_t i = 0; i < page.suppressions_count; i++) {
            assert_false(page.suppressions[i].is_suppressed);
        }
    } while (page.has_more);
    assert_int_equal(copy.suppressions, 21);
    assert_int_equal(page.targets[0].tar_status, IC_TARGET_STATUS_COLD_NO_REPLY);
}

#define on_a_team(test) cmocka_unit_test_setup_teardown(test, team_set_up, team_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_a_team(test_goals_and_rules_come_once_at_the_end_of_a_snapshot_to_whoever_asks),
        on_a_team(test_a_change_of_a_goal_or_a_rule_reaches_whoever_follows_them),
        on_a_team(test_a_desktop_that_asks_late_is_given_what_it_lacks_and_nothing_else),
        on_a_team(test_a_desktop_that_asks_no_more_goes_on_without_and_may_ask_again),
        on_a_team(test_a_change_of_5000_handles_comes_in_pages_with_every_handle_once),
        on_a_team(test_a_change_of_more_handles_than_are_asked_for_comes_in_pages_too),
        on_a_team(test_what_changes_within_a_change_that_comes_in_pages_is_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
