/* What is bound comes back as it was. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

static void test_values_come_back_as_they_were_stored(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    fixture_execute(fixture->writer, "CREATE TABLE kept (number BIGINT, word VARCHAR(40) COLLATE \"C\", words TEXT)");
    struct ic_prepared *insert = fixture_prepare(fixture, fixture->writer, "INSERT INTO kept VALUES ($1, $2, $3)", 3);
    struct ic_prepared *select = fixture_prepare(
        fixture, fixture->writer, "SELECT number, word, words FROM kept WHERE number = $1 AND word = $2", 2);
    const struct {
        int64_t number;
        const char *word;
    } cases[] = {{INT64_MIN, "😀🇩🇪 é"}, {INT64_MAX, "it's \"so\" \\ $1 % _"}, {0, " "}, {-1, "\t\n\r\x01\x7f"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_str word = ic_str_from(cases[i].word);
        assert_int_equal(driver->bind_int64(insert, 1, cases[i].number), IC_DRIVER_OK);
        assert_int_equal(driver->bind_text(insert, 2, word), IC_DRIVER_OK);
        assert_int_equal(driver->bind_text(insert, 3, word), IC_DRIVER_OK);
        assert_int_equal(driver->step(insert), IC_DRIVER_OK);
        assert_int_equal(driver->changed_count(fixture->writer), 1);
        driver->reset(insert);
        driver->bind_int64(select, 1, cases[i].number);
        driver->bind_text(select, 2, word);
        assert_int_equal(driver->step(select), IC_DRIVER_ROW);
        assert_true(driver->column_int64(select, 0) == cases[i].number);
        assert_true(ic_str_equal(driver->column_text(select, 1), word));
        assert_true(ic_str_equal(driver->column_text(select, 2), word));
        assert_int_equal(driver->step(select), IC_DRIVER_OK);
        driver->reset(select);
    }
}

static void test_text_is_taken_by_its_size(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *echo = fixture_prepare(fixture, fixture->writer, "SELECT CAST($1 AS VARCHAR)", 1);
    driver->bind_text(echo, 1, (struct ic_str){"abcdef", 3});
    assert_int_equal(driver->step(echo), IC_DRIVER_ROW);
    assert_true(ic_str_is(driver->column_text(echo, 0), "abc"));
}

static void test_a_mebibyte_of_text_comes_back(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    enum { SIZE = 1 << 20 };
    char *bytes = malloc(SIZE);
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i += 4) {
        memcpy(bytes + i, i % 8 ? "abc\n" : "😀", 4);
    }
    struct ic_str text = {bytes, SIZE};
    fixture_execute(fixture->writer, "CREATE TABLE kept (words TEXT)");
    struct ic_prepared *insert = fixture_prepare(fixture, fixture->writer, "INSERT INTO kept VALUES ($1)", 1);
    driver->bind_text(insert, 1, text);
    assert_int_equal(driver->step(insert), IC_DRIVER_OK);
    struct ic_prepared *select = fixture_prepare(fixture, fixture->writer, "SELECT words FROM kept", 0);
    assert_int_equal(driver->step(select), IC_DRIVER_ROW);
    assert_true(ic_str_equal(driver->column_text(select, 0), text));
    free(bytes);
}

static void test_null_and_empty_are_one(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *echo = fixture_prepare(
        fixture, fixture->writer, "SELECT CAST($1 AS VARCHAR), CAST($2 AS BIGINT), CAST($3 AS VARCHAR)", 3);
    driver->bind_text(echo, 1, IC_STR(""));
    driver->bind_null(echo, 2);
    assert_int_equal(driver->step(echo), IC_DRIVER_ROW);
    for (int i = 0; i < 3; i++) {
        assert_true(driver->column_is_null(echo, i));
        assert_int_equal(driver->column_text(echo, i).size, 0);
        assert_int_equal(driver->column_int64(echo, i), 0);
    }
}

static void test_a_value_that_was_bound_is_gone_after_the_reset(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *echo = fixture_prepare(fixture, fixture->writer, "SELECT CAST($1 AS BIGINT)", 1);
    driver->bind_int64(echo, 1, 7);
    assert_int_equal(driver->step(echo), IC_DRIVER_ROW);
    assert_false(driver->column_is_null(echo, 0));
    driver->reset(echo);
    assert_int_equal(driver->step(echo), IC_DRIVER_ROW);
    assert_true(driver->column_is_null(echo, 0));
}

static void test_rows_are_stepped_through_and_end(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *series = fixture_prepare(fixture, fixture->writer, "SELECT * FROM generate_series(1, $1)", 1);
    driver->bind_int64(series, 1, 3);
    for (int64_t i = 1; i <= 3; i++) {
        assert_int_equal(driver->step(series), IC_DRIVER_ROW);
        assert_int_equal(driver->column_int64(series, 0), i);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(driver->step(series), IC_DRIVER_OK);
        assert_true(driver->column_is_null(series, 0));
    }
}

static void test_changed_rows_are_counted(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    fixture_execute(fixture->writer, "CREATE TABLE kept (number BIGINT);"
                                     "INSERT INTO kept SELECT * FROM generate_series(1, 10)");
    const struct {
        const char *sql;
        int64_t changed_count;
    } cases[] = {{"UPDATE kept SET number = -number WHERE number > 4", 6},
                 {"SELECT * FROM kept", 0},
                 {"DELETE FROM kept WHERE number < 0", 6},
                 {"DELETE FROM kept WHERE number < 0", 0},
                 {"INSERT INTO kept VALUES (1), (2) RETURNING number", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_prepared *prepared = fixture_prepare(fixture, fixture->writer, cases[i].sql, 0);
        assert_true(driver->step(prepared) <= IC_DRIVER_ROW);
        assert_int_equal(driver->changed_count(fixture->writer), cases[i].changed_count);
    }
}

static void test_a_nul_byte_is_refused_and_spoils_nothing(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *echo = fixture_prepare(fixture, fixture->writer, "SELECT CAST($1 AS VARCHAR)", 1);
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    assert_int_equal(driver->bind_text(echo, 1, (struct ic_str){"a\0b", 3}), IC_DRIVER_CONSTRAINT);
    assert_non_null(strstr(driver->message(fixture->writer), "NUL"));
    assert_true(driver->in_transaction(fixture->writer));
    assert_int_equal(driver->step(echo), IC_DRIVER_ROW);
    assert_int_equal(driver->commit(fixture->writer), IC_DRIVER_OK);
}

static void test_a_statement_outlives_the_transaction_that_it_was_prepared_in(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    struct ic_prepared *one = fixture_prepare(fixture, fixture->writer, "SELECT 1", 0);
    driver->rollback(fixture->writer);
    assert_int_equal(driver->step(one), IC_DRIVER_ROW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_values_come_back_as_they_were_stored),
        fixture_test(test_text_is_taken_by_its_size),
        fixture_test(test_a_mebibyte_of_text_comes_back),
        fixture_test(test_null_and_empty_are_one),
        fixture_test(test_a_value_that_was_bound_is_gone_after_the_reset),
        fixture_test(test_rows_are_stepped_through_and_end),
        fixture_test(test_changed_rows_are_counted),
        fixture_test(test_a_nul_byte_is_refused_and_spoils_nothing),
        fixture_test(test_a_statement_outlives_the_transaction_that_it_was_prepared_in),
    };
    return fixture_main("store.postgres.statements", tests, sizeof tests / sizeof tests[0]);
}
