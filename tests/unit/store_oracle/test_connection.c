/* What a connection makes of a driver that hangs, fails, knows no arrays or cuts texts into pieces. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ic_prepared *prepare(struct ic_connection *connection, const struct ic_statement_text *text)
{
    struct ic_prepared *prepared = NULL;
    assert_int_equal(ic_oracle_prepare_text(connection, text, &prepared), IC_DRIVER_OK);
    return prepared;
}

static void destroy(struct ic_prepared *prepared)
{
    ic_oracle_statement_destroy((struct ic_oracle_statement *)prepared);
}

static const struct ic_statement_text insert = {"insert", "INSERT INTO guests (name) VALUES (?)", 1, 1, {1}};
static const struct ic_statement_text one = {"one", "SELECT 1 FROM dual", 0, 0, {0}};

/* ---- Hanging. ---- */

static void check_hanging(struct odbc_behaviour *odbc, const char *function,
                          enum ic_driver_rc (*call)(struct ic_connection *connection))
{
    struct ic_connection *connection = fixture_open(FIXTURE_SHORT_MS);
    struct ic_connection *other = fixture_open(FIXTURE_SHORT_MS);
    const struct ic_driver *driver = connection->driver;
    struct ic_prepared *before = prepare(connection, &one);
    assert_int_equal(driver->step(before), IC_DRIVER_ROW);
    assert_int_equal(driver->begin(connection, true), IC_DRIVER_OK);
    odbc->hangs_in = function;
    atomic_store(&odbc->let_go, false);
    assert_int_equal(call(connection), IC_DRIVER_LOST);
    assert_string_equal(driver->message(connection), "the database did not answer in time");
    assert_int_equal(atomic_load(&odbc->hanging_count), 1);
    odbc->hangs_in = NULL;
    /* What was read is there, everything else is lost, and another connection goes on. */
    assert_int_equal(driver->column_int64(before, 0), 1);
    assert_false(driver->in_transaction(connection));
    assert_int_equal(driver->ping(connection), IC_DRIVER_LOST);
    assert_int_equal(driver->commit(connection), IC_DRIVER_LOST);
    assert_int_equal(driver->step(before), IC_DRIVER_OK);
    driver->reset(before);
    assert_int_equal(driver->step(before), IC_DRIVER_LOST);
    driver->rollback(connection);
    assert_int_equal(other->driver->ping(other), IC_DRIVER_OK);
    driver->close(connection);
    other->driver->close(other);
    destroy(before);
    assert_int_equal(atomic_load(&odbc->connected_count), 1); /* The one that hangs. */
    atomic_store(&odbc->let_go, true);
    fixture_await(&odbc->connected_count, 0);
}

static enum ic_driver_rc commit(struct ic_connection *connection)
{
    return connection->driver->commit(connection);
}

static enum ic_driver_rc execute(struct ic_connection *connection)
{
    return connection->driver->execute(connection, "DELETE FROM guests");
}

static enum ic_driver_rc step(struct ic_connection *connection)
{
    char *name = strdup("Ana");
    struct ic_prepared *prepared = prepare(connection, &insert);
    assert_int_equal(connection->driver->bind_text(prepared, 1, ic_str_from(name)), IC_DRIVER_OK);
    enum ic_driver_rc rc = connection->driver->step(prepared);
    free(name); /* The thread has a copy. */
    assert_true(connection->driver->column_is_null(prepared, 0));
    destroy(prepared);
    return rc;
}

static void test_a_call_that_hangs_loses_its_connection_in_time_and_no_other(void **state)
{
    struct odbc_behaviour *odbc = *state;
    check_hanging(odbc, "SQLEndTran", commit);
    check_hanging(odbc, "SQLExecute", execute);
    check_hanging(odbc, "SQLExecute", step);
}

static void test_a_connection_that_does_not_end_is_left_to_itself_in_time(void **state)
{
    struct odbc_behaviour *odbc = *state;
    struct ic_connection *connection = fixture_open(FIXTURE_SHORT_MS);
    odbc->hangs_in = "SQLDisconnect";
    connection->driver->close(connection);
    assert_int_equal(atomic_load(&odbc->hanging_count), 1);
    atomic_store(&odbc->let_go, true);
    fixture_await(&odbc->connected_count, 0);
}

/* ---- Failing. ---- */

static void test_a_failure_spoils_the_transaction_until_its_part_is_undone(void **state)
{
    struct odbc_behaviour *odbc = *state;
    struct ic_connection *connection = fixture_open(IC_DRIVER_CALL_MS_MAX);
    const struct ic_driver *driver = connection->driver;
    assert_int_equal(driver->begin(connection, true), IC_DRIVER_OK);
    assert_int_equal(driver->part_begin(connection), IC_DRIVER_OK);
    odbc->fails = "DELETE";
    odbc->number = 2292;
    odbc->words = "integrity constraint (CRM.FK) violated - child record found";
    assert_int_equal(execute(connection), IC_DRIVER_CONSTRAINT);
    assert_int_equal(driver->native(connection), 2292);
    assert_string_equal(driver->message(connection), "ORA-02292: integrity constraint (CRM.FK) violated - child record "
                                                     "found (SQLSTATE HY000)");
    assert_false(driver->in_transaction(connection));
    assert_int_equal(driver->commit(connection), IC_DRIVER_OTHER); /* Oracle itself would. */
    assert_int_equal(driver->part_undo(connection), IC_DRIVER_OK);
    assert_true(driver->in_transaction(connection));
    assert_int_equal(driver->commit(connection), IC_DRIVER_OK);
    assert_int_equal(driver->commit(connection), IC_DRIVER_OTHER); /* There is none. */
    driver->close(connection);
}

static void test_a_turn_that_is_not_had_in_time_is_busy_and_leaves_no_transaction(void **state)
{
    struct odbc_behaviour *odbc = *state;
    struct ic_connection *connection = fixture_open(IC_DRIVER_CALL_MS_MAX);
    const struct ic_driver *driver = connection->driver;
    odbc->fails = "SELECT turn_number";
    odbc->number = 30006;
    odbc->words = "resource busy; acquire with WAIT timeout expired";
    assert_int_equal(driver->begin(connection, true), IC_DRIVER_BUSY);
    assert_int_equal(driver->native(connection), 30006); /* And not the rollback's. */
    assert_false(driver->in_transaction(connection));
    odbc->fails = NULL;
    assert_int_equal(driver->begin(connection, true), IC_DRIVER_OK);
    driver->rollback(connection);
    driver->close(connection);
}

static void test_a_text_with_a_nul_is_refused_before_anything_is_sent(void **state)
{
    struct odbc_behaviour *odbc = *state;
    struct ic_connection *connection = fixture_open(IC_DRIVER_CALL_MS_MAX);
    struct ic_prepared *prepared = prepare(connection, &insert);
    int count = odbc->execution_count;
    const struct ic_value values[] = {{.kind = IC_VALUE_TEXT, .text = IC_STR("Ana")},
                                      {.kind = IC_VALUE_TEXT, .text = IC_STR("B\0b")}};
    assert_int_equal(connection->driver->bind_text(prepared, 1, IC_STR("a\0b")), IC_DRIVER_CONSTRAINT);
    assert_int_equal(connection->driver->run_rows(prepared, values, 2, NULL), IC_DRIVER_CONSTRAINT);
    assert_int_equal(odbc->execution_count, count);
    connection->driver->close(connection);
    destroy(prepared);
}

/* ---- Rows and texts. ---- */

static void run_rows(struct odbc_behaviour *odbc, int64_t *changed_counts, int executions)
{
    struct ic_connection *connection = fixture_open(IC_DRIVER_CALL_MS_MAX);
    struct ic_prepared *prepared = prepare(connection, &insert);
    char *text = calloc(IC_ORACLE_VARCHAR_SIZE_MAX + 1, 1);
    memset(text, 'x', IC_ORACLE_VARCHAR_SIZE_MAX + 1);
    const struct ic_value values[] = {
        {.kind = IC_VALUE_TEXT, .text = IC_STR("Ana")},
        {.kind = IC_VALUE_INT64, .int64 = -7},
        {.kind = IC_VALUE_TEXT, .text = {text, IC_ORACLE_VARCHAR_SIZE_MAX + 1}},
        {.kind = IC_VALUE_NULL},
        {.kind = IC_VALUE_TEXT, .text = IC_STR("Bob")},
    };
    char expected[IC_ORACLE_VARCHAR_SIZE_MAX + 64];
    (void)snprintf(expected, sizeof expected, "Ana,-7,%.*s,NULL,Bob,", IC_ORACLE_VARCHAR_SIZE_MAX + 1, text);
    int before = odbc->execution_count;
    odbc->values[0] = '\0';
    assert_int_equal(connection->driver->run_rows(prepared, values, 5, changed_counts), IC_DRIVER_OK);
    assert_string_equal(odbc->values, expected);
    assert_int_equal(odbc->execution_count - before, executions);
    connection->driver->close(connection);
    destroy(prepared);
    free(text);
}

static void test_rows_go_in_arrays_and_a_long_text_by_itself(void **state)
{
    run_rows(*state, NULL, 3);
}

static void test_where_the_driver_knows_no_arrays_rows_go_one_by_one(void **state)
{
    struct odbc_behaviour *odbc = *state;
    odbc->knows_no_arrays = true;
    run_rows(odbc, NULL, 5);
}

static void test_what_each_row_has_changed_is_told_when_it_is_asked_for(void **state)
{
    int64_t changed_counts[5] = {0};
    run_rows(*state, changed_counts, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(changed_counts[i], 1);
    }
}

static void test_a_long_text_is_handed_over_in_pieces_that_cut_no_character(void **state)
{
    enum { COUNT = 20000 };
    struct odbc_behaviour *odbc = *state;
    struct ic_connection *connection = fixture_open(IC_DRIVER_CALL_MS_MAX);
    struct ic_prepared *prepared = prepare(connection, &insert);
    size_t size = COUNT * strlen(PIECE);
    char *text = calloc(size + 1, 1);
    for (size_t at = 0; at < size; at += strlen(PIECE)) {
        memcpy(text + at, PIECE, strlen(PIECE));
    }
    odbc->values[0] = '\0';
    assert_int_equal(connection->driver->bind_text(prepared, 1, (struct ic_str){text, size}), IC_DRIVER_OK);
    assert_int_equal(connection->driver->step(prepared), IC_DRIVER_OK);
    assert_int_equal(connection->driver->changed_count(connection), 1);
    assert_true(odbc->put_count > 1);
    assert_int_equal(odbc->cut_count, 0);
    assert_int_equal(strlen(odbc->values), size + 1); /* A comma stands behind it. */
    assert_memory_equal(odbc->values, text, size);
    connection->driver->close(connection);
    destroy(prepared);
    free(text);
}

static void test_a_text_that_comes_in_odd_pieces_is_whole(void **state)
{
    enum { COUNT = 100000 };
    (void)state;
    static const struct ic_statement_text pieces = {"pieces", "SELECT 100000 pieces", 0, 0, {0}};
    struct ic_connection *connection = fixture_open(IC_DRIVER_CALL_MS_MAX);
    struct ic_prepared *prepared = prepare(connection, &pieces);
    assert_int_equal(connection->driver->step(prepared), IC_DRIVER_ROW);
    struct ic_str text = connection->driver->column_text(prepared, 0);
    assert_int_equal(text.size, COUNT * strlen(PIECE));
    for (size_t at = 0; at < text.size; at += strlen(PIECE)) {
        assert_memory_equal(text.data + at, PIECE, strlen(PIECE));
    }
    assert_int_equal(connection->driver->step(prepared), IC_DRIVER_OK);
    connection->driver->close(connection);
    destroy(prepared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_a_call_that_hangs_loses_its_connection_in_time_and_no_other),
        fixture_test(test_a_connection_that_does_not_end_is_left_to_itself_in_time),
        fixture_test(test_a_failure_spoils_the_transaction_until_its_part_is_undone),
        fixture_test(test_a_turn_that_is_not_had_in_time_is_busy_and_leaves_no_transaction),
        fixture_test(test_a_text_with_a_nul_is_refused_before_anything_is_sent),
        fixture_test(test_rows_go_in_arrays_and_a_long_text_by_itself),
        fixture_test(test_where_the_driver_knows_no_arrays_rows_go_one_by_one),
        fixture_test(test_what_each_row_has_changed_is_told_when_it_is_asked_for),
        fixture_test(test_a_long_text_is_handed_over_in_pieces_that_cut_no_character),
        fixture_test(test_a_text_that_comes_in_odd_pieces_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
