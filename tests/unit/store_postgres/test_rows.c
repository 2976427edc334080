/* Many rows in few exchanges. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

enum { ROW_COUNT = 5000 };

static struct ic_value number(int64_t value)
{
    return (struct ic_value){.kind = IC_VALUE_INT64, .int64 = value};
}

static struct ic_value text(struct ic_str value)
{
    return (struct ic_value){.kind = IC_VALUE_TEXT, .text = value};
}

/* Rows (i, word) with i from 0; the caller frees them. */
static struct ic_value *make_rows(size_t count, struct ic_str word)
{
    struct ic_value *values = calloc(count * 2, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++) {
        values[2 * i] = number((int64_t)i);
        values[2 * i + 1] = text(word);
    }
    return values;
}

static struct ic_prepared *prepare_insert(struct fixture *fixture)
{
    fixture_execute(fixture->writer, "CREATE TABLE kept (number BIGINT PRIMARY KEY, words TEXT)");
    return fixture_prepare(fixture, fixture->writer, "INSERT INTO kept VALUES ($1, $2)", 2);
}

static void test_thousands_of_rows_are_written(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *insert = prepare_insert(fixture);
    struct ic_value *values = make_rows(ROW_COUNT, IC_STR("grüß dich"));
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    assert_int_equal(driver->run_rows(insert, values, ROW_COUNT, NULL), IC_DRIVER_OK);
    assert_int_equal(driver->commit(fixture->writer), IC_DRIVER_OK);
    free(values);
    assert_int_equal(
        fixture_number(fixture, fixture->writer,
                       "SELECT COUNT(*) FROM kept WHERE words = 'grüß dich' AND number BETWEEN 0 AND 4999"),
        ROW_COUNT);
}

static void test_each_row_tells_what_it_changed(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    fixture_execute(fixture->writer, "CREATE TABLE kept (number BIGINT);"
                                     "INSERT INTO kept SELECT i FROM generate_series(0, 3) i, generate_series(1, i)");
    struct ic_prepared *update = fixture_prepare(fixture, fixture->writer, "DELETE FROM kept WHERE number = $1", 1);
    struct ic_value values[] = {number(3), number(0), {.kind = IC_VALUE_NULL}, number(2), number(1), number(1)};
    int64_t changed_counts[6];
    assert_int_equal(driver->run_rows(update, values, 6, changed_counts), IC_DRIVER_OK);
    static const int64_t wanted[6] = {3, 0, 0, 2, 1, 0};
    assert_memory_equal(changed_counts, wanted, sizeof wanted);
}

static void test_rows_larger_than_every_buffer_are_written(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    enum { LARGE_SIZE = 1 << 20, LARGE_COUNT = 24 };
    struct ic_prepared *insert = prepare_insert(fixture);
    char *bytes = malloc(LARGE_SIZE);
    assert_non_null(bytes);
    memset(bytes, 'x', LARGE_SIZE);
    struct ic_value *values = make_rows(LARGE_COUNT, (struct ic_str){bytes, LARGE_SIZE});
    assert_int_equal(driver->run_rows(insert, values, LARGE_COUNT, NULL), IC_DRIVER_OK);
    free(values);
    free(bytes);
    assert_int_equal(
        fixture_number(fixture, fixture->writer, "SELECT COUNT(*) FROM kept WHERE LENGTH(words) = 1048576"),
        LARGE_COUNT);
}

static void test_a_server_that_answers_at_length_does_not_wait_for_us_for_ever(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *insert = prepare_insert(fixture);
    fixture_execute(fixture->writer, "CREATE FUNCTION say() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                                     "RAISE NOTICE '%', REPEAT('x', 4000); RETURN NEW; END $$;"
                                     "CREATE TRIGGER say BEFORE INSERT ON kept FOR EACH ROW EXECUTE FUNCTION say()");
    char bytes[4000];
    memset(bytes, 'y', sizeof bytes);
    struct ic_value *values = make_rows(ROW_COUNT, (struct ic_str){bytes, sizeof bytes});
    assert_int_equal(driver->run_rows(insert, values, ROW_COUNT, NULL), IC_DRIVER_OK);
    free(values);
}

static void test_a_failure_in_the_middle_ends_the_rows_and_is_undone_with_their_part(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *insert = prepare_insert(fixture);
    struct ic_value *values = make_rows(ROW_COUNT, IC_STR("x"));
    values[2 * (ROW_COUNT / 2)] = number(7);
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    assert_int_equal(driver->part_begin(fixture->writer), IC_DRIVER_OK);
    assert_int_equal(driver->run_rows(insert, values, ROW_COUNT, NULL), IC_DRIVER_PRIMARY_KEY);
    assert_non_null(strstr(driver->message(fixture->writer), "kept_pkey"));
    assert_int_equal(driver->native(fixture->writer), 3505685); /* 23505 to the base 36. */
    assert_false(driver->in_transaction(fixture->writer));
    assert_int_equal(driver->part_undo(fixture->writer), IC_DRIVER_OK);
    assert_true(driver->in_transaction(fixture->writer));
    assert_int_equal(fixture_number(fixture, fixture->writer, "SELECT COUNT(*) FROM kept"), 0);
    assert_int_equal(driver->run_rows(insert, values, 5, NULL), IC_DRIVER_OK);
    assert_int_equal(driver->commit(fixture->writer), IC_DRIVER_OK);
    free(values);
    assert_int_equal(fixture_number(fixture, fixture->writer, "SELECT COUNT(*) FROM kept"), 5);
}

static void test_what_cannot_be_stored_is_found_before_anything_is_sent(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *insert = prepare_insert(fixture);
    struct ic_value *values = make_rows(3, IC_STR("x"));
    values[5] = text((struct ic_str){"a\0b", 3});
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    assert_int_equal(driver->run_rows(insert, values, 3, NULL), IC_DRIVER_CONSTRAINT);
    free(values);
    assert_true(driver->in_transaction(fixture->writer));
    assert_int_equal(fixture_number(fixture, fixture->writer, "SELECT COUNT(*) FROM kept"), 0);
    assert_int_equal(driver->commit(fixture->writer), IC_DRIVER_OK);
}

static void test_no_rows_are_no_exchange(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *insert = prepare_insert(fixture);
    assert_int_equal(driver->run_rows(insert, NULL, 0, NULL), IC_DRIVER_OK);
    assert_int_equal(driver->ping(fixture->writer), IC_DRIVER_OK);
}

static void test_a_connection_lost_between_the_rows_is_lost(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *insert = prepare_insert(fixture);
    fixture_execute(fixture->writer,
                    "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    "IF NEW.number = 2500 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; "
                    "RETURN NEW; END $$;"
                    "CREATE TRIGGER die BEFORE INSERT ON kept FOR EACH ROW EXECUTE FUNCTION die()");
    struct ic_value *values = make_rows(ROW_COUNT, IC_STR("x"));
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    assert_int_equal(driver->run_rows(insert, values, ROW_COUNT, NULL), IC_DRIVER_LOST);
    assert_int_equal(driver->run_rows(insert, values, ROW_COUNT, NULL), IC_DRIVER_LOST);
    free(values);
    struct ic_connection *other = fixture_open(fixture, true, IC_DRIVER_CALL_MS_MAX);
    assert_int_equal(fixture_number(fixture, other, "SELECT COUNT(*) FROM kept"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_thousands_of_rows_are_written),
        fixture_test(test_each_row_tells_what_it_changed),
        fixture_test(test_rows_larger_than_every_buffer_are_written),
        fixture_test(test_a_server_that_answers_at_length_does_not_wait_for_us_for_ever),
        fixture_test(test_a_failure_in_the_middle_ends_the_rows_and_is_undone_with_their_part),
        fixture_test(test_what_cannot_be_stored_is_found_before_anything_is_sent),
        fixture_test(test_no_rows_are_no_exchange),
        fixture_test(test_a_connection_lost_between_the_rows_is_lost),
    };
    return fixture_main("store.postgres.rows", tests, sizeof tests / sizeof tests[0]);
}
