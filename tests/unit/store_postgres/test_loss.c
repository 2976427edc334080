/* A server that dies, or stops, in the middle of anything. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

/* Each call of the driver that talks to the server, or would. */
enum call {
    BEGIN_READ,
    BEGIN_WRITE,
    PART_BEGIN,
    PART_KEEP,
    PART_UNDO,
    EXECUTE,
    STEP,
    ROWS,
    COMMIT,
    PING,
    LISTEN,
    CALLS
};

struct victim {
    struct ic_connection *connection;
    struct ic_prepared *insert;
};

/* Opens a connection that has come to where the call may be made. */
static struct victim open_victim(struct fixture *fixture, enum call call, int call_ms_max)
{
    bool is_writing = call != BEGIN_READ && call != LISTEN;
    struct victim victim = {.connection = fixture_open(fixture, is_writing, call_ms_max)};
    const struct ic_driver *driver = victim.connection->driver;
    victim.insert = fixture_prepare(fixture, victim.connection, "INSERT INTO kept VALUES ($1)", 1);
    if (call >= PART_BEGIN && call <= COMMIT) {
        assert_int_equal(driver->begin(victim.connection, true), IC_DRIVER_OK);
        fixture_execute(victim.connection, "INSERT INTO kept VALUES (1)");
    }
    if (call == PART_KEEP || call == PART_UNDO) {
        assert_int_equal(driver->part_begin(victim.connection), IC_DRIVER_OK);
    }
    return victim;
}

static enum ic_driver_rc make(struct victim *victim, enum call call)
{
    const struct ic_driver *driver = victim->connection->driver;
    static const struct ic_value rows[] = {{.kind = IC_VALUE_INT64, .int64 = 2}, {.kind = IC_VALUE_INT64, .int64 = 3}};
    switch (call) {
    case BEGIN_READ:
    case BEGIN_WRITE:
        return driver->begin(victim->connection, call == BEGIN_WRITE);
    case PART_BEGIN:
        return driver->part_begin(victim->connection);
    case PART_KEEP:
        return driver->part_keep(victim->connection);
    case PART_UNDO:
        return driver->part_undo(victim->connection);
    case EXECUTE:
        return driver->execute(victim->connection, "INSERT INTO kept VALUES (4)");
    case STEP:
        (void)driver->bind_int64(victim->insert, 1, 5);
        return driver->step(victim->insert);
    case ROWS:
        return driver->run_rows(victim->insert, rows, 2, NULL);
    case COMMIT:
        return driver->commit(victim->connection);
    case PING:
        return driver->ping(victim->connection);
    case LISTEN:
        return driver->listen(victim->connection);
    default:
        return IC_DRIVER_OTHER;
    }
}

static void make_table(struct fixture *fixture)
{
    fixture_execute(fixture->writer, "CREATE TABLE kept (number BIGINT)");
}

/* Everything that a lost connection is asked afterwards. */
static void assert_lost(struct victim *victim)
{
    const struct ic_driver *driver = victim->connection->driver;
    assert_true(strlen(driver->message(victim->connection)) > 0);
    assert_false(driver->in_transaction(victim->connection));
    driver->rollback(victim->connection);
    for (enum call call = 0; call < CALLS; call++) {
        driver->reset(victim->insert);
        assert_int_equal(make(victim, call), IC_DRIVER_LOST);
    }
    driver->reset(victim->insert);
}

/* What the test's table holds, seen by a connection of now. */
static int64_t count_kept(struct fixture *fixture)
{
    struct ic_connection *connection = fixture_open(fixture, false, IC_DRIVER_CALL_MS_MAX);
    return fixture_number(fixture, connection, "SELECT COUNT(*) FROM kept");
}

static void kill_before(struct fixture *fixture, enum call call)
{
    make_table(fixture);
    struct victim victim = open_victim(fixture, call, IC_DRIVER_CALL_MS_MAX);
    fixture_server(fixture, "kill");
    enum ic_driver_rc rc = make(&victim, call);
    fixture_server(fixture, "start");
    assert_int_equal(rc, IC_DRIVER_LOST);
    assert_lost(&victim);
    assert_int_equal(count_kept(fixture), 0);
}

static void test_a_server_killed_in_a_transaction_loses_it_and_the_connection(void **state)
{
    kill_before(*state, STEP);
}

static void test_a_server_killed_before_rows_loses_them(void **state)
{
    kill_before(*state, ROWS);
}

static void test_a_server_killed_before_a_commit_loses_it(void **state)
{
    kill_before(*state, COMMIT);
}

static void test_a_stopped_server_loses_the_connection_whatever_is_asked(void **state)
{
    struct fixture *fixture = *state;
    make_table(fixture);
    for (enum call call = 0; call < CALLS; call++) {
        struct victim victim = open_victim(fixture, call, FIXTURE_SHORT_MS);
        fixture_server(fixture, "pause");
        enum ic_driver_rc rc = make(&victim, call);
        fixture_server(fixture, "resume");
        assert_int_equal(rc, IC_DRIVER_LOST);
        assert_non_null(strstr(victim.connection->driver->message(victim.connection), "did not answer in time"));
        assert_lost(&victim);
        /* The session notices that we are gone; whether what it was asked last was done is not known. */
        struct ic_connection *next = fixture_open(fixture, true, IC_DRIVER_CALL_MS_MAX);
        assert_int_equal(next->driver->begin(next, true), IC_DRIVER_OK);
        fixture_execute(next, "DELETE FROM kept");
        assert_int_equal(next->driver->commit(next), IC_DRIVER_OK);
        fixture_close(fixture, next);
    }
}

static void test_a_stopped_server_takes_no_more_text_than_fits_its_buffers(void **state)
{
    struct fixture *fixture = *state;
    fixture_execute(fixture->writer, "CREATE TABLE kept (words TEXT)");
    struct ic_connection *connection = fixture_open(fixture, true, FIXTURE_SHORT_MS);
    struct ic_prepared *insert = fixture_prepare(fixture, connection, "INSERT INTO kept VALUES ($1)", 1);
    static char bytes[8 << 20];
    memset(bytes, 'x', sizeof bytes);
    struct ic_value row = {.kind = IC_VALUE_TEXT, .text = {bytes, sizeof bytes}};
    fixture_server(fixture, "pause");
    enum ic_driver_rc rc = connection->driver->run_rows(insert, &row, 1, NULL);
    fixture_server(fixture, "resume");
    assert_int_equal(rc, IC_DRIVER_LOST);
}

static void test_a_stopped_server_takes_no_new_connection_for_ever(void **state)
{
    struct fixture *fixture = *state;
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    fixture_server(fixture, "pause");
    enum ic_rc rc = ic_postgres_open(fixture->url, true, FIXTURE_SHORT_MS, &connection, &err);
    fixture_server(fixture, "resume");
    assert_int_not_equal(rc, IC_OK);
    assert_int_equal(err.code, IC_CODE_UNAVAILABLE);
    assert_true(err.retry);
    assert_int_equal(fixture->writer->driver->ping(fixture->writer), IC_DRIVER_OK);
}

static void test_a_session_that_the_server_ends_is_lost(void **state)
{
    struct fixture *fixture = *state;
    make_table(fixture);
    for (enum call call = 0; call < CALLS; call++) {
        struct victim victim = open_victim(fixture, call, IC_DRIVER_CALL_MS_MAX);
        char sql[96];
        (void)snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d, 5000)",
                       (int)fixture_number(fixture, victim.connection, "SELECT pg_backend_pid()"));
        fixture_execute(fixture->writer, sql);
        assert_int_equal(make(&victim, call), IC_DRIVER_LOST);
        assert_lost(&victim);
        fixture_close(fixture, victim.connection);
    }
    assert_int_equal(count_kept(fixture), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_a_server_killed_in_a_transaction_loses_it_and_the_connection),
        fixture_test(test_a_server_killed_before_rows_loses_them),
        fixture_test(test_a_server_killed_before_a_commit_loses_it),
        fixture_test(test_a_stopped_server_loses_the_connection_whatever_is_asked),
        fixture_test(test_a_stopped_server_takes_no_more_text_than_fits_its_buffers),
        fixture_test(test_a_stopped_server_takes_no_new_connection_for_ever),
        fixture_test(test_a_session_that_the_server_ends_is_lost),
    };
    return fixture_main("store.postgres.loss", tests, sizeof tests / sizeof tests[0]);
}
