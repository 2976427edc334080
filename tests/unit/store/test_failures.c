/* Disks and files that do not play along: a clear error with its code, and nothing half done. */
#include "fixture.h"
#include "store/sqlite/database.h"
#include "store/writer.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static enum ic_rc open_at(struct fixture *fixture, const char *path, struct ic_err *err)
{
    struct ic_store *store = NULL;
    enum ic_rc rc = ic_store_sqlite_open(path, 1, &fixture->clock, &store, err);
    ic_store_destroy(store);
    return rc;
}

/* ---- Files. ---- */

static void write_file(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void test_a_file_that_is_no_database_is_corrupt_and_untouched(void **state)
{
    struct fixture *fixture = *state;
    char text[4096];
    memset(text, 'x', sizeof text);
    write_file(fixture->path, text, sizeof text);
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(open_at(fixture, fixture->path, &err), IC_CORRUPT);
    assert_int_equal(err.code, IC_CODE_CORRUPT);
    struct stat info;
    assert_int_equal(stat(fixture->path, &info), 0);
    assert_int_equal(info.st_size, sizeof text);
}

static enum ic_rc read_owner(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_operator found;
    return ic_store_owner_find(tx, context, &found, err);
}

static void test_a_damaged_page_is_corrupt_and_not_a_crash(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner;
    fixture->store = fixture_open_store(fixture);
    fixture_write(fixture, fixture_insert_owner, &owner);
    ic_store_destroy(fixture->store);
    fixture->store = NULL;
    int64_t page = fixture_sql(fixture, "SELECT rootpage FROM sqlite_master WHERE name = 'operators_by_role'");
    FILE *file = fopen(fixture->path, "r+b");
    char junk[4096];
    memset(junk, 0xA5, sizeof junk);
    assert_non_null(file);
    assert_int_equal(fseek(file, (long)(page - 1) * 4096, SEEK_SET), 0);
    assert_int_equal(fwrite(junk, 1, sizeof junk, file), sizeof junk);
    assert_int_equal(fclose(file), 0);
    fixture->store = fixture_open_store(fixture);
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_store_read(fixture->store, read_owner, fixture->arena, &err), IC_CORRUPT);
}

static void test_another_programs_database_is_refused_and_untouched(void **state)
{
    struct fixture *fixture = *state;
    fixture_sql(fixture, "CREATE TABLE recipes (name TEXT)");
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(open_at(fixture, fixture->path, &err), IC_CONFLICT);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM sqlite_master"), 1);
}

static void test_a_path_that_cannot_be_opened_is_unavailable(void **state)
{
    struct fixture *fixture = *state;
    char path[160];
    struct ic_err err = IC_ERR_NONE;
    (void)snprintf(path, sizeof path, "%s/missing/team.db", fixture->folder);
    assert_int_equal(open_at(fixture, path, &err), IC_UNAVAILABLE);
    err = IC_ERR_NONE;
    assert_int_equal(open_at(fixture, fixture->folder, &err), IC_UNAVAILABLE); /* A folder. */
}

static void test_a_number_of_readers_that_cannot_be_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct ic_store *store = NULL;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_store_sqlite_open(fixture->path, 0, &fixture->clock, &store, &err), IC_INVALID);
    err = IC_ERR_NONE;
    assert_int_equal(ic_store_sqlite_open(fixture->path, 1000, &fixture->clock, &store, &err), IC_INVALID);
    assert_null(store);
}

/* Runs `check` in a child process, whose limits and user are its own; it gives the number of the line that failed. */
static void check_in_child(struct fixture *fixture, int (*check)(struct fixture *fixture))
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        _exit(check(fixture));
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#define EXPECT(condition)                                                   \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            return 1;                                                       \
        }                                                                   \
    } while (0)

static int open_without_rights(struct fixture *fixture)
{
    if (geteuid() == 0) {
        EXPECT(setgid(65534) == 0 && setuid(65534) == 0); /* The superuser may write anywhere. */
    }
    struct ic_err err = IC_ERR_NONE;
    EXPECT(open_at(fixture, fixture->path, &err) == IC_UNAVAILABLE);
    EXPECT(err.code == IC_CODE_UNAVAILABLE && !err.retry);
    EXPECT(strstr(err.detail, "may not be written"));
    return 0;
}

static void test_a_read_only_folder_is_unavailable(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(chmod(fixture->folder, 0555), 0);
    check_in_child(fixture, open_without_rights);
    assert_int_equal(access(fixture->path, F_OK), -1);
    assert_int_equal(chmod(fixture->folder, 0755), 0);
}

static void test_a_read_only_file_is_unavailable(void **state)
{
    struct fixture *fixture = *state;
    ic_store_destroy(fixture_open_store(fixture));
    assert_int_equal(chmod(fixture->path, 0444), 0);
    assert_int_equal(chmod(fixture->folder, 0555), 0);
    check_in_child(fixture, open_without_rights);
    assert_int_equal(chmod(fixture->folder, 0755), 0);
}

/* ---- A full disk. ---- */

/* Texts of 64 KiB, as many as it is asked for. */
struct flood {
    struct ic_writer *writer;
    struct ic_id owner;
    int count;
    enum ic_rc rc;
    struct ic_err err;
};

static enum ic_rc write_flood(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct flood *flood = context;
    static char text[IC_LIMIT_MESSAGE_BYTES_MAX];
    struct ic_rand rand = ic_rand_system();
    memset(text, 'x', sizeof text);
    enum ic_rc rc = IC_OK;
    for (int i = 0; i < flood->count && !rc; i++) {
        struct ic_outreach outreach = fixture_outreach(&flood->owner, "bistro.alfama", 5000);
        struct ic_outreach_ids ids;
        outreach.message_text = (struct ic_str){text, sizeof text};
        rc = ic_store_outreach_insert(tx, &outreach, 1, &rand, &ids, err);
    }
    return rc;
}

static void *run_flood(void *context)
{
    struct flood *flood = context;
    flood->rc = ic_writer_write(flood->writer, write_flood, flood, &flood->err);
    return NULL;
}

/* A writer that holds the others up until all of them wait. */
struct holder {
    struct ic_writer *writer;
    pthread_barrier_t *barrier;
};

static enum ic_rc hold(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)tx;
    (void)err;
    struct holder *holder = context;
    (void)pthread_barrier_wait(holder->barrier); /* It is running. */
    (void)pthread_barrier_wait(holder->barrier); /* The others are on their way. */
    return IC_OK;
}

static void *run_holder(void *context)
{
    struct holder *holder = context;
    return (void *)(intptr_t)ic_writer_write(holder->writer, hold, holder, NULL);
}

/* A database on a disk with room for 400 pages. */
struct small_database {
    struct ic_database base;
    struct ic_database *large;
};

static enum ic_rc open_small(struct ic_database *database, bool is_writing, struct ic_connection **ret_connection,
                             struct ic_err *err)
{
    struct ic_database *large = ((struct small_database *)database)->large;
    enum ic_rc rc = large->open(large, is_writing, ret_connection, err);
    if (!rc) {
        assert_int_equal((*ret_connection)->driver->execute(*ret_connection, "PRAGMA max_page_count = 400"),
                         IC_DRIVER_OK);
    }
    return rc;
}

static void test_a_full_disk_fails_only_those_that_do_not_fit(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_operator(&fixture->tx, "Maya");
    fixture_commit(fixture);
    fixture->tx.connection->driver->rollback(fixture->tx.connection);
    struct ic_database *database = NULL;
    assert_int_equal(ic_sqlite_database_create(fixture->path, IC_SQLITE_SERVE, &database, &fixture->err), IC_OK);
    struct small_database small = {{.open = open_small}, database};
    struct ic_writer *writer = NULL;
    assert_int_equal(ic_writer_create(&small.base, true, &writer, &fixture->err), IC_OK);

    pthread_barrier_t barrier;
    pthread_t holding;
    struct holder holder = {writer, &barrier};
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    assert_int_equal(pthread_create(&holding, NULL, run_holder, &holder), 0);
    (void)pthread_barrier_wait(&barrier);
    struct flood floods[3] = {
        {.writer = writer, .owner = owner, .count = 1},
        {.writer = writer, .owner = owner, .count = 100},
        {.writer = writer, .owner = owner, .count = 1},
    };
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, run_flood, &floods[i]), 0);
    }
    (void)pthread_barrier_wait(&barrier);
    assert_int_equal(pthread_join(holding, NULL), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    pthread_barrier_destroy(&barrier);
    assert_int_equal(floods[0].rc, IC_OK);
    assert_int_equal(floods[1].rc, IC_UNAVAILABLE);
    assert_string_equal(floods[1].err.detail, "The disk that holds the database is full.");
    assert_true(floods[1].err.retry);
    assert_int_equal(floods[2].rc, IC_OK);
    ic_writer_destroy(writer);
    database->destroy(database);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM event_logs"), 2);
    assert_int_equal(fixture_sql(fixture, "SELECT total_value FROM totals WHERE total_name = 'logs'"), 2);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
                     1);
}

static enum ic_rc write_many(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct flood flood = {.owner = *(struct ic_id *)context, .count = 100};
    return write_flood(tx, &flood, err);
}

static enum ic_rc write_one(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct flood flood = {.owner = *(struct ic_id *)context, .count = 1};
    return write_flood(tx, &flood, err);
}

/* The kernel itself refuses to let any file grow. */
static int write_beyond_the_limit(struct fixture *fixture)
{
    struct ic_id owner;
    fixture->store = fixture_open_store(fixture);
    fixture_write(fixture, fixture_insert_owner, &owner);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    EXPECT(sigaction(SIGXFSZ, &ignore, NULL) == 0);
    struct rlimit limit = {.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
    EXPECT(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    struct ic_err err = IC_ERR_NONE;
    EXPECT(ic_store_write(fixture->store, write_many, &owner, &err) == IC_UNAVAILABLE);
    EXPECT(err.retry);
    /* Room again: the same store goes on. */
    limit.rlim_cur = RLIM_INFINITY;
    EXPECT(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    err = IC_ERR_NONE;
    EXPECT(ic_store_write(fixture->store, write_one, &owner, &err) == IC_OK);
    EXPECT(fixture_sql(fixture, "SELECT COUNT(*) FROM event_logs") == 1);
    ic_store_destroy(fixture->store);
    return 0;
}

static void test_a_file_that_may_not_grow_fails_the_write_and_heals(void **state)
{
    check_in_child(*state, write_beyond_the_limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_file_that_is_no_database_is_corrupt_and_untouched, fixture_folder,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_damaged_page_is_corrupt_and_not_a_crash, fixture_folder, fixture_end),
        cmocka_unit_test_setup_teardown(test_another_programs_database_is_refused_and_untouched, fixture_folder,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_path_that_cannot_be_opened_is_unavailable, fixture_folder, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_number_of_readers_that_cannot_be_is_refused, fixture_folder,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_read_only_folder_is_unavailable, fixture_folder, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_read_only_file_is_unavailable, fixture_folder, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_full_disk_fails_only_those_that_do_not_fit, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_file_that_may_not_grow_fails_the_write_and_heals, fixture_folder,
                                        fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
