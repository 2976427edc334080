/* What the stand-in makes of PostgreSQL, seen as the driver sees it: through ODBC.
 *
 *     INSTACRM_ODBC_LIBRARY=... ORACLE_CONN_STRING=... standin_claims
 *
 * tests/conformance/run runs it (engine standin), on a server of its own. */
#include "claims.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECONDS_MAX = 120 };

static void assert_told(struct told told, int number, const char *state, const char *words)
{
    char mark[16];
    (void)snprintf(mark, sizeof mark, "ORA-%05d: ", number);
    assert_int_equal(told.number, number);
    assert_string_equal(told.state, state);
    assert_non_null(strstr(told.words, mark));
    if (!strstr(told.words, words)) {
        fail_msg("%s is not in %s", words, told.words);
    }
}

/* ---- Failures. ---- */

static void test_failures_have_oracles_numbers_and_names(void **state)
{
    static const struct {
        const char *sql;
        int number;
        const char *state;
        const char *words;
    } cases[] = {
        {"INSERT INTO guests (name) VALUES ('Ada')", 1, "23000", "unique constraint (INSTACRM.GUESTS_PKEY) violated"},
        {"INSERT INTO guests (room) VALUES (7)", 1400, "23000", "cannot insert NULL into (\"INSTACRM\".\"NAME\")"},
        {"INSERT INTO guests (name, room) VALUES ('Bea', 8)", 2291, "23000",
         "(INSTACRM.GUESTS_ROOM) violated - parent"},
        {"DELETE FROM rooms", 2292, "23000", "(INSTACRM.GUESTS_ROOM) violated - child"},
        {"UPDATE guests SET age = -1", 2290, "23000", "check constraint (INSTACRM.GUESTS_AGE)"},
        {"UPDATE guests SET name = 'Adaaaaaaa'", 12899, "HY000", "value too large"},
        {"UPDATE guests SET age = 1000", 1438, "HY000", "precision"},
        {"UPDATE guests SET age = age / 0", 1476, "HY000", "divisor"},
        {"UPDATE guests SET age = 'ten'", 1722, "HY000", "invalid number"},
        {"SELECT name FROM nobody", 942, "42S02", "table or view does not exist"},
        {"SELECT seat FROM guests", 904, "42S22", "invalid identifier"},
        {"SELECT name FORM guests FROM guests", 900, "42000", "invalid SQL statement"},
        {"CREATE TABLE guests (name NUMBER(1))", 955, "42S01", "name is already used"},
        {"ALTER TABLE guests ADD age NUMBER(1)", 1430, "HY000", "already exists"},
        {"SELECT name FROM guests LIMIT 1", 933, "42000", "not properly ended"},
        {"SELECT regexp_replace(name, '(', 'x') FROM guests", 600, "HY000", "parentheses () not balanced"},
    };
    (void)state;
    run(line, "INSERT INTO rooms (room) VALUES (7)");
    run(line, "INSERT INTO guests (name, room, age) VALUES ('Ada', 7, 36)");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_told(fail_to_run(line, cases[i].sql), cases[i].number, cases[i].state, cases[i].words);
    }
}

static void test_a_text_that_oracle_refuses_is_refused_when_it_runs(void **state)
{
    static SQLCHAR sql[] = "SELECT name FROM guests;";
    (void)state;
    assert_int_equal(odbc.SQLPrepare(line->stmt, sql, SQL_NTS), SQL_SUCCESS);
    assert_int_equal(odbc.SQLExecute(line->stmt), SQL_ERROR);
    assert_told(tell(SQL_HANDLE_STMT, line->stmt), 911, "42000", "invalid character");
}

static void test_a_call_out_of_turn_is_told_by_the_driver_manager(void **state)
{
    struct line *other = line_open(); /* Nothing was run on it. */
    (void)state;
    assert_int_equal(odbc.SQLFetch(other->stmt), SQL_ERROR);
    struct told told = tell(SQL_HANDLE_STMT, other->stmt);
    assert_string_equal(told.state, "HY010");
    assert_non_null(strstr(told.words, "[Driver Manager]"));
    assert_int_equal(odbc.SQLFetch(line->dbc), SQL_INVALID_HANDLE);
    assert_int_equal(odbc.SQLDisconnect(line->stmt), SQL_INVALID_HANDLE);
}

static void test_a_failure_is_forgotten_at_the_next_call(void **state)
{
    SQLCHAR words[16];
    SQLSMALLINT size = 0;
    (void)state;
    (void)fail_to_run(line, "SELECT 1");
    assert_int_equal(odbc.SQLGetDiagRec(SQL_HANDLE_STMT, line->stmt, 2, NULL, NULL, words, sizeof words, &size),
                     SQL_NO_DATA);
    assert_int_equal(odbc.SQLGetDiagRec(SQL_HANDLE_STMT, line->stmt, 1, NULL, NULL, words, sizeof words, &size),
                     SQL_SUCCESS_WITH_INFO);
    assert_true(size > (SQLSMALLINT)sizeof words);
    run(line, "SELECT 1 FROM dual");
    assert_int_equal(odbc.SQLGetDiagRec(SQL_HANDLE_STMT, line->stmt, 1, NULL, NULL, words, sizeof words, &size),
                     SQL_NO_DATA);
}

/* ---- Losses. ---- */

static void test_a_session_that_was_killed_says_so_and_is_gone(void **state)
{
    struct line *victim = line_open();
    char kill[128];
    (void)state;
    line_use_transactions(victim);
    (void)snprintf(kill, sizeof kill, "SELECT pg_terminate_backend(%s, 10000) FROM dual",
                   look(victim, "SELECT pg_backend_pid() FROM dual"));
    run(line, kill);
    assert_told(fail_to_run(victim, "SELECT 1 FROM dual"), 28, "HY000", "your session has been killed");
    struct told told = fail_to_run(victim, "SELECT 1 FROM dual");
    assert_true(told.number == 3113 || told.number == 3114 || told.number == 3135);
    SQLUINTEGER is_dead = SQL_CD_FALSE;
    assert_int_equal(odbc.SQLGetConnectAttr(victim->dbc, SQL_ATTR_CONNECTION_DEAD, &is_dead, SQL_IS_UINTEGER, NULL),
                     SQL_SUCCESS);
    assert_int_equal(is_dead, SQL_CD_TRUE);
}

/* ORACLE_CONN_STRING with another value of a keyword. */
static const char *elsewhere(const char *keyword, const char *value)
{
    static char where[TOLD_SIZE];
    const char *given = getenv("ORACLE_CONN_STRING");
    const char *at = given ? strstr(given, keyword) : NULL;
    assert_non_null(at);
    const char *rest = at + strcspn(at, ";");
    (void)snprintf(where, sizeof where, "%.*s%s=%s%s", (int)(at - given), given, keyword, value, rest);
    return where;
}

static void test_who_cannot_be_reached_is_told_apart(void **state)
{
    (void)state;
    assert_told(line_fail_to_open(elsewhere("Servername", "/nowhere")), 12541, "HY000", "no listener");
    assert_told(line_fail_to_open(elsewhere("Database", "nothing")), 12514, "HY000", "service requested");
    assert_told(line_fail_to_open(elsewhere("UID", "nobody")), 1017, "HY000", "logon denied");
}

/* ---- Locks. ---- */

static void test_a_lock_is_awaited_as_long_as_is_said(void **state)
{
    struct line *other = line_open();
    (void)state;
    run(line, "INSERT INTO rooms (room) VALUES (7)");
    line_use_transactions(other);
    run(other, "SELECT room FROM rooms FOR UPDATE");
    line_use_transactions(line);
    assert_told(fail_to_run(line, "SELECT room FROM rooms FOR UPDATE WAIT 1"), 30006, "HY000", "WAIT timeout expired");
    assert_told(fail_to_run(line, "SELECT room FROM rooms FOR UPDATE NOWAIT"), 54, "HY000", "resource busy");
    assert_string_equal(look(line, "SELECT current_setting('lock_timeout') FROM dual"), "0");
    line_end(other, SQL_COMMIT);
    assert_string_equal(look(line, "SELECT room FROM rooms FOR UPDATE WAIT 1"), "7");
    assert_string_equal(look(line, "SELECT current_setting('lock_timeout') FROM dual"), "0");
}

/* One of two that wait for each other. */
struct waiting {
    struct line *line;
    const char *sql;
    bool went_well;
    struct told told;
};

/* Whoever is told gives up all that it has locked, as it has to: the other one waits for that. */
static void *wait_for_lock(void *context)
{
    struct waiting *waiting = context;
    (void)odbc.SQLFreeStmt(waiting->line->stmt, SQL_CLOSE);
    SQLRETURN returned = odbc.SQLExecDirect(waiting->line->stmt, (SQLCHAR *)(uintptr_t)waiting->sql, SQL_NTS);
    waiting->went_well = SQL_SUCCEEDED(returned);
    if (!waiting->went_well) {
        waiting->told = tell(SQL_HANDLE_STMT, waiting->line->stmt);
    }
    line_end(waiting->line, waiting->went_well ? SQL_COMMIT : SQL_ROLLBACK);
    return NULL;
}

static void test_of_two_that_wait_for_each_other_one_is_told(void **state)
{
    struct line *other = line_open();
    struct waiting first = {.line = line, .sql = "UPDATE rooms SET beds = 2 WHERE room = 7"};
    struct waiting second = {.line = other, .sql = "UPDATE rooms SET beds = 2 WHERE room = 8"};
    pthread_t thread;
    (void)state;
    run(line, "INSERT INTO rooms (room) VALUES (7)");
    run(line, "INSERT INTO rooms (room) VALUES (8)");
    line_use_transactions(line);
    line_use_transactions(other);
    run(other, "SET TRANSACTION READ WRITE");
    run(line, "UPDATE rooms SET beds = 1 WHERE room = 8");
    run(other, "UPDATE rooms SET beds = 1 WHERE room = 7");
    assert_int_equal(pthread_create(&thread, NULL, wait_for_lock, &second), 0);
    (void)wait_for_lock(&first);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(first.went_well != second.went_well);
    assert_told(first.went_well ? second.told : first.told, 60, "HY000", "deadlock detected");
}

static void test_a_statement_that_takes_too_long_is_cancelled(void **state)
{
    (void)state;
    assert_int_equal(odbc.SQLSetStmtAttr(line->stmt, SQL_ATTR_QUERY_TIMEOUT, (SQLPOINTER)(uintptr_t)1, 0), SQL_SUCCESS);
    assert_told(fail_to_run(line, "SELECT pg_sleep(60) FROM dual"), 1013, "HY000", "cancel");
}

/* ---- Transactions. ---- */

static void test_a_failed_statement_undoes_itself_alone(void **state)
{
    (void)state;
    line_use_transactions(line);
    run(line, "INSERT INTO rooms (room) VALUES (7)");
    /* The first of its two rows is undone, too. */
    (void)fail_to_run(line, "INSERT INTO rooms (room) SELECT 15 - room FROM rooms UNION ALL SELECT 7 FROM dual");
    (void)fail_to_run(line, "SELECT name FROM nobody");
    run(line, "INSERT INTO rooms (room) VALUES (9)");
    line_end(line, SQL_COMMIT);
    assert_string_equal(look(line, "SELECT COUNT(*) FROM rooms"), "2");
    assert_string_equal(look(line, "SELECT SUM(room) FROM rooms"), "16");
}

static void test_a_definition_commits_before_and_behind_itself(void **state)
{
    struct line *other = line_open();
    (void)state;
    line_use_transactions(line);
    run(line, "INSERT INTO rooms (room) VALUES (7)");
    run(line, "CREATE TABLE more (a NUMBER(1))");
    line_end(line, SQL_ROLLBACK);
    assert_string_equal(look(other, "SELECT COUNT(*) FROM rooms"), "1");
    assert_string_equal(look(other, "SELECT COUNT(*) FROM more"), "0");
    run(line, "INSERT INTO rooms (room) VALUES (8)");
    (void)fail_to_run(line, "CREATE TABLE more (a NUMBER(1))");
    line_end(line, SQL_ROLLBACK);
    assert_string_equal(look(other, "SELECT COUNT(*) FROM rooms"), "2");
    run(line, "INSERT INTO rooms (room) VALUES (9)");
    run(line, "ALTER SESSION SET NLS_SORT = BINARY NLS_COMP = BINARY");
    line_end(line, SQL_ROLLBACK);
    assert_string_equal(look(other, "SELECT COUNT(*) FROM rooms"), "2");
}

static void test_a_transaction_that_reads_sees_one_state_and_writes_nothing(void **state)
{
    struct line *other = line_open();
    (void)state;
    line_use_transactions(line);
    run(line, "SET TRANSACTION READ ONLY");
    assert_string_equal(look(line, "SELECT COUNT(*) FROM rooms"), "0");
    run(other, "INSERT INTO rooms (room) VALUES (7)");
    assert_string_equal(look(line, "SELECT COUNT(*) FROM rooms"), "0");
    assert_told(fail_to_run(line, "INSERT INTO rooms (room) VALUES (8)"), 1456, "HY000", "READ ONLY");
    line_end(line, SQL_COMMIT);
    assert_string_equal(look(line, "SELECT COUNT(*) FROM rooms"), "1");
    run(line, "INSERT INTO rooms (room) VALUES (8)");
}

static void test_a_transaction_that_must_be_serial_is_told_that_it_is_not(void **state)
{
    struct line *other = line_open();
    (void)state;
    run(line, "INSERT INTO rooms (room, beds) VALUES (7, 1)");
    line_use_transactions(line);
    run(line, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    assert_string_equal(look(line, "SELECT beds FROM rooms"), "1");
    run(other, "UPDATE rooms SET beds = 2");
    assert_told(fail_to_run(line, "UPDATE rooms SET beds = 3"), 8177, "HY000", "serialize");
}

static void test_a_part_of_a_transaction_is_undone(void **state)
{
    (void)state;
    line_use_transactions(line);
    run(line, "INSERT INTO rooms (room) VALUES (7)");
    run(line, "SAVEPOINT part");
    run(line, "INSERT INTO rooms (room) VALUES (8)");
    (void)fail_to_run(line, "INSERT INTO rooms (room) VALUES (8)");
    run(line, "ROLLBACK TO SAVEPOINT part");
    run(line, "INSERT INTO rooms (room) VALUES (9)");
    line_end(line, SQL_COMMIT);
    assert_string_equal(look(line, "SELECT SUM(room) FROM rooms"), "16");
}

/* ---- Values. ---- */

static void prepare(const char *sql)
{
    assert_int_equal(odbc.SQLPrepare(line->stmt, text_of(sql), SQL_NTS), SQL_SUCCESS);
}

static void test_an_empty_text_is_null(void **state)
{
    static SQLCHAR empty[] = "";
    SQLLEN size = 0;
    (void)state;
    run(line, "INSERT INTO guests (name) VALUES ('Ada')");
    prepare("UPDATE guests SET notes = ?");
    assert_int_equal(
        odbc.SQLBindParameter(line->stmt, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 8, 0, empty, 0, &size),
        SQL_SUCCESS);
    assert_int_equal(odbc.SQLExecute(line->stmt), SQL_SUCCESS);
    assert_int_equal(odbc.SQLFreeStmt(line->stmt, SQL_RESET_PARAMS), SQL_SUCCESS);
    assert_string_equal(look(line, "SELECT COUNT(*) FROM guests WHERE notes IS NULL"), "1");
    assert_string_equal(look(line, "SELECT notes FROM guests"), "NULL");
}

static void test_an_integer_of_64_bits_is_refused(void **state)
{
    SQLBIGINT room = 7;
    SQLLEN size = 0;
    (void)state;
    prepare("INSERT INTO rooms (room) VALUES (?)");
    assert_int_equal(
        odbc.SQLBindParameter(line->stmt, 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &room, 0, &size),
        SQL_ERROR);
    assert_string_equal(tell(SQL_HANDLE_STMT, line->stmt).state, "HY004");
}

static void test_names_of_columns_are_in_capitals(void **state)
{
    SQLCHAR name[32] = "";
    SQLSMALLINT size = 0;
    (void)state;
    run(line, "SELECT name AS who FROM guests");
    assert_int_equal(odbc.SQLDescribeCol(line->stmt, 1, name, sizeof name, &size, NULL, NULL, NULL, NULL), SQL_SUCCESS);
    assert_string_equal((char *)name, "WHO");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        claim(test_failures_have_oracles_numbers_and_names),
        claim(test_a_text_that_oracle_refuses_is_refused_when_it_runs),
        claim(test_a_call_out_of_turn_is_told_by_the_driver_manager),
        claim(test_a_failure_is_forgotten_at_the_next_call),
        claim(test_a_session_that_was_killed_says_so_and_is_gone),
        claim(test_who_cannot_be_reached_is_told_apart),
        claim(test_a_lock_is_awaited_as_long_as_is_said),
        claim(test_of_two_that_wait_for_each_other_one_is_told),
        claim(test_a_statement_that_takes_too_long_is_cancelled),
        claim(test_a_failed_statement_undoes_itself_alone),
        claim(test_a_definition_commits_before_and_behind_itself),
        claim(test_a_transaction_that_reads_sees_one_state_and_writes_nothing),
        claim(test_a_transaction_that_must_be_serial_is_told_that_it_is_not),
        claim(test_a_part_of_a_transaction_is_undone),
        claim(test_an_empty_text_is_null),
        claim(test_an_integer_of_64_bits_is_refused),
        claim(test_names_of_columns_are_in_capitals),
    };
    (void)alarm(SECONDS_MAX);
    if (!claims_load()) {
        (void)fprintf(stderr, "INSTACRM_ODBC_LIBRARY names no such library.\n");
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
