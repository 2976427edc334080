/* Roll-ups: whatever order events come in, what is kept equals what can be counted; and the check can tell. */
#include "fixture.h"
#include "store/actors.h"
#include "store/rollup.h"
#include "store/targets.h"
#include "store/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TARGETS = 7, EVENTS = 600 };

static void check_window(struct fixture *fixture, int64_t from, int64_t until)
{
    struct ic_window window;
    char sql[512];
    assert_int_equal(ic_store_window_get(&fixture->tx, from, until, &window, &fixture->err), IC_OK);
    int from_quarter = (int)(from - from % IC_ROLLUP_QUARTER_MS);
    assert_int_equal(window.from, from_quarter);
    (void)snprintf(sql, sizeof sql,
                   "SELECT COUNT(*) FROM event_logs WHERE event_type = 'Outreach' AND created_at >= %d "
                   "AND created_at / 900000 * 900000 < %d",
                   from_quarter, (int)until);
    assert_int_equal(window.messages, fixture_sql(fixture, sql));
    (void)snprintf(sql, sizeof sql,
                   "SELECT COUNT(*) FROM (SELECT MIN(created_at) AS at FROM event_logs WHERE status_after = 'Warm' "
                   "GROUP BY tar_id) WHERE at >= %d AND at / 900000 * 900000 < %d",
                   from_quarter, (int)until);
    assert_int_equal(window.warm, fixture_sql(fixture, sql));
    (void)snprintf(sql, sizeof sql,
                   "SELECT COUNT(*) FROM (SELECT MIN(created_at) AS at FROM event_logs WHERE event_type = 'Outreach' "
                   "GROUP BY tar_id) WHERE at >= %d AND at / 900000 * 900000 < %d",
                   from_quarter, (int)until);
    assert_int_equal(window.contacted, fixture_sql(fixture, sql));
}

/* A team's events, in an order that has nothing to do with their times. */
struct team {
    struct ic_id operators[2];
    struct ic_id actors[2];
    struct ic_contacted contacts[TARGETS];
    struct ic_rand_seed seed;
    struct ic_rand rand;
};

static void make_team(struct fixture *fixture, struct team *team)
{
    static const char *const names[] = {"Maya", "Noor"};
    *team = (struct team){0};
    team->rand = ic_rand_seeded(&team->seed, 11);
    for (int i = 0; i < 2; i++) {
        struct ic_handle handle = {"tables"};
        team->operators[i] = fixture_operator(&fixture->tx, names[i]);
        assert_int_equal(ic_store_actor_use(&fixture->tx, &handle, &team->operators[i], 1, &team->rand,
                                            &team->actors[i], &fixture->err),
                         IC_OK);
    }
    for (int i = 0; i < TARGETS; i++) {
        (void)snprintf(team->contacts[i].tar_username.text, sizeof team->contacts[i].tar_username.text, "target.%d", i);
        team->contacts[i].at = (int64_t)1 << 40;
    }
    assert_int_equal(ic_store_targets_contact(&fixture->tx, team->contacts, TARGETS, &team->rand, &fixture->err),
                     IC_OK);
}

static void insert_some(struct fixture *fixture, struct team *team, int count)
{
    static const char *const statuses[] = {"Replied", "Warm", "Booked"};
    for (int i = 0; i < count; i++) {
        uint32_t who = ic_rand_below(&team->rand, 2);
        uint32_t target = ic_rand_below(&team->rand, TARGETS);
        struct ic_message message = {.message_text = IC_STR("Hello."), .sent_at = 1};
        struct ic_new_event event = {
            .event_type = IC_EVENT_TYPE_OUTREACH,
            .created_at = (int64_t)(1 + ic_rand_below(&team->rand, 40)) * 300000,
            .received_at = 1,
            .opr_id = team->operators[who],
            .act_id = team->actors[who],
            .tar_id = team->contacts[target].tar_id,
            .tar_username = ic_handle_text(&team->contacts[target].tar_username),
            .message = &message,
            .is_first_contact = true, /* It may be: the earliest of all wins. */
        };
        switch (ic_rand_below(&team->rand, 4)) {
        case 0:
            event.event_type = IC_EVENT_TYPE_CHANGE_IN_TAR_INFO;
            event.status_before = "Cold No Reply";
            event.status_after = statuses[ic_rand_below(&team->rand, 3)];
            event.message = NULL;
            event.is_first_contact = false;
            break;
        case 1:
            event.event_type = IC_EVENT_TYPE_USER;
            event.act_id = event.tar_id = (struct ic_id){0};
            event.tar_username = IC_STR("");
            event.message = NULL;
            event.is_first_contact = false;
            break;
        default:
            break;
        }
        struct ic_event_ids ids;
        assert_int_equal(ic_store_events_insert(&fixture->tx, &event, 1, &team->rand, &ids, &fixture->err), IC_OK);
    }
}

static struct ic_rollup_report check(struct fixture *fixture)
{
    struct ic_rollup_report report;
    assert_int_equal(ic_rollup_check(&fixture->tx, &report, &fixture->err), IC_OK);
    return report;
}

static void test_the_roll_ups_equal_the_events_whatever_order_they_come_in(void **state)
{
    struct fixture *fixture = *state;
    struct team team;
    make_team(fixture, &team);
    for (int round = 0; round < 6; round++) {
        insert_some(fixture, &team, EVENTS / 6);
        fixture_commit(fixture);
        struct ic_rollup_report report = check(fixture);
        assert_string_equal(report.first_mismatch, "");
        assert_int_equal(report.mismatch_count, 0);
        assert_true(report.row_count > 0);
    }
    /* Against SQL that shares nothing with the product's. */
    assert_int_equal(fixture_sql(fixture, "SELECT SUM(events) FROM rollup_quarters WHERE opr_id <> '-'"), EVENTS);
    assert_int_equal(fixture_sql(fixture, "SELECT SUM(events) FROM rollup_quarters WHERE opr_id = '-'"), EVENTS);
    assert_int_equal(fixture_sql(fixture, "SELECT SUM(events) FROM rollup_days"), EVENTS);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM rollup_quarters WHERE quarter % 900000 <> 0"), 0);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM rollup_days WHERE day % 86400000 <> 0"), 0);
    assert_int_equal(fixture_sql(fixture, "SELECT SUM(answered) FROM rollup_days"),
                     fixture_sql(fixture,
                                 "SELECT COUNT(*) FROM first_reaches c JOIN first_reaches r ON r.tar_id = c.tar_id "
                                 "WHERE c.milestone = 'First Contact' AND r.milestone = 'Replied' "
                                 "AND r.reached_at >= c.reached_at"));
    assert_int_equal(
        fixture_sql(
            fixture,
            "SELECT COUNT(*) FROM first_reaches r WHERE reached_at <> (SELECT MIN(created_at) FROM event_logs e "
            "WHERE e.tar_id = r.tar_id AND (r.milestone = e.status_after OR (r.milestone = 'First Contact' "
            "AND e.event_type = 'Outreach')))"),
        0);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM first_reaches WHERE milestone = 'First Contact'"),
                     TARGETS);
}

static void test_a_window_counts_what_lies_in_it(void **state)
{
    struct fixture *fixture = *state;
    struct team team;
    make_team(fixture, &team);
    insert_some(fixture, &team, EVENTS);
    fixture_commit(fixture);
    check_window(fixture, 0, 20000000);
    check_window(fixture, 0, 1);
    check_window(fixture, 2000000, 6300000);
    check_window(fixture, 300000, 900000);
    check_window(fixture, 20000000, 20000000);
}

static void test_more_than_a_share_holds_is_written_early_and_right(void **state)
{
    struct fixture *fixture = *state;
    struct team team;
    make_team(fixture, &team);
    enum { COUNT = IC_ROLLUP_COUNTS_MAX + 100 };
    for (int i = 0; i < COUNT; i++) {
        struct ic_new_event event = {
            .event_type = IC_EVENT_TYPE_USER,
            .created_at = (int64_t)(i % (COUNT / 2)) * IC_ROLLUP_QUARTER_MS * 2,
            .opr_id = team.operators[i % 2],
        };
        struct ic_event_ids ids;
        assert_int_equal(ic_store_events_insert(&fixture->tx, &event, 1, &team.rand, &ids, &fixture->err), IC_OK);
    }
    fixture_commit(fixture);
    assert_int_equal(check(fixture).mismatch_count, 0);
}

static void test_the_check_finds_what_is_wrong_and_the_rebuild_mends_it(void **state)
{
    static const struct {
        const char *damage;
        const char *mismatch;
    } cases[] = {
        {"UPDATE rollup_quarters SET events = events + 1 WHERE opr_id <> '-' AND quarter = (SELECT MIN(quarter) FROM "
         "rollup_quarters)",
         "rollup_quarters differs from"},
        {"DELETE FROM rollup_quarters WHERE opr_id = '-' AND quarter = (SELECT MAX(quarter) FROM rollup_quarters)",
         "rollup_quarters of the team lacks a row"},
        {"INSERT INTO rollup_quarters VALUES ('-', '-', 9000000000, 1, 0, 0, 0, 0, 0, 0, 0)",
         "rollup_quarters of the team has a row too many"},
        {"UPDATE rollup_days SET answered = answered + 1", "rollup_days differs from"},
        {"UPDATE first_reaches SET contact_opr_id = 'OPR-FFFFFFFF' WHERE milestone = 'Warm'",
         "first_reaches differs from"},
        {"UPDATE first_reaches SET replied_at = 1 WHERE milestone = 'First Contact'", "first_reaches differs from"},
        {"UPDATE first_reaches SET opener_print = 1 WHERE milestone = 'First Contact'",
         "first_reaches has another opener"},
        {"UPDATE first_reaches SET opr_id = 'OPR-FFFFFFFF' WHERE milestone = 'Warm'", "first_reaches differs from"},
        {"DELETE FROM first_reaches WHERE milestone = 'First Contact'", "first_reaches lacks a row"},
    };
    struct fixture *fixture = *state;
    struct team team;
    make_team(fixture, &team);
    insert_some(fixture, &team, EVENTS);
    fixture_commit(fixture);
    const struct ic_driver *driver = fixture->tx.connection->driver;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(driver->execute(fixture->tx.connection, cases[i].damage), IC_DRIVER_OK);
        struct ic_rollup_report report = check(fixture);
        assert_true(report.mismatch_count > 0);
        assert_memory_equal(report.first_mismatch, cases[i].mismatch, strlen(cases[i].mismatch));
        assert_int_equal(ic_rollup_rebuild(&fixture->tx, &fixture->err), IC_OK);
        assert_int_equal(check(fixture).mismatch_count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_roll_ups_equal_the_events_whatever_order_they_come_in, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_window_counts_what_lies_in_it, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_more_than_a_share_holds_is_written_early_and_right, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_the_check_finds_what_is_wrong_and_the_rebuild_mends_it, fixture_begin,
                                        fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
