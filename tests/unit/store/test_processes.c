/* Another process on the same file: it is heard of, and its lock is waited for only so long. */
#include "fixture.h"

#include <pthread.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { DEADLINE_S = 30, HELD_MS = 200 };

/* The other process: it holds the writer's lock from when it says so until it is told to go on, then commits. */
struct other {
    pid_t pid;
    int said; /* The test reads a byte when the lock is held, and one when the commit is done. */
    int told; /* The test writes a byte. */
};

static void insert_event_and_commit(struct ic_connection *connection, const struct ic_id *opr_id)
{
    struct ic_store_tx tx = {.connection = connection};
    struct ic_log_entry entry = {.event_type = IC_EVENT_TYPE_USER, .opr_id = *opr_id, .created_at = 1};
    struct ic_rand rand = ic_rand_system();
    struct ic_id elg_id;
    struct ic_err err = IC_ERR_NONE;
    if (ic_store_event_insert(&tx, &entry, &rand, &elg_id, &err) || ic_store_tx_finish(&tx, &err) ||
        connection->driver->commit(connection)) {
        _exit(2);
    }
    ic_store_tx_release(&tx);
}

static void run_other(const char *path, const struct ic_id *opr_id, int said, int told)
{
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    char byte = 'x';
    if (ic_sqlite_open_writer(path, IC_SQLITE_SERVE, &connection, &err) ||
        connection->driver->begin(connection, true) || write(said, &byte, 1) != 1 || read(told, &byte, 1) != 1) {
        _exit(1);
    }
    insert_event_and_commit(connection, opr_id);
    if (write(said, &byte, 1) != 1) {
        _exit(3);
    }
    /* The connection stays open until the test is through, as a server's would. */
    (void)!read(told, &byte, 1);
    connection->driver->close(connection);
    _exit(0);
}

/* Before any thread of the test's: a forked child of several threads may do little. */
static struct other start_other(struct fixture *fixture, const struct ic_id *opr_id)
{
    int said[2];
    int told[2];
    assert_int_equal(pipe(said), 0);
    assert_int_equal(pipe(told), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)close(said[0]);
        (void)close(told[1]);
        run_other(fixture->path, opr_id, said[1], told[0]);
    }
    (void)close(said[1]);
    (void)close(told[0]);
    return (struct other){.pid = pid, .said = said[0], .told = told[1]};
}

static void wait_for_other(const struct other *other)
{
    char byte;
    assert_int_equal(read(other->said, &byte, 1), 1);
}

static void tell_other(const struct other *other)
{
    assert_int_equal(write(other->told, "x", 1), 1);
}

static void end_other(const struct other *other)
{
    int status = -1;
    (void)close(other->told);
    (void)close(other->said);
    assert_int_equal(waitpid(other->pid, &status, 0), other->pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

struct heard {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int count;
};

static void note_heard(void *context)
{
    struct heard *heard = context;
    pthread_mutex_lock(&heard->lock);
    heard->count++;
    pthread_cond_signal(&heard->changed);
    pthread_mutex_unlock(&heard->lock);
}

static bool wait_heard(struct heard *heard)
{
    struct timespec deadline;
    (void)clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += DEADLINE_S;
    int failure = 0;
    pthread_mutex_lock(&heard->lock);
    while (heard->count == 0 && !failure) {
        failure = pthread_cond_timedwait(&heard->changed, &heard->lock, &deadline);
    }
    bool is_heard = heard->count > 0;
    pthread_mutex_unlock(&heard->lock);
    return is_heard;
}

static enum ic_rc insert_event(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_log_entry entry = {.event_type = IC_EVENT_TYPE_USER, .opr_id = *(struct ic_id *)context, .created_at = 1};
    struct ic_rand rand = ic_rand_system();
    struct ic_id elg_id;
    return ic_store_event_insert(tx, &entry, &rand, &elg_id, err);
}

static enum ic_rc read_cursor(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_store_cursor_get(tx, context, err);
}

/* Fills the file with an owner and closes it, so that no thread is there when the other process is forked. */
static void prepare(struct fixture *fixture, struct ic_id *ret_owner)
{
    fixture->store = fixture_open_store(fixture);
    fixture_write(fixture, fixture_insert_owner, ret_owner);
    ic_store_destroy(fixture->store);
    fixture->store = NULL;
}

static void test_a_lock_of_another_process_makes_writers_busy_and_readers_not(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner;
    prepare(fixture, &owner);
    struct other other = start_other(fixture, &owner);
    wait_for_other(&other);
    struct ic_err err = IC_ERR_NONE;
    fixture->store = fixture_open_store(fixture);
    assert_int_equal(ic_store_write(fixture->store, insert_event, &owner, &err), IC_BUSY);
    assert_true(err.retry);
    int64_t cursor = -1;
    assert_int_equal(ic_store_read(fixture->store, read_cursor, &cursor, NULL), IC_OK);
    assert_int_equal(cursor, 0);
    tell_other(&other);
    wait_for_other(&other);
    /* By itself, without a new store. */
    fixture_write(fixture, insert_event, &owner);
    assert_int_equal(ic_store_read(fixture->store, read_cursor, &cursor, NULL), IC_OK);
    assert_int_equal(cursor, 2);
    end_other(&other);
}

static void test_the_listener_hears_of_another_process_commits(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner;
    prepare(fixture, &owner);
    struct other other = start_other(fixture, &owner);
    wait_for_other(&other);
    struct heard heard = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
    fixture->store = fixture_open_store(fixture);
    ic_store_listen(fixture->store, note_heard, &heard);
    tell_other(&other);
    wait_for_other(&other);
    assert_true(wait_heard(&heard));
    int64_t cursor = 0;
    assert_int_equal(ic_store_read(fixture->store, read_cursor, &cursor, NULL), IC_OK);
    assert_int_equal(cursor, 1);
    end_other(&other);
}

struct opening {
    const char *path;
    struct ic_connection *connection;
    enum ic_rc rc;
};

static void *run_opening(void *context)
{
    struct opening *opening = context;
    struct ic_err err = IC_ERR_NONE;
    opening->rc = ic_sqlite_open_writer(opening->path, IC_SQLITE_SERVE, &opening->connection, &err);
    return NULL;
}

/* SQLite itself gives up at once here: it has read the file before it asks to write. */
static void test_a_fresh_database_that_another_one_is_making_is_waited_for(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *maker = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &maker), SQLITE_OK);
    /* The one who waits reads the file now and then, and a commit waits for readers. */
    assert_int_equal(sqlite3_busy_timeout(maker, 10 * HELD_MS), SQLITE_OK);
    assert_int_equal(sqlite3_exec(maker, "BEGIN IMMEDIATE; CREATE TABLE half (made)", NULL, NULL, NULL), SQLITE_OK);
    struct opening opening = {.path = fixture->path, .rc = IC_INTERNAL};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run_opening, &opening), 0);
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += HELD_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    bool has_given_up = pthread_timedjoin_np(thread, NULL, &until) == 0;
    assert_int_equal(sqlite3_exec(maker, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(maker), SQLITE_OK);
    if (!has_given_up) {
        assert_int_equal(pthread_join(thread, NULL), 0);
    }
    assert_false(has_given_up);
    assert_int_equal(opening.rc, IC_OK);
    opening.connection->driver->close(opening.connection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_lock_of_another_process_makes_writers_busy_and_readers_not,
                                        fixture_folder, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_fresh_database_that_another_one_is_making_is_waited_for, fixture_folder,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_the_listener_hears_of_another_process_commits, fixture_folder,
                                        fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
