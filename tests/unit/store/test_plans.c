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
static const char *const small_scans[] = {"SCAN totals",        "SCAN links",        "SCAN pairings",
                                          "SCAN migrations",    "SCAN operators",    "SCAN invitations",
                                          "SCAN email_domains", "SCAN team_settings"};

/* Statements that are there to read everything: the check and the rebuild of the roll-ups. */
static bool reads_everything(const char *name)
{
    static const char *const endings[] = {"_kept", "_counted", "_clear", "_fill"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t size = strlen(endings[i]);
        if (strlen(name) > size && strcmp(name + strlen(name) - size, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Statements that may sort or read through what they find, and why that is little. */
static bool finds_little(const char *name)
{
    static const char *const names[] = {
        /* What a team has agreed on: hundreds of rows, of which each person has IC_LIMIT_AGREED_OF_ONE_MAX standing. */
        "goals_active", "rules_active", "rules_newest", "rules_oldest", "proposal_open_find",
        /* The different targets of a goal's period, or of the moves of one page of a replay. */
        "metric_profiles", "metric_profiles_of_operator", "metric_profiles_of_actor", "replay_reaches",
        /* The operators of a team, and its accounts. */
        "analytics_quarters_of_actor", "analytics_actors",
        /* The nine pairs of states of a range's contacts; the messages of one account in a range; one person's. */
        "contacts_by_coverage", "figure_rows_messages_of_actor", "verdict_messages_to_target"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

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
    /* The trigram index is asked with MATCH; its plan says SCAN all the same. */
    if (strncmp(step, "SCAN s VIRTUAL TABLE INDEX ", 27) == 0) {
        return strstr(step, ":M") != NULL;
    }
    /* The rows of a subquery with a limit. */
    if (strcmp(step, "SCAN p") == 0) {
        return true;
    }
    return !strstr(step, "TEMP B-TREE") && !strstr(step, "AUTOMATIC") &&
           (strncmp(step, "SCAN", 4) != 0 || is_small_scan(step));
}

/* How many steps of the plan are dear; each is told. */
static int count_dear(sqlite3 *db, const char *name, const char *sql)
{
    int dear = 0;
    char explained[8192];
    (void)snprintf(explained, sizeof explained, "EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, explained, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(statement, 3);
        if (!is_cheap(step)) {
            print_error("%s: %s\n", name, step);
            dear++;
        }
    }
    sqlite3_finalize(statement);
    return dear;
}

static void test_no_statement_walks_through_a_table_that_grows(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db = NULL;
    int dear = 0;
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    for (int i = 0; i < IC_STATEMENT_COUNT; i++) {
        const struct ic_statement_text *text = &ic_statements_sqlite[i];
        if (text->sql && strncmp(text->sql, "CREATE", 6) != 0 && !reads_everything(text->name) &&
            !finds_little(text->name)) {
            dear += count_dear(db, text->name, text->sql);
        }
    }
    sqlite3_close(db);
    assert_int_equal(dear, 0);
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
    check_uses(db, IC_STATEMENT_LOG_LIST_NEWEST,
               "SEARCH e USING INDEX sqlite_autoindex_event_logs_2 (log_position>? AND log_position<?)");
    check_uses(db, IC_STATEMENT_LOG_LIST_BY_TARGET_OLDEST,
               "SEARCH e USING INDEX event_logs_by_target (tar_id=? AND log_position>? AND log_position<?)");
    check_uses(db, IC_STATEMENT_LOG_LIST_BY_ACTOR_NEWEST,
               "SEARCH e USING INDEX event_logs_by_actor (act_id=? AND log_position>? AND log_position<?)");
    check_uses(db, IC_STATEMENT_LOG_LIST_BY_OPERATOR_NEWEST,
               "SEARCH e USING INDEX event_logs_by_operator (opr_id=? AND log_position>? AND log_position<?)");
    check_uses(db, IC_STATEMENT_LOG_LIST_BY_TYPE_NEWEST,
               "SEARCH e USING INDEX event_logs_by_type (event_type=? AND log_position>? AND log_position<?)");
    check_uses(db, IC_STATEMENT_CHANGE_LIST, "SEARCH c USING INTEGER PRIMARY KEY (rowid>?)");
    check_uses(db, IC_STATEMENT_CURSOR_GET, "SEARCH changes");
    check_uses(db, IC_STATEMENT_OPERATIONS_FIND, "SEARCH p USING PRIMARY KEY (op_id=?)");
    check_uses(db, IC_STATEMENT_FEED_END, "SEARCH changes USING INTEGER PRIMARY KEY (rowid>?)");
    check_uses(db, IC_STATEMENT_FEED_BEGIN, "SEARCH changes");
    check_uses(db, IC_STATEMENT_FEED_GET, "SEARCH changes USING INTEGER PRIMARY KEY (rowid=?)");
    check_uses(db, IC_STATEMENT_FEED_BEHIND, "SEARCH c USING INTEGER PRIMARY KEY (rowid>?)");
    check_uses(db, IC_STATEMENT_SUPPRESSIONS_BEHIND, "SEARCH suppressions USING PRIMARY KEY (tar_username>?)");
    check_uses(db, IC_STATEMENT_ALIASES_BEHIND, "SEARCH aliases USING PRIMARY KEY (alias_username>?)");
    check_uses(db, IC_STATEMENT_OUTREACH_BEHIND,
               "SEARCH event_logs USING INDEX event_logs_by_type (event_type=? AND log_position>?)");
    check_uses(db, IC_STATEMENT_TARGETS_BEHIND, "SEARCH targets USING INDEX sqlite_autoindex_targets_2 (tar_number>?)");
    check_uses(db, IC_STATEMENT_TARGETS_OF, "SEARCH targets USING INDEX sqlite_autoindex_targets_1 (tar_id=?)");
    check_uses(db, IC_STATEMENT_SUPPRESSIONS_OF, "SEARCH suppressions USING INDEX suppressions_by_event (elg_id=?)");
    check_uses(db, IC_STATEMENT_DEVICE_LIST, "SEARCH devices USING INDEX devices_by_operator (opr_id=?)");
    sqlite3_close(db);
}

/* Whether one of the plan's steps is this. */
static void check_has_step(sqlite3 *db, enum ic_statement statement, const char *expected)
{
    char explained[8192];
    (void)snprintf(explained, sizeof explained, "EXPLAIN QUERY PLAN %s", ic_statements_sqlite[statement].sql);
    sqlite3_stmt *plan = NULL;
    bool is_there = false;
    assert_int_equal(sqlite3_prepare_v2(db, explained, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        is_there = is_there || strcmp((const char *)sqlite3_column_text(plan, 3), expected) == 0;
    }
    if (!is_there) {
        print_error("%s: not %s\n", ic_statements_sqlite[statement].name, expected);
    }
    assert_true(is_there);
    sqlite3_finalize(plan);
}

static void test_a_page_of_leads_passes_rows_without_reading_them(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    check_has_step(db, IC_STATEMENT_LEADS_UPDATED_NEWEST,
                   "SEARCH t USING COVERING INDEX targets_by_update (last_updated>? AND last_updated<?)");
    check_has_step(db, IC_STATEMENT_LEADS_UPDATED_TIE_OLDEST,
                   "SEARCH t USING COVERING INDEX targets_by_update (last_updated=? AND tar_id>?)");
    check_has_step(db, IC_STATEMENT_LEADS_CONTACTED_OLDEST,
                   "SEARCH t USING COVERING INDEX targets_by_contact (<expr>>? AND <expr><?)");
    check_has_step(db, IC_STATEMENT_LEADS_CONTACTED_TIE_NEWEST,
                   "SEARCH t USING COVERING INDEX targets_by_contact (<expr>=? AND tar_id<?)");
    check_has_step(db, IC_STATEMENT_LEADS_HANDLE_DESCENDING,
                   "SEARCH t USING COVERING INDEX targets_by_name (tar_username>? AND tar_username<?)");
    check_has_step(
        db, IC_STATEMENT_LEADS_OF_STATUS_UPDATED_NEWEST,
        "SEARCH t USING INDEX targets_by_status_update (tar_status=? AND last_updated>? AND last_updated<?)");
    check_has_step(db, IC_STATEMENT_LEADS_OF_STATUS_CONTACTED_TIE_OLDEST,
                   "SEARCH t USING INDEX targets_by_status_contact (tar_status=? AND <expr>=? AND tar_id>?)");
    check_has_step(db, IC_STATEMENT_LEADS_OF_STATUS_HANDLE_ASCENDING,
                   "SEARCH t USING INDEX targets_by_status_name (tar_status=? AND tar_username>? AND tar_username<?)");
    check_uses(db, IC_STATEMENT_LEADS_EDGE_CONTACTED_NEWEST,
               "SEARCH t USING COVERING INDEX targets_by_contact (<expr>>? AND <expr><?)");
    check_uses(
        db, IC_STATEMENT_LEADS_EDGE_OF_STATUS_UPDATED_OLDEST,
        "SEARCH t USING COVERING INDEX targets_by_status_update (tar_status=? AND last_updated>? AND last_updated<?)");
    check_uses(db, IC_STATEMENT_ACTORS_ACTIVE_NEWEST, "SEARCH a USING INDEX actors_by_activity (last_activity<?)");
    check_uses(db, IC_STATEMENT_OPERATORS_CREATED_OLDEST, "SEARCH o USING INDEX operators_by_creation (created_at>?)");
    sqlite3_close(db);
}

static void test_the_check_of_plans_finds_a_walk(void **state)
{
    (void)state;
    assert_false(is_cheap("SCAN event_logs"));
    assert_false(is_cheap("SCAN e USING COVERING INDEX event_logs_by_time"));
    assert_false(is_cheap("USE TEMP B-TREE FOR ORDER BY"));
    assert_false(is_cheap("SCAN s VIRTUAL TABLE INDEX 0:"));
    assert_true(is_cheap("SCAN s VIRTUAL TABLE INDEX 192:M0<>"));
    assert_true(is_cheap("SCAN totals"));
    assert_true(is_cheap("SEARCH t USING INDEX x (y=?)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_statement_walks_through_a_table_that_grows, fixture_open, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_page_is_one_walk_down_its_index, fixture_open, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_page_of_leads_passes_rows_without_reading_them, fixture_open,
                                        fixture_end),
        cmocka_unit_test(test_the_check_of_plans_finds_a_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
