/* The library, the driver and the connection: what is there, and what is said when it is not. */
#include "fixture.h"

#include "store/oracle/database.h"

#include <stdlib.h>
#include <string.h>

static struct ic_err create_in_vain(void)
{
    struct ic_database *database = NULL;
    struct ic_err err = IC_ERR_NONE;
    assert_int_not_equal(ic_oracle_database_create(&database, &err), IC_OK);
    assert_null(database);
    return err;
}

static void test_a_missing_driver_manager_is_told_with_what_to_install(void **state)
{
    (void)state;
    (void)setenv("INSTACRM_ODBC_LIBRARY", "libnowhere.so.2", 1);
    struct ic_err err = create_in_vain();
    assert_int_equal(ic_err_rc(&err), IC_UNAVAILABLE);
    assert_false(err.retry);
    assert_non_null(strstr(err.detail, "libnowhere.so.2"));
    assert_non_null(strstr(err.detail, "install unixODBC"));
}

static void test_a_library_that_lacks_a_function_is_none_and_the_function_is_named(void **state)
{
    (void)state;
    (void)setenv("INSTACRM_ODBC_LIBRARY", IC_TESTS_HALF_LIBRARY, 1);
    struct ic_err err = create_in_vain();
    assert_int_equal(ic_err_rc(&err), IC_UNAVAILABLE);
    assert_non_null(strstr(err.detail, "lacks SQLFreeHandle"));
}

static void test_without_a_connection_string_there_is_no_database(void **state)
{
    (void)state;
    (void)setenv("ORACLE_CONN_STRING", "", 1);
    struct ic_err err = create_in_vain();
    assert_int_equal(ic_err_rc(&err), IC_INVALID);
    assert_non_null(strstr(err.detail, "ORACLE_CONN_STRING"));
}

static void test_texts_are_utf_8_unless_whoever_starts_the_program_says_otherwise(void **state)
{
    (void)state;
    (void)unsetenv("NLS_LANG");
    struct ic_database *database = fixture_database();
    assert_string_equal(getenv("NLS_LANG"), ".AL32UTF8");
    database->destroy(database);
    (void)setenv("NLS_LANG", "GERMAN_GERMANY.AL32UTF8", 1);
    database = fixture_database();
    assert_string_equal(getenv("NLS_LANG"), "GERMAN_GERMANY.AL32UTF8");
    database->destroy(database);
}

static void open_and_close(struct ic_database *database)
{
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(database->open(database, true, &connection, &err), IC_OK);
    connection->driver->close(connection);
    database->destroy(database);
}

static void test_the_first_driver_of_oracles_is_taken_unless_one_is_named(void **state)
{
    struct odbc_behaviour *odbc = *state;
    open_and_close(fixture_database());
    assert_string_equal(odbc->connected_with,
                        "DRIVER=Oracle 19c ODBC driver;DBQ=crm_tp;APA=T;QTO=T;LOB=T;FEN=F;UID=ana;PWD=geheim;");
    (void)setenv("INSTACRM_ODBC_DRIVER", "Another", 1);
    open_and_close(fixture_database());
    assert_memory_equal(odbc->connected_with, "DRIVER=Another;", strlen("DRIVER=Another;"));
    (void)setenv("ORACLE_CONN_STRING", "DSN=crm", 1);
    open_and_close(fixture_database());
    assert_string_equal(odbc->connected_with, "DSN=crm;UID=ana;PWD=geheim;");
}

static void test_what_nobody_waits_for_may_take_long(void **state)
{
    struct odbc_behaviour *odbc = *state;
    open_and_close(fixture_database());
    assert_int_equal(odbc->timeout_s, IC_DRIVER_CALL_MS_MAX / 1000 - 1);
    struct ic_database *database = fixture_database();
    database->is_patient = true;
    open_and_close(database);
    assert_int_equal(odbc->timeout_s, IC_DRIVER_PATIENT_CALL_MS_MAX / 1000 - 1);
}

static struct ic_err open_in_vain(int call_ms_max)
{
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    assert_int_not_equal(fixture_try(call_ms_max, &connection, &err), IC_OK);
    assert_null(connection);
    return err;
}

static void test_a_refused_logon_is_told_in_oracles_words_without_the_password(void **state)
{
    struct odbc_behaviour *odbc = *state;
    odbc->refuses_logon = true;
    struct ic_err err = open_in_vain(IC_DRIVER_CALL_MS_MAX);
    assert_int_equal(ic_err_rc(&err), IC_UNAVAILABLE);
    assert_false(err.retry);
    assert_int_equal(err.native, 1017);
    assert_non_null(strstr(err.detail, "ORA-01017: invalid username/password"));
    assert_null(strstr(err.detail, "geheim"));
}

static void test_a_database_that_does_not_give_texts_back_as_they_were_is_refused(void **state)
{
    struct odbc_behaviour *odbc = *state;
    odbc->garbles = true;
    struct ic_err err = open_in_vain(IC_DRIVER_CALL_MS_MAX);
    assert_int_equal(ic_err_rc(&err), IC_UNAVAILABLE);
    assert_false(err.retry);
    assert_non_null(strstr(err.detail, "AL32UTF8"));
    fixture_await(&odbc->connected_count, 0);
}

static void test_a_logon_that_nobody_answers_is_given_up_in_time(void **state)
{
    struct odbc_behaviour *odbc = *state;
    odbc->hangs_in = "SQLDriverConnect";
    struct ic_err err = open_in_vain(FIXTURE_SHORT_MS);
    assert_int_equal(ic_err_rc(&err), IC_UNAVAILABLE);
    assert_true(err.retry);
    assert_int_equal(atomic_load(&odbc->hanging_count), 1);
    atomic_store(&odbc->let_go, true);
    fixture_await(&odbc->hanging_count, 0); /* It connects at last, and nobody wants it. */
    fixture_await(&odbc->connected_count, 0);
}

static void test_no_more_is_begun_while_too_many_calls_hang(void **state)
{
    struct odbc_behaviour *odbc = *state;
    odbc->hangs_in = "SQLDriverConnect";
    for (int i = 0; i < IC_ORACLE_STUCK_COUNT_MAX; i++) {
        (void)open_in_vain(FIXTURE_MOMENT_MS);
    }
    struct ic_err err = open_in_vain(FIXTURE_MOMENT_MS);
    assert_true(err.retry);
    assert_non_null(strstr(err.detail, "too many calls"));
    fixture_await(&odbc->hanging_count, IC_ORACLE_STUCK_COUNT_MAX);
    atomic_store(&odbc->let_go, true);
    fixture_await(&odbc->hanging_count, 0);
    fixture_await(&odbc->connected_count, 0);
    struct ic_connection *connection = fixture_open(IC_DRIVER_CALL_MS_MAX);
    connection->driver->close(connection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_a_missing_driver_manager_is_told_with_what_to_install),
        fixture_test(test_a_library_that_lacks_a_function_is_none_and_the_function_is_named),
        fixture_test(test_without_a_connection_string_there_is_no_database),
        fixture_test(test_texts_are_utf_8_unless_whoever_starts_the_program_says_otherwise),
        fixture_test(test_the_first_driver_of_oracles_is_taken_unless_one_is_named),
        fixture_test(test_what_nobody_waits_for_may_take_long),
        fixture_test(test_a_refused_logon_is_told_in_oracles_words_without_the_password),
        fixture_test(test_a_database_that_does_not_give_texts_back_as_they_were_is_refused),
        fixture_test(test_a_logon_that_nobody_answers_is_given_up_in_time),
        fixture_test(test_no_more_is_begun_while_too_many_calls_hang),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
