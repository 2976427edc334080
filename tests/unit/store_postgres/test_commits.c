/* The commits of others are heard. */
#include "fixture.h"

#include <pthread.h>
#include <unistd.h>

enum {
    FOR_EVER_MS = 1000 * (FIXTURE_SECONDS_MAX + 60), /* The program ends before: only an event ends such a wait. */
    SILENCE_MS = 100,
};

static struct ic_connection *open_listener(struct fixture *fixture)
{
    struct ic_connection *listener = fixture_open(fixture, false, IC_DRIVER_CALL_MS_MAX);
    assert_int_equal(listener->driver->listen(listener), IC_DRIVER_OK);
    return listener;
}

/* Whether nothing is heard, and so the whole time is waited. */
static bool is_silent(struct ic_connection *listener)
{
    struct ic_clock clock = ic_clock_system();
    int64_t begin_ms = ic_clock_monotonic_ms(&clock);
    assert_int_equal(listener->driver->await_commit(listener, -1, SILENCE_MS), IC_DRIVER_OK);
    return ic_clock_monotonic_ms(&clock) - begin_ms >= SILENCE_MS;
}

static void write_something(struct ic_connection *connection)
{
    assert_int_equal(connection->driver->begin(connection, true), IC_DRIVER_OK);
    assert_int_equal(connection->driver->commit(connection), IC_DRIVER_OK);
}

static void test_a_commit_before_the_wait_ends_it_once(void **state)
{
    struct fixture *fixture = *state;
    struct ic_connection *listener = open_listener(fixture);
    assert_true(is_silent(listener));
    write_something(fixture->writer);
    write_something(fixture->writer);
    /* Two that are here already are one; asking the server makes sure that both are. */
    assert_int_equal(listener->driver->ping(listener), IC_DRIVER_OK);
    assert_int_equal(listener->driver->await_commit(listener, -1, FOR_EVER_MS), IC_DRIVER_OK);
    assert_true(is_silent(listener));
}

struct waiter {
    struct ic_connection *connection;
    int wake_fd;
    enum ic_driver_rc rc;
};

static void *wait_for_commit(void *context)
{
    struct waiter *waiter = context;
    waiter->rc = waiter->connection->driver->await_commit(waiter->connection, waiter->wake_fd, FOR_EVER_MS);
    return NULL;
}

static void test_a_commit_during_the_wait_ends_it(void **state)
{
    struct fixture *fixture = *state;
    struct waiter waiter = {.connection = open_listener(fixture), .wake_fd = -1, .rc = IC_DRIVER_OTHER};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_commit, &waiter), 0);
    write_something(fixture->writer);
    pthread_join(thread, NULL);
    assert_int_equal(waiter.rc, IC_DRIVER_OK);
}

static void test_what_can_be_read_elsewhere_ends_the_wait(void **state)
{
    struct fixture *fixture = *state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    struct waiter waiter = {.connection = open_listener(fixture), .wake_fd = fds[0], .rc = IC_DRIVER_OTHER};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_commit, &waiter), 0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    pthread_join(thread, NULL);
    close(fds[0]);
    close(fds[1]);
    assert_int_equal(waiter.rc, IC_DRIVER_OK);
}

static void test_only_a_commit_of_a_writer_is_heard(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_connection *listener = open_listener(fixture);
    struct ic_connection *reader = fixture_open(fixture, false, IC_DRIVER_CALL_MS_MAX);
    assert_int_equal(driver->begin(reader, false), IC_DRIVER_OK);
    assert_int_equal(driver->commit(reader), IC_DRIVER_OK);
    assert_int_equal(driver->begin(fixture->writer, true), IC_DRIVER_OK);
    driver->rollback(fixture->writer);
    assert_true(is_silent(listener));
}

static void test_a_listener_whose_server_goes_away_is_lost(void **state)
{
    struct fixture *fixture = *state;
    struct waiter waiter = {.connection = open_listener(fixture), .wake_fd = -1, .rc = IC_DRIVER_OTHER};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_commit, &waiter), 0);
    fixture_server(fixture, "kill");
    pthread_join(thread, NULL);
    fixture_server(fixture, "start");
    assert_int_equal(waiter.rc, IC_DRIVER_LOST);
    assert_int_equal(waiter.connection->driver->await_commit(waiter.connection, -1, FOR_EVER_MS), IC_DRIVER_LOST);
    assert_int_equal(waiter.connection->driver->listen(waiter.connection), IC_DRIVER_LOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_a_commit_before_the_wait_ends_it_once),
        fixture_test(test_a_commit_during_the_wait_ends_it),
        fixture_test(test_what_can_be_read_elsewhere_ends_the_wait),
        fixture_test(test_only_a_commit_of_a_writer_is_heard),
        fixture_test(test_a_listener_whose_server_goes_away_is_lost),
    };
    return fixture_main("store.postgres.commits", tests, sizeof tests / sizeof tests[0]);
}
