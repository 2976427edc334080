/* Every statement is asked how SQLite would run it: tables that grow are entered through an index, and nothing is
 * sorted. */
#include "fixture.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Tables of a handful of rows; the plan's words. */
static const char *const small_scans[] = {"SCAN totals", "SCAN links", "SCAN pairings", "SCAN migrations"};

static bool is_small_scan(const char *step)
{
    for (size_t i = 0; i < sizeof small_scans / sizeof small_scans[0]; i++) {
        if (strncmp(step, small_scans[i], strlen(small_scans[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_cheap(const char *step)
{
    return !strstr(step, "TEMP B-TREE") && !strstr(step, "AUTOMATIC") &&
           (strncmp(step, "SCAN", 4) != 0 || is_small_scan(step));
}

static void check_plan(sqlite3 *db, const char *name, const char *sql)
{
    char explained[8192];
    (void)snprintf(explained, sizeof explained, "EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, explained, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(statement, 3);
        if (!is_cheap(step)) {
            print_error("%s: %s\n", name, step);
        }
        assert_true(is_cheap(step));
    }
    sqlite3_finalize(statement);
}

static void test_no_statement_walks_through_a_table_that_grows(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    for (int i = 0; i < IC_STATEMENT_COUNT; i++) {
        if (strncmp(ic_statements_sqlite[i].sql, "CREATE", 6) != 0) {
            check_plan(db, ic_statements_sqlite[i].name, ic_statements_sqlite[i].sql);
        }
    }
    sqlite3_close(db);
}

static void check_uses(sqlite3 *db, enum ic_statement statement, const char *expected)
{
    char explained[8192];
    (void)snprintf(explained, sizeof explained, "EXPLAIN QUERY PLAN %s", ic_statements_sqlite[statement].sql);
    sqlite3_stmt *plan = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, explained, -1, &plan, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(plan), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(plan, 3), expected);
    sqlite3_finalize(plan);
}

static void test_a_page_is_one_walk_down_its_index(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    check_uses(db, IC_STATEMENT_LOG_LIST, "SEARCH e USING INDEX event_logs_by_time (created_at<?)");
    check_uses(db, IC_STATEMENT_CHANGE_LIST, "SEARCH c USING INTEGER PRIMARY KEY (rowid>?)");
    check_uses(db, IC_STATEMENT_CURSOR_GET, "SEARCH changes");
    check_uses(db, IC_STATEMENT_OPERATION_FIND, "SEARCH p USING PRIMARY KEY (op_id=?)");
    check_uses(db, IC_STATEMENT_TARGET_FIND, "SEARCH targets USING INDEX sqlite_autoindex_targets_2 (tar_username=?)");
    check_uses(db, IC_STATEMENT_DEVICE_LIST, "SEARCH devices USING INDEX devices_by_operator (opr_id=?)");
    sqlite3_close(db);
}

static void test_the_check_of_plans_finds_a_walk(void **state)
{
    (void)state;
    assert_false(is_cheap("SCAN event_logs"));
    assert_false(is_cheap("SCAN e USING COVERING INDEX event_logs_by_time"));
    assert_false(is_cheap("USE TEMP B-TREE FOR ORDER BY"));
    assert_true(is_cheap("SCAN totals"));
    assert_true(is_cheap("SEARCH t USING INDEX x (y=?)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_statement_walks_through_a_table_that_grows, fixture_open, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_page_is_one_walk_down_its_index, fixture_open, fixture_end),
        cmocka_unit_test(test_the_check_of_plans_finds_a_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
