/* The replica, and what a person is shown of a handle. */
#include "agent/look_up.h"
#include "agent/replica.h"

#include "scratch.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SERVER "http://127.0.0.1:1"

enum { MANY = 3000 };

static struct ic_path folder, path;
static struct ic_arena *arena;
static struct ic_ledger *ledger;
static struct ic_clock clock_of_test;
static struct ic_pulled_target targets[MANY];

static int setup(void **state)
{
    (void)state;
    scratch_create(&folder);
    path = scratch_join(&folder, "ledger.db");
    arena = ic_arena_create(64 << 20);
    clock_of_test = ic_clock_system();
    return arena && ic_ledger_create(&path, &clock_of_test, &ledger, NULL) == IC_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ic_ledger_destroy(ledger);
    ic_arena_destroy(arena);
    scratch_remove(&folder);
    return 0;
}

static struct ic_ledger_summary summary(void)
{
    struct ic_ledger_summary found;
    assert_int_equal(ic_ledger_get_summary(ledger, &found, NULL), IC_OK);
    return found;
}

static struct ic_handle handle(const char *text)
{
    struct ic_handle made;
    assert_true(ic_handle_parse(ic_str_from(text), &made));
    return made;
}

static struct ic_pulled_target target(unsigned number, const char *tar_username)
{
    struct ic_pulled_target made = {.tar_username = handle(tar_username),
                                    .tar_status = IC_TARGET_STATUS_WARM,
                                    .first_contacted = 5,
                                    .last_updated = 6,
                                    .notes = IC_STR("Likes boats.")};
    snprintf(made.tar_id.text, sizeof made.tar_id.text, "TAR-%08u", number);
    return made;
}

/* Gives the ledger a page, as the answer to a pull from where it stands. */
static void take(struct ic_pull_page page, const char *next)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_heard heard = {.server_time = 0};
    struct ic_ledger_summary before = summary();
    struct ic_replica_pull pull = {.server_url = SERVER,
                                   .asked_at = before.replica,
                                   .from_the_beginning = !before.replica.place[0],
                                   .settles = before.memory.settles,
                                   .link = &link,
                                   .heard = &heard};
    page.next = ic_str_from(next);
    enum ic_rc rc = ic_replica_take(ledger, &pull, &page, &err);
    if (rc != IC_OK) {
        print_error("%s\n", err.detail);
    }
    assert_int_equal(rc, IC_OK);
}

static struct ic_look_up look_up(const char *tar_username)
{
    struct ic_look_up found;
    struct ic_handle asked = handle(tar_username);
    assert_int_equal(ic_look_up(ledger, &asked, arena, &found, NULL), IC_OK);
    return found;
}

static void suppress(const char *tar_username, bool is_suppressed, bool has_more, const char *next)
{
    struct ic_pulled_suppression suppression = {.tar_username = handle(tar_username),
                                                .is_suppressed = is_suppressed,
                                                .reason = IC_STR("Asked us to stop."),
                                                .opr_id = {.text = "OPR-0123ABCD"},
                                                .changed_at = 7};
    take(
        (struct ic_pull_page){
            .phase = IC_PULL_PHASE_FEED, .suppressions = &suppression, .suppressions_count = 1, .has_more = has_more},
        next);
}

static void put(unsigned number, enum ic_operation_kind kind, const char *tar_username)
{
    bool duplicate;
    struct ic_operation operation = scratch_operation(number, "hello");
    operation.kind = kind;
    operation.tar_username = handle(tar_username);
    if (kind == IC_OPERATION_KIND_SET_FIELD) {
        operation.field = IC_TARGET_FIELD_NOTES;
        operation.value.text = IC_STR("Sold the boat.");
    }
    assert_int_equal(ic_ledger_put(ledger, &operation, &duplicate, NULL), IC_OK);
}

static void test_a_page_is_there_with_its_place_after_reopening(void **state)
{
    (void)state;
    targets[0] = target(1, "a_prospect");
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_SNAPSHOT,
                               .targets = targets,
                               .targets_count = 1,
                               .has_more = true,
                               .has_progress = true,
                               .done = 1,
                               .total = 2},
         "one");
    ic_ledger_destroy(ledger);
    assert_int_equal(ic_ledger_create(&path, &clock_of_test, &ledger, NULL), IC_OK);
    assert_string_equal(summary().replica.place, "one");
    assert_int_equal(summary().replica.done, 1);
    assert_int_equal(summary().replica.total, 2);
    assert_int_equal(summary().replica.in_use, 0);
    assert_int_equal(look_up("nobody").state, IC_LOOK_UP_UNKNOWN);
    struct ic_look_up found = look_up("a_prospect");
    assert_int_equal(found.state, IC_LOOK_UP_CONTACTED);
    assert_int_equal(found.target.tar_status, IC_TARGET_STATUS_WARM);
    assert_true(ic_str_is(found.target.notes, "Likes boats."));
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED}, "two");
    assert_true(summary().replica.in_use > 0);
    assert_true(summary().replica.pulled_at > 0);
    assert_int_equal(look_up("nobody").state, IC_LOOK_UP_FREE);
}

static void test_a_page_of_another_place_is_passed_over(void **state)
{
    (void)state;
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED}, "one");
    struct ic_ledger_summary before = summary();
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_heard heard = {.server_time = 0};
    struct ic_replica_pull late = {.server_url = SERVER, .asked_at = before.replica, .link = &link, .heard = &heard};
    suppress("a_prospect", true, false, "two");
    suppress("a_prospect", false, false, "three");
    struct ic_pulled_suppression old = {.tar_username = handle("a_prospect"), .is_suppressed = true};
    struct ic_pull_page page = {.phase = IC_PULL_PHASE_FEED,
                                .has_lost_past = true,
                                .suppressions = &old,
                                .suppressions_count = 1,
                                .next = IC_STR("two")};
    assert_int_equal(ic_replica_take(ledger, &late, &page, NULL), IC_OK);
    assert_string_equal(summary().replica.place, "three");
    assert_int_equal(summary().memory.past, before.memory.past);
    assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_FREE);
}

static void test_whom_not_to_contact_is_known_throughout_a_new_beginning(void **state)
{
    (void)state;
    suppress("a_prospect", true, false, "one");
    assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_EXCLUDED);
    assert_true(ic_str_is(look_up("a_prospect").reason, "Asked us to stop."));
    int64_t old = summary().replica.in_use;
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_SNAPSHOT, .is_reset = true, .has_more = true}, "new-one");
    assert_int_equal(summary().replica.in_use, old);
    assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_EXCLUDED);
    suppress("another", true, true, "new-two");
    assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_EXCLUDED);
    assert_int_equal(look_up("another").state, IC_LOOK_UP_EXCLUDED);
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED}, "new-three");
    /* The new one is complete, and says who is free. */
    assert_true(summary().replica.in_use > old);
    assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_FREE);
    assert_int_equal(look_up("another").state, IC_LOOK_UP_EXCLUDED);
}

static void test_what_an_old_replica_left_is_swept_bit_by_bit(void **state)
{
    (void)state;
    bool has_more = true;
    int rounds = 0;
    char name[16];
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "prospect%u", i);
        targets[i] = target(i, name);
    }
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED, .targets = targets, .targets_count = MANY}, "one");
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED, .is_reset = true, .targets = targets, .targets_count = 1},
         "two");
    assert_true(summary().replica.has_stale);
    assert_int_equal(look_up("prospect0").state, IC_LOOK_UP_CONTACTED);
    assert_int_equal(look_up("prospect1").state, IC_LOOK_UP_FREE);
    while (has_more) {
        assert_int_equal(ic_replica_sweep(ledger, &has_more, NULL), IC_OK);
        rounds++;
    }
    assert_int_equal(rounds, MANY / IC_REPLICA_SWEEP_MAX + 1);
    assert_false(summary().replica.has_stale);
    assert_int_equal(look_up("prospect0").state, IC_LOOK_UP_CONTACTED);
}

static void test_a_target_is_found_by_former_handles_and_as_what_it_has_become(void **state)
{
    (void)state;
    targets[0] = target(1, "new_name");
    targets[1] = target(2, "merged");
    targets[2] = target(3, "old_name"); /* Somebody else has the former handle by now, but not for us. */
    targets[1].merged_into = targets[0].tar_id;
    struct ic_pulled_alias aliases[] = {{.alias_username = handle("old_name"), .tar_id = targets[0].tar_id},
                                        {.alias_username = handle("merged"), .tar_id = targets[0].tar_id}};
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED,
                               .targets = targets,
                               .targets_count = 3,
                               .aliases = aliases,
                               .aliases_count = 2},
         "one");
    assert_string_equal(look_up("new_name").target.tar_id.text, targets[0].tar_id.text);
    assert_string_equal(look_up("old_name").target.tar_id.text, targets[0].tar_id.text);
    assert_string_equal(look_up("merged").target.tar_id.text, targets[0].tar_id.text);
}

/* Looks into the ledger's file, and changes it, past the agent. */
static int64_t ask(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(path.text, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void test_whom_not_to_contact_is_known_throughout_two_new_beginnings(void **state)
{
    (void)state;
    /* Before there is a replica, and beside one. */
    for (int i = 0; i < 2; i++) {
        take((struct ic_pull_page){.phase = IC_PULL_PHASE_SNAPSHOT, .is_reset = true, .has_more = true}, "first");
        suppress("a_prospect", true, true, "first-two");
        /* The server has gone back once more, and begins anew without it. */
        take((struct ic_pull_page){.phase = IC_PULL_PHASE_SNAPSHOT, .is_reset = true, .has_more = true}, "second");
        assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_EXCLUDED);
        take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED}, "second-two");
        assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_FREE);
    }
    for (bool has_more = true; has_more;) {
        assert_int_equal(ic_replica_sweep(ledger, &has_more, NULL), IC_OK);
    }
    suppress("another", true, false, "third");
    assert_int_equal(ask("SELECT count(*) FROM replica_suppressions"), 1);
}

static void run(const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path.text, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static struct ic_pulled_goal goal(unsigned number, const char *status)
{
    struct ic_pulled_goal made = {.metric = IC_STR("Bookings Made"),
                                  .target_value = 3,
                                  .frequency = IC_STR("Daily"),
                                  .assigned_to_opr = {.text = "OPR-0123ABCD"},
                                  .status = ic_str_from(status),
                                  .suggested_by = {.text = "OPR-0123ABCD"},
                                  .created_at = 1,
                                  .start_date = 2,
                                  .end_date = 3};
    snprintf(made.goal_id.text, sizeof made.goal_id.text, "GOL-%08u", number);
    return made;
}

static struct ic_pulled_rule rule(unsigned number, const char *type, const char *status)
{
    struct ic_pulled_rule made = {.type = ic_str_from(type),
                                  .metric = IC_STR("Total Messages Sent"),
                                  .limit_value = 0,
                                  .time_window_sec = 60,
                                  .severity = IC_STR("Soft Warning"),
                                  .status = ic_str_from(status),
                                  .suggested_by = {.text = "OPR-0123ABCD"},
                                  .created_at = 1};
    snprintf(made.rule_id.text, sizeof made.rule_id.text, "RUL-%08u", number);
    return made;
}

static void check_agreed(int64_t goals, int64_t rules, int64_t suggestions)
{
    struct ic_replica_agreed found;
    assert_int_equal(ic_replica_count_agreed(ledger, &found, NULL), IC_OK);
    assert_int_equal(found.goals, goals);
    assert_int_equal(found.rules, rules);
    assert_int_equal(found.suggestions, suggestions);
}

static void test_goals_and_rules_are_what_the_latest_page_said_of_them(void **state)
{
    (void)state;
    struct ic_pulled_goal goals[] = {goal(1, "Active"), goal(2, "Pending Suggestion"), goal(3, "Rejected")};
    struct ic_pulled_rule rules[] = {rule(1, "Frequency Cap", "Active"), rule(2, "Quiet Hours", "Pending Suggestion")};
    struct ic_pull_page page = {.phase = IC_PULL_PHASE_SNAPSHOT,
                                .has_goals_and_rules = true,
                                .goals = goals,
                                .goals_count = 3,
                                .rules = rules,
                                .rules_count = 2,
                                .has_more = true};
    take(page, "one");
    check_agreed(0, 0, 0); /* As long as the replica is not complete. */
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED}, "two");
    check_agreed(1, 1, 2);
    goals[1] = goal(2, "Active");
    rules[0] = rule(1, "Frequency Cap", "Archived");
    page.phase = IC_PULL_PHASE_FEED;
    page.has_more = false;
    take(page, "three");
    check_agreed(2, 0, 1);
    /* A replica that begins anew has those of its own pages, and the old ones are swept. */
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_SNAPSHOT, .is_reset = true, .has_more = true}, "anew");
    check_agreed(2, 0, 1);
    page.goals_count = 1;
    take(page, "anew-two");
    check_agreed(1, 0, 1);
    bool has_more = true;
    while (has_more) {
        assert_int_equal(ic_replica_sweep(ledger, &has_more, NULL), IC_OK);
    }
    check_agreed(1, 0, 1);
    assert_int_equal(ask("SELECT count(*) FROM replica_goals"), 1);
    assert_int_equal(ask("SELECT count(*) FROM replica_rules"), 2);
    assert_int_equal(ask("SELECT count(*) FROM replica_rules WHERE type = 'Quiet Hours'"), 1);
    assert_int_equal(ask("SELECT count(*) FROM replica_goals WHERE metric = 'Bookings Made' AND "
                         "target_value = 3 AND frequency = 'Daily' AND assigned_to_opr = "
                         "'OPR-0123ABCD' AND assigned_to_act IS NULL AND created_at = 1 AND "
                         "start_date = 2 AND end_date = 3"),
                     1);
}

static void test_a_ledger_of_the_version_before_keeps_its_replica_and_takes_goals_and_rules(void **state)
{
    (void)state;
    ic_ledger_destroy(ledger);
    run("DROP TABLE replica_goals; DROP TABLE replica_rules; PRAGMA user_version = 2;"
        "UPDATE replica SET in_use = 4, place = 'where-it-was', server_url = '" SERVER "', pulled_at = 9;"
        "INSERT INTO replica_suppressions VALUES ('a_prospect', 4, 'No.', 'OPR-0123ABCD', 7);"
        "UPDATE link SET settles = 5, echoed = 5, hybrid_time = 6");
    assert_int_equal(ic_ledger_create(&path, &clock_of_test, &ledger, NULL), IC_OK);
    assert_int_equal(ask("PRAGMA user_version"), IC_LEDGER_SCHEMA_VERSION);
    /* It goes on from where it was: nothing is fetched anew. */
    assert_string_equal(summary().replica.place, "where-it-was");
    assert_int_equal(summary().replica.in_use, 4);
    assert_int_equal(summary().memory.hybrid_time, 6);
    assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_EXCLUDED);
    check_agreed(0, 0, 0);
    struct ic_pulled_goal active = goal(1, "Active");
    take(
        (struct ic_pull_page){
            .phase = IC_PULL_PHASE_SNAPSHOT, .has_goals_and_rules = true, .goals = &active, .goals_count = 1},
        "on");
    assert_int_equal(summary().replica.in_use, 4);
    check_agreed(1, 0, 0);
    assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_EXCLUDED);
}

static void test_ones_own_operations_are_on_top_until_the_replica_has_them(void **state)
{
    (void)state;
    struct ic_pulled_outreach outreach = {.elg_id = {.text = "ELG-0123456789"},
                                          .opr_id = {.text = "OPR-0123ABCD"},
                                          .act_id = {.text = "ACT-0123ABCD"},
                                          .tar_id = {.text = "TAR-00000001"},
                                          .created_at = 9};
    struct ic_pulled_operator bob = {.opr_id = outreach.opr_id, .opr_name = IC_STR("Bob")};
    targets[0] = target(1, "a_prospect");
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED,
                               .operators = &bob,
                               .operators_count = 1,
                               .targets = targets,
                               .targets_count = 1,
                               .outreach = &outreach,
                               .outreach_count = 1},
         "one");
    put(1, IC_OPERATION_KIND_OUTREACH, "a_prospect");
    put(2, IC_OPERATION_KIND_SET_FIELD, "a_prospect");
    put(3, IC_OPERATION_KIND_OUTREACH, "nobody_else");
    struct ic_look_up found = look_up("a_prospect");
    assert_int_equal(found.contacts_count, 2);
    assert_true(found.contacts[0].is_pending);
    assert_false(found.contacts[1].is_pending);
    assert_true(ic_str_is(found.contacts[1].opr_name, "Bob"));
    assert_true(ic_str_is(found.target.notes, "Sold the boat."));
    assert_int_equal(look_up("nobody_else").state, IC_LOOK_UP_CONTACTED);
    /* The server has it, the replica not yet: it does not vanish in between. */
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_push_result results[] = {{.op_id = scratch_operation(1, "").op_id},
                                       {.op_id = scratch_operation(2, "").op_id}};
    struct ic_ledger_settlement settlement = {.server_url = SERVER, .results = results, .count = 2, .link = &link};
    assert_int_equal(ic_ledger_settle(ledger, &settlement, NULL), IC_OK);
    assert_int_equal(look_up("a_prospect").contacts_count, 2);
    assert_true(ic_str_is(look_up("a_prospect").target.notes, "Sold the boat."));
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED}, "two");
    assert_int_equal(look_up("a_prospect").contacts_count, 1);
    assert_true(ic_str_is(look_up("a_prospect").target.notes, "Likes boats."));
}

static void test_an_exclusion_holds_at_once_and_a_lift_when_the_server_has_it(void **state)
{
    (void)state;
    put(1, IC_OPERATION_KIND_EXCLUDE, "stranger");
    assert_int_equal(look_up("stranger").state, IC_LOOK_UP_EXCLUDED);
    put(2, IC_OPERATION_KIND_LIFT, "stranger");
    assert_int_equal(look_up("stranger").state, IC_LOOK_UP_UNKNOWN);
    suppress("a_prospect", true, false, "one");
    assert_int_equal(look_up("stranger").state, IC_LOOK_UP_FREE);
    put(3, IC_OPERATION_KIND_LIFT, "a_prospect");
    assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_EXCLUDED);
    suppress("a_prospect", false, false, "two");
    assert_int_equal(look_up("a_prospect").state, IC_LOOK_UP_FREE);
}

static void test_a_server_that_lost_its_past_is_sent_again_what_it_had_and_old_answers_count_no_more(void **state)
{
    (void)state;
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_FEED}, "one");
    put(1, IC_OPERATION_KIND_OUTREACH, "a_prospect");
    put(2, IC_OPERATION_KIND_OUTREACH, "a_prospect");
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_push_result result = {.op_id = scratch_operation(1, "").op_id, .elg_id = {.text = "ELG-0123456789"}};
    struct ic_ledger_settlement settlement = {.server_url = SERVER, .results = &result, .count = 1, .link = &link};
    assert_int_equal(ic_ledger_settle(ledger, &settlement, NULL), IC_OK);
    assert_int_equal(summary().pending, 1);
    assert_string_equal(summary().memory.seen.text, "ELG-0123456789");
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_SNAPSHOT, .is_reset = true, .has_lost_past = true}, "two");
    assert_int_equal(summary().pending, 2);
    assert_string_equal(summary().memory.seen.text, "");
    assert_int_equal(ic_ledger_settle(ledger, &settlement, NULL), IC_OK);
    assert_int_equal(summary().pending, 2);
    settlement.past = summary().memory.past;
    assert_int_equal(ic_ledger_settle(ledger, &settlement, NULL), IC_OK);
    assert_int_equal(summary().pending, 1);
}

static void test_what_another_teams_server_has_is_not_sent_to_this_one(void **state)
{
    (void)state;
    put(1, IC_OPERATION_KIND_OUTREACH, "a_prospect");
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_push_result result = {.op_id = scratch_operation(1, "").op_id};
    struct ic_ledger_settlement settlement = {
        .server_url = "https://another.example", .results = &result, .count = 1, .link = &link};
    assert_int_equal(ic_ledger_settle(ledger, &settlement, NULL), IC_OK);
    take((struct ic_pull_page){.phase = IC_PULL_PHASE_SNAPSHOT, .is_reset = true, .has_lost_past = true}, "one");
    assert_int_equal(summary().pending, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_page_is_there_with_its_place_after_reopening, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_page_of_another_place_is_passed_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whom_not_to_contact_is_known_throughout_a_new_beginning, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whom_not_to_contact_is_known_throughout_two_new_beginnings, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_an_old_replica_left_is_swept_bit_by_bit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_target_is_found_by_former_handles_and_as_what_it_has_become, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_goals_and_rules_are_what_the_latest_page_said_of_them, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_ledger_of_the_version_before_keeps_its_replica_and_takes_goals_and_rules,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_ones_own_operations_are_on_top_until_the_replica_has_them, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_an_exclusion_holds_at_once_and_a_lift_when_the_server_has_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            test_a_server_that_lost_its_past_is_sent_again_what_it_had_and_old_answers_count_no_more, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_another_teams_server_has_is_not_sent_to_this_one, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
