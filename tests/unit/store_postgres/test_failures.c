/* Every class of failure, what it leaves of a transaction, and the writer's turn. */
#include "fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void test_a_violated_constraint_has_its_class(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    fixture_execute(fixture->writer,
                    "CREATE TABLE kept (id VARCHAR(4) PRIMARY KEY, email VARCHAR(9) UNIQUE,"
                    " parent VARCHAR(4) REFERENCES kept (id), level SMALLINT NOT NULL CHECK (level < 5));"
                    "INSERT INTO kept VALUES ('a', 'x', NULL, 1)");
    const struct {
        const char *sql;
        enum ic_driver_rc rc;
        const char *sqlstate; /* In the words. */
    } cases[] = {
        {"INSERT INTO kept VALUES ('a', 'y', NULL, 1)", IC_DRIVER_PRIMARY_KEY, "23505"},
        {"INSERT INTO kept VALUES ('b', 'x', NULL, 1)", IC_DRIVER_UNIQUE, "23505"},
        {"INSERT INTO kept VALUES ('b', 'y', 'c', 1)", IC_DRIVER_CONSTRAINT, "23503"},
        {"INSERT INTO kept VALUES ('b', 'y', NULL, 5)", IC_DRIVER_CONSTRAINT, "23514"},
        {"INSERT INTO kept VALUES ('b', 'y', NULL, NULL)", IC_DRIVER_CONSTRAINT, "23502"},
        {"INSERT INTO kept VALUES ('bbbbb', 'y', NULL, 1)", IC_DRIVER_CONSTRAINT, "22001"},
        {"INSERT INTO kept VALUES ('b', 'y', NULL, 100000)", IC_DRIVER_CONSTRAINT, "22003"},
        {"INSERT INTO missing VALUES (1)", IC_DRIVER_OTHER, "42P01"},
        {"this is no SQL", IC_DRIVER_OTHER, "42601"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(driver->execute(fixture->writer, cases[i].sql), cases[i].rc);
        assert_non_null(strstr(driver->message(fixture->writer), cases[i].sqlstate));
        assert_int_not_equal(driver->native(fixture->writer), 0);
    }
}

/* What cannot be brought about here is raised by the server with the code that it would have. */
static void test_the_server_s_own_troubles_have_their_classes(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    fixture_execute(fixture->writer, "CREATE FUNCTION fail(code TEXT) RETURNS BIGINT LANGUAGE plpgsql AS $$ BEGIN "
                                     "RAISE EXCEPTION 'raised' USING ERRCODE = code; END $$");
    const struct {
        const char *code;
        enum ic_driver_rc rc;
    } cases[] = {
        {"40001", IC_DRIVER_RETRY},   {"40P01", IC_DRIVER_RETRY},      {"53100", IC_DRIVER_FULL},
        {"53200", IC_DRIVER_NOMEM},   {"53300", IC_DRIVER_BUSY},       {"53400", IC_DRIVER_BUSY},
        {"55P03", IC_DRIVER_BUSY},    {"57014", IC_DRIVER_BUSY},       {"25006", IC_DRIVER_READONLY},
        {"58030", IC_DRIVER_IO},      {"58P01", IC_DRIVER_IO},         {"XX001", IC_DRIVER_CORRUPT},
        {"XX002", IC_DRIVER_CORRUPT}, {"XX000", IC_DRIVER_OTHER},      {"22021", IC_DRIVER_CONSTRAINT},
        {"42501", IC_DRIVER_OTHER},   {"2300Z", IC_DRIVER_CONSTRAINT},
    };
    struct ic_prepared *fail = fixture_prepare(fixture, fixture->writer, "SELECT fail($1)", 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(driver->bind_text(fail, 1, ic_str_from(cases[i].code)), IC_DRIVER_OK);
        assert_int_equal(driver->step(fail), cases[i].rc);
        driver->reset(fail);
    }
    static const char *const lost[] = {"57P01", "57P03", "08006", "40003", "25P03"};
    for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++) {
        struct ic_connection *connection = fixture_open(fixture, true, IC_DRIVER_CALL_MS_MAX);
        fail = fixture_prepare(fixture, connection, "SELECT fail($1)", 1);
        assert_int_equal(driver->bind_text(fail, 1, ic_str_from(lost[i])), IC_DRIVER_OK);
        assert_int_equal(driver->step(fail), IC_DRIVER_LOST);
        assert_int_equal(driver->ping(connection), IC_DRIVER_LOST);
        fixture_close(fixture, connection);
    }
}

static void test_a_failed_statement_is_undone_with_its_part(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    fixture_execute(fixture->writer, "CREATE TABLE kept (number BIGINT PRIMARY KEY)");
    struct ic_prepared *insert = fixture_prepare(fixture, fixture->writer, "INSERT INTO kept VALUES ($1)", 1);
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    static const int64_t numbers[] = {1, 2, 1, 3};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(driver->part_begin(fixture->writer), IC_DRIVER_OK);
        driver->bind_int64(insert, 1, numbers[i]);
        enum ic_driver_rc rc = driver->step(insert);
        driver->reset(insert);
        assert_int_equal(rc, i == 2 ? IC_DRIVER_PRIMARY_KEY : IC_DRIVER_OK);
        assert_int_equal(driver->in_transaction(fixture->writer), rc == IC_DRIVER_OK);
        assert_int_equal(rc ? driver->part_undo(fixture->writer) : driver->part_keep(fixture->writer), IC_DRIVER_OK);
    }
    assert_int_equal(driver->commit(fixture->writer), IC_DRIVER_OK);
    assert_int_equal(fixture_number(fixture, fixture->writer, "SELECT SUM(number) FROM kept"), 6);
}

static void test_a_spoiled_transaction_is_not_committed(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_connection *reader = fixture_open(fixture, false, IC_DRIVER_CALL_MS_MAX);
    struct ic_connection *const both[] = {fixture->writer, reader};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(driver->begin(both[i], i == 0), IC_DRIVER_OK);
        assert_int_equal(driver->execute(both[i], "SELECT 1 / 0"), IC_DRIVER_CONSTRAINT);
        assert_int_equal(driver->commit(both[i]), IC_DRIVER_OTHER);
        driver->rollback(both[i]);
        assert_int_equal(driver->begin(both[i], i == 0), IC_DRIVER_OK);
        assert_int_equal(driver->commit(both[i]), IC_DRIVER_OK);
        assert_int_equal(driver->commit(both[i]), IC_DRIVER_OTHER);
        driver->rollback(both[i]);
    }
}

static void test_a_commit_that_fails_leaves_no_transaction(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    fixture_execute(fixture->writer, "CREATE TABLE kept (number BIGINT UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    fixture_execute(fixture->writer, "INSERT INTO kept VALUES (1), (1)");
    assert_int_equal(driver->commit(fixture->writer), IC_DRIVER_UNIQUE);
    assert_false(driver->in_transaction(fixture->writer));
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    driver->rollback(fixture->writer);
    assert_int_equal(fixture_number(fixture, fixture->writer, "SELECT COUNT(*) FROM kept"), 0);
}

/* Makes commits of what was inserted into a table run a statement. */
static void run_at_commit(struct ic_connection *connection, const char *statement)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql,
                   "CREATE TABLE kept (number BIGINT);"
                   "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN %s; RETURN NULL; END $$;"
                   "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON kept DEFERRABLE INITIALLY DEFERRED "
                   "FOR EACH ROW EXECUTE FUNCTION late()",
                   statement);
    fixture_execute(connection, sql);
}

static void test_a_commit_that_is_told_to_stop_is_lost(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    run_at_commit(fixture->writer, "RAISE EXCEPTION 'stopped' USING ERRCODE = '57014'");
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    fixture_execute(fixture->writer, "INSERT INTO kept VALUES (1)");
    assert_int_equal(driver->commit(fixture->writer), IC_DRIVER_LOST);
    assert_int_equal(driver->ping(fixture->writer), IC_DRIVER_LOST);
}

static void test_a_commit_that_takes_too_long_is_lost(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_connection *connection = fixture_open(fixture, true, FIXTURE_SHORT_MS);
    run_at_commit(connection, "PERFORM pg_sleep(2)");
    assert_int_equal(driver->begin(connection, true), IC_DRIVER_OK);
    fixture_execute(connection, "INSERT INTO kept VALUES (1)");
    assert_int_equal(driver->commit(connection), IC_DRIVER_LOST);
    assert_int_equal(driver->ping(connection), IC_DRIVER_LOST);
    /* It may happen all the same, and does here; the next turn begins behind it. */
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    assert_int_equal(fixture_number(fixture, fixture->writer, "SELECT COUNT(*) FROM kept"), 1);
    assert_int_equal(driver->commit(fixture->writer), IC_DRIVER_OK);
}

static void test_a_statement_that_takes_too_long_is_busy(void **state)
{
    struct fixture *fixture = *state;
    struct ic_connection *connection = fixture_open(fixture, true, FIXTURE_SHORT_MS);
    assert_int_equal(connection->driver->execute(connection, "SELECT pg_sleep(60)"), IC_DRIVER_BUSY);
    assert_int_equal(connection->driver->ping(connection), IC_DRIVER_OK);
}

static void test_a_conflict_with_another_transaction_may_be_tried_again(void **state)
{
    struct fixture *fixture = *state;
    struct ic_connection *other = fixture_open(fixture, true, IC_DRIVER_CALL_MS_MAX);
    fixture_execute(fixture->writer, "CREATE TABLE kept (number BIGINT); INSERT INTO kept VALUES (1)");
    fixture_execute(fixture->writer, "BEGIN ISOLATION LEVEL REPEATABLE READ");
    fixture_execute(fixture->writer, "SELECT * FROM kept");
    fixture_execute(other, "UPDATE kept SET number = 2");
    assert_int_equal(other->driver->execute(fixture->writer, "UPDATE kept SET number = 3"), IC_DRIVER_RETRY);
    other->driver->rollback(fixture->writer);
}

struct locker {
    struct ic_connection *connection;
    enum ic_driver_rc rc;
};

static void *lock_second(void *context)
{
    struct locker *locker = context;
    locker->rc = locker->connection->driver->execute(locker->connection, "SELECT pg_advisory_xact_lock(2)");
    return NULL;
}

static void test_a_deadlock_may_be_tried_again(void **state)
{
    struct fixture *fixture = *state;
    struct ic_connection *first = fixture_open(fixture, true, IC_DRIVER_CALL_MS_MAX);
    struct ic_connection *second = fixture_open(fixture, true, IC_DRIVER_CALL_MS_MAX);
    fixture_execute(first, "SET deadlock_timeout = '50ms'; BEGIN; SELECT pg_advisory_xact_lock(1)");
    fixture_execute(second, "SET deadlock_timeout = '50ms'; BEGIN; SELECT pg_advisory_xact_lock(2)");
    struct locker locker = {.connection = first};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, lock_second, &locker), 0);
    enum ic_driver_rc rc = second->driver->execute(second, "SELECT pg_advisory_xact_lock(1)");
    second->driver->rollback(second);
    pthread_join(thread, NULL);
    assert_true((rc == IC_DRIVER_RETRY) != (locker.rc == IC_DRIVER_RETRY));
    assert_true(rc == IC_DRIVER_OK || locker.rc == IC_DRIVER_OK);
}

static void test_the_writer_s_turn_is_one_connection_s_at_a_time(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_connection *second = fixture_open(fixture, true, FIXTURE_SHORT_MS);
    struct ic_connection *reader = fixture_open(fixture, false, FIXTURE_SHORT_MS);
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    assert_int_equal(driver->begin(second, true), IC_DRIVER_BUSY);
    assert_false(driver->in_transaction(second));
    assert_int_equal(driver->begin(reader, false), IC_DRIVER_OK);
    assert_int_equal(driver->commit(reader), IC_DRIVER_OK);
    assert_int_equal(driver->commit(fixture->writer), IC_DRIVER_OK);
    assert_int_equal(driver->begin(second, true), IC_DRIVER_OK);
    driver->rollback(second);
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    driver->rollback(fixture->writer);
}

static void test_a_turn_begins_with_what_the_one_before_has_committed(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    enum { ROUND_COUNT = 50 };
    fixture_execute(fixture->writer, "CREATE TABLE kept (number BIGINT); INSERT INTO kept VALUES (0)");
    struct ic_connection *const both[] = {fixture->writer, fixture_open(fixture, true, IC_DRIVER_CALL_MS_MAX)};
    struct ic_prepared *const selects[] = {fixture_prepare(fixture, both[0], "SELECT number FROM kept", 0),
                                           fixture_prepare(fixture, both[1], "SELECT number FROM kept", 0)};
    for (int64_t i = 0; i < ROUND_COUNT; i++) {
        struct ic_connection *connection = both[i % 2];
        assert_int_equal(driver->begin(connection, true), IC_DRIVER_OK);
        assert_int_equal(driver->step(selects[i % 2]), IC_DRIVER_ROW);
        assert_int_equal(driver->column_int64(selects[i % 2], 0), i);
        driver->reset(selects[i % 2]);
        fixture_execute(connection, "UPDATE kept SET number = number + 1");
        assert_int_equal(driver->commit(connection), IC_DRIVER_OK);
    }
}

static void test_a_writer_that_stops_in_its_turn_loses_it(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_connection *stopped = fixture_open(fixture, true, FIXTURE_SHORT_MS / 2);
    assert_int_equal(driver->begin(stopped, true), IC_DRIVER_OK);
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    assert_int_equal(driver->execute(stopped, "SELECT 1"), IC_DRIVER_LOST);
    driver->rollback(stopped);
    assert_int_equal(driver->commit(fixture->writer), IC_DRIVER_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_a_violated_constraint_has_its_class),
        fixture_test(test_the_server_s_own_troubles_have_their_classes),
        fixture_test(test_a_failed_statement_is_undone_with_its_part),
        fixture_test(test_a_spoiled_transaction_is_not_committed),
        fixture_test(test_a_commit_that_fails_leaves_no_transaction),
        fixture_test(test_a_commit_that_is_told_to_stop_is_lost),
        fixture_test(test_a_commit_that_takes_too_long_is_lost),
        fixture_test(test_a_statement_that_takes_too_long_is_busy),
        fixture_test(test_a_conflict_with_another_transaction_may_be_tried_again),
        fixture_test(test_a_deadlock_may_be_tried_again),
        fixture_test(test_the_writer_s_turn_is_one_connection_s_at_a_time),
        fixture_test(test_a_turn_begins_with_what_the_one_before_has_committed),
        fixture_test(test_a_writer_that_stops_in_its_turn_loses_it),
    };
    return fixture_main("store.postgres.failures", tests, sizeof tests / sizeof tests[0]);
}
