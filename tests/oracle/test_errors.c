/* PostgreSQL's failures are told as Oracle's. What can be made to happen is in standin_claims.c; here is the rest, too.
 */
#include "errors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct failure turn(const char *state, const char *words, bool is_waiting)
{
    struct failure failure = {.number = 0};
    (void)snprintf(failure.state, sizeof failure.state, "%s", state);
    (void)snprintf(failure.words, sizeof failure.words, "%s", words);
    failure_turn(&failure, is_waiting);
    return failure;
}

static void test_each_failure_has_oracles_number(void **state)
{
    static const struct {
        const char *state;
        const char *words;
        int number;
        const char *told_state;
        const char *told;
    } cases[] = {
        {"23505", "ERROR: duplicate key value violates unique constraint \"operators_pkey\";\nDETAIL", 1, "23000",
         "ORA-00001: unique constraint (INSTACRM.OPERATORS_PKEY) violated"},
        {"23502", "ERROR: null value in column \"opr_id\" of relation \"operators\" violates", 1400, "23000",
         "(\"INSTACRM\".\"OPR_ID\")"},
        {"23503", "ERROR: insert or update on table \"a\" violates foreign key constraint \"a_fkey\"", 2291, "23000",
         "(INSTACRM.A_FKEY) violated - parent key not found"},
        {"23503", "ERROR: update or delete on table \"a\" violates foreign key constraint \"b_fkey\" on table \"b\"",
         2292, "23000", "(INSTACRM.B_FKEY) violated - child record found"},
        {"23514", "ERROR: new row for relation \"a\" violates check constraint \"a_check\"", 2290, "23000", "A_CHECK"},
        {"22001", "ERROR: value too long for type character varying(32)", 12899, "HY000", "too large"},
        {"22003", "ERROR: numeric field overflow", 1438, "HY000", "precision"},
        {"40P01", "ERROR: deadlock detected", 60, "HY000", "deadlock"},
        {"40001", "ERROR: could not serialize access due to concurrent update", 8177, "HY000", "serialize"},
        {"55P03", "ERROR: could not obtain lock on row", 54, "HY000", "NOWAIT"},
        {"57014", "ERROR: canceling statement due to statement timeout", 1013, "HY000", "cancel"},
        {"25006", "ERROR: cannot execute INSERT in a read-only transaction", 1456, "HY000", "READ ONLY"},
        {"53100", "ERROR: could not extend file: No space left on device", 1653, "HY000", "extend"},
        {"53200", "ERROR: out of memory", 4030, "HY000", "memory"},
        {"42P01", "ERROR: relation \"nobody\" does not exist", 942, "42S02", "does not exist"},
        {"42601", "ERROR: syntax error at or near \"FORM\"", 900, "42000", "invalid SQL"},
        {"42703", "ERROR: column \"seat\" does not exist", 904, "42S22", "invalid identifier"},
        {"57P01", "FATAL: terminating connection due to administrator command", 28, "HY000", "killed"},
        {"57P02", "WARNING: terminating connection because of crash", 3113, "HY000", "end-of-file"},
        {"08S01", "server closed the connection unexpectedly", 3113, "HY000", "end-of-file"},
        {"08S01", "Could not send query to backend", 3135, "HY000", "lost contact"},
        {"08006", "no connection to the server", 3135, "HY000", "lost contact"},
        {"08003", "no connection", 3114, "HY000", "not connected"},
        {"08001", "connection to server on socket failed: Connection refused", 12541, "HY000", "no listener"},
        {"08001", "FATAL:  the database system is starting up", 1033, "HY000", "initialization"},
        {"08001", "FATAL:  the database system is shutting down", 1033, "HY000", "shutdown"},
        {"08001", "FATAL:  the database system is in recovery mode", 1033, "HY000", "initialization"},
        {"08001", "FATAL:  sorry, too many clients already", 12516, "HY000", "handler"},
        {"08001", "FATAL:  remaining connection slots are reserved", 12516, "HY000", "handler"},
        {"08001", "FATAL:  too many connections for database \"x\"", 18, "HY000", "sessions"},
        {"08001", "FATAL:  too many connections for role \"x\"", 2391, "HY000", "SESSIONS_PER_USER"},
        {"08001", "FATAL:  password authentication failed for user \"x\"", 1017, "HY000", "logon denied"},
        {"08001", "FATAL:  database \"x\" does not exist", 12514, "HY000", "service"},
        {"08001", "timeout expired", 12170, "HY000", "timeout"},
        {"08001", "could not translate host name \"x\" to address", 12545, "HY000", "host"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char number[16];
        struct failure failure = turn(cases[i].state, cases[i].words, false);
        (void)snprintf(number, sizeof number, "ORA-%05d: ", cases[i].number);
        assert_int_equal(failure.number, cases[i].number);
        assert_string_equal(failure.state, cases[i].told_state);
        assert_non_null(strstr(failure.words, number));
        assert_non_null(strstr(failure.words, cases[i].told));
        assert_memory_equal(failure.words, "[Oracle][ODBC][Ora]ORA-", 23);
    }
}

static void test_a_lock_that_is_awaited_has_another_number(void **state)
{
    (void)state;
    assert_int_equal(turn("55P03", "ERROR: canceling statement due to lock timeout", true).number, 30006);
    assert_int_equal(turn("40P01", "ERROR: deadlock detected", true).number, 60);
}

static void test_what_has_no_number_keeps_its_words(void **state)
{
    (void)state;
    struct failure failure = turn("2201B", "ERROR: invalid regular expression: parentheses () not balanced", false);
    assert_int_equal(failure.number, 600);
    assert_non_null(strstr(failure.words, "ORA-00600"));
    assert_non_null(strstr(failure.words, "[2201B]"));
    assert_non_null(strstr(failure.words, "parentheses () not balanced"));
}

static void test_long_words_are_cut(void **state)
{
    char words[WORDS_SIZE];
    (void)state;
    memset(words, 'x', sizeof words);
    words[sizeof words - 1] = '\0';
    struct failure failure = turn("XX000", words, false);
    assert_int_equal(failure.number, 600);
    assert_true(strlen(failure.words) < WORDS_SIZE);
    assert_null(strstr(turn("23505", words, false).words, "xxx"));
}

static void test_the_drivers_own_failures_stay(void **state)
{
    static const struct {
        const char *state;
        const char *words;
    } cases[] = {
        {"HY010", "[unixODBC][Driver Manager]Function sequence error"},
        {"24000", "[unixODBC][Driver Manager]Invalid cursor state"},
        {"07002", "The # of binded parameters < the # of parameter markers"},
        {"HYT00", "timeout"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct failure failure = turn(cases[i].state, cases[i].words, false);
        assert_string_equal(failure.state, cases[i].state);
        assert_string_equal(failure.words, cases[i].words);
        assert_int_equal(failure.number, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_failure_has_oracles_number),
        cmocka_unit_test(test_a_lock_that_is_awaited_has_another_number),
        cmocka_unit_test(test_what_has_no_number_keeps_its_words),
        cmocka_unit_test(test_long_words_are_cut),
        cmocka_unit_test(test_the_drivers_own_failures_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
