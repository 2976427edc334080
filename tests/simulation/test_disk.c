/* The simulated disk is as bad as a real one, and no worse: what SQLite may rely on holds, and what it may not does
 * not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "disk.h"
#include "vfs.h"

#include <sqlite3.h>
#include <string.h>

enum { SEEDS_COUNT = 300, ROWS_COUNT = 40 };

static const char path[] = "/machine/test.db";

static sqlite3 *open_as(struct process *process, const char *set_up)
{
    sqlite3 *db;
    process_enter(process);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), SQLITE_OK);
    (void)sqlite3_exec(db, set_up, NULL, NULL, NULL);
    return db;
}

static int run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        value = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return value;
}

static bool is_sound(sqlite3 *db)
{
    return ask(db, "SELECT count(*) = 1 AND min(integrity_check) = 'ok' FROM pragma_integrity_check") == 1;
}

#define TABLE \
    "CREATE TABLE IF NOT EXISTS t (i INTEGER PRIMARY KEY, text TEXT); CREATE INDEX IF NOT EXISTS x ON t (text);"
#define WAL "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8;" TABLE

/* Inserts rows until the process dies; returns how many were committed. */
static int insert_rows(sqlite3 *db, int count)
{
    for (int i = 0; i < count; i++) {
        if (run(db, "INSERT INTO t (text) VALUES (hex(randomblob(300)))") != SQLITE_OK) {
            return i;
        }
    }
    return count;
}

static void test_a_commit_that_was_synced_outlives_every_death(void **state)
{
    (void)state;
    int interrupted = 0;
    for (uint64_t seed = 0; seed < SEEDS_COUNT; seed++) {
        struct disk *disk = disk_create();
        struct process first, second;
        struct draw draw = draw_of(seed, 7);
        vfs_reset(seed);
        process_init(&first, disk);
        sqlite3 *db = open_as(&first, WAL);
        process_die_after(&first, draw_between(&draw, 0, 1000),
                          draw_chance(&draw, 50) ? DEATH_KILLED : DEATH_POWER_LOST, seed);
        int committed = insert_rows(db, ROWS_COUNT);
        interrupted += committed < ROWS_COUNT;
        sqlite3_close(db);

        process_init(&second, disk);
        db = open_as(&second, WAL);
        assert_true(is_sound(db));
        int64_t found = ask(db, "SELECT count(*) FROM t");
        assert_in_range(found, committed, committed + 1);
        assert_int_equal(insert_rows(db, 1), 1);
        sqlite3_close(db);
        disk_destroy(disk);
    }
    assert_in_range(interrupted, SEEDS_COUNT / 4, SEEDS_COUNT - 1);
}

static void test_what_was_not_synced_is_torn_and_the_check_finds_it(void **state)
{
    (void)state;
    int damaged = 0;
    for (uint64_t seed = 0; seed < SEEDS_COUNT; seed++) {
        struct disk *disk = disk_create();
        struct process first, second;
        vfs_reset(seed);
        process_init(&first, disk);
        sqlite3 *db = open_as(&first, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" TABLE);
        assert_int_equal(insert_rows(db, ROWS_COUNT), ROWS_COUNT);
        process_die(&first, DEATH_POWER_LOST, seed);
        sqlite3_close(db);

        process_init(&second, disk);
        db = open_as(&second, "");
        damaged += !is_sound(db);
        sqlite3_close(db);
        disk_destroy(disk);
    }
    assert_in_range(damaged, SEEDS_COUNT / 10, SEEDS_COUNT);
}

/* What the loss of power makes of one sector that was "old" durably and "new" since. */
static void test_a_sector_is_kept_lost_or_torn(void **state)
{
    (void)state;
    unsigned char old[DISK_SECTOR_SIZE], new[DISK_SECTOR_SIZE], found[DISK_SECTOR_SIZE];
    int kept = 0, lost = 0, torn = 0;
    memset(old, 'o', sizeof old);
    memset(new, 'n', sizeof new);
    for (uint64_t seed = 0; seed < SEEDS_COUNT; seed++) {
        struct disk *disk = disk_create();
        struct process process;
        process_init(&process, disk);
        process_enter(&process);
        struct handle *handle = handle_open(disk_get(disk, "/f"));
        assert_int_equal(handle_write(handle, 0, old, sizeof old), DISK_OK);
        assert_int_equal(handle_sync(handle), DISK_OK);
        assert_int_equal(handle_write(handle, 0, new, sizeof new), DISK_OK);
        process_die(&process, DEATH_POWER_LOST, seed);
        assert_int_equal(handle_write(handle, 0, old, sizeof old), DISK_DEAD);
        handle_close(handle);
        assert_int_equal(image_read(&disk_find(disk, "/f")->now, 0, found, sizeof found), sizeof found);
        if (memcmp(found, new, sizeof found) == 0) {
            kept++;
        } else if (memcmp(found, old, sizeof found) == 0) {
            lost++;
        } else {
            torn++;
        }
        disk_destroy(disk);
    }
    assert_true(kept > 0 && lost > 0 && torn > 0);
}

static void test_a_file_that_was_never_synced_may_vanish(void **state)
{
    (void)state;
    int vanished = 0;
    for (uint64_t seed = 0; seed < SEEDS_COUNT; seed++) {
        struct disk *disk = disk_create();
        struct process process;
        process_init(&process, disk);
        process_enter(&process);
        struct handle *handle = handle_open(disk_get(disk, "/f"));
        assert_int_equal(handle_write(handle, 0, "text", 4), DISK_OK);
        process_die(&process, DEATH_POWER_LOST, seed);
        handle_close(handle);
        vanished += !disk_find(disk, "/f");
        disk_destroy(disk);
    }
    assert_in_range(vanished, 1, SEEDS_COUNT - 1);
}

static void test_a_process_that_is_killed_leaves_the_others_their_database(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS_COUNT; seed++) {
        struct disk *disk = disk_create();
        struct process first, second;
        struct draw draw = draw_of(seed, 7);
        vfs_reset(seed);
        process_init(&first, disk);
        process_init(&second, disk);
        sqlite3 *dying = open_as(&first, WAL);
        sqlite3 *living = open_as(&second, WAL);
        assert_int_equal(insert_rows(living, 3), 3);
        process_die_after(&first, draw_between(&draw, 0, 60), DEATH_KILLED, seed);
        process_enter(&first);
        int committed = insert_rows(dying, ROWS_COUNT);
        (void)run(dying, "ROLLBACK");
        sqlite3_close(dying);

        process_enter(&second);
        assert_int_equal(insert_rows(living, 3), 3);
        assert_in_range(ask(living, "SELECT count(*) FROM t"), 6 + committed, 6 + committed + 1);
        assert_true(is_sound(living));
        sqlite3_close(living);
        disk_destroy(disk);
    }
}

static void test_one_writes_at_a_time_and_a_reader_keeps_its_snapshot(void **state)
{
    (void)state;
    struct disk *disk = disk_create();
    struct process first, second;
    vfs_reset(1);
    process_init(&first, disk);
    process_init(&second, disk);
    sqlite3 *one = open_as(&first, WAL);
    sqlite3 *other = open_as(&second, WAL);
    process_enter(&first);
    assert_int_equal(run(one, "BEGIN IMMEDIATE; INSERT INTO t (text) VALUES ('a')"), SQLITE_OK);
    process_enter(&second);
    assert_int_equal(run(other, "BEGIN IMMEDIATE"), SQLITE_BUSY);
    assert_int_equal(run(other, "BEGIN"), SQLITE_OK);
    assert_int_equal(ask(other, "SELECT count(*) FROM t"), 0);
    process_enter(&first);
    assert_int_equal(run(one, "COMMIT"), SQLITE_OK);
    process_enter(&second);
    assert_int_equal(ask(other, "SELECT count(*) FROM t"), 0);
    assert_int_equal(run(other, "COMMIT"), SQLITE_OK);
    assert_int_equal(ask(other, "SELECT count(*) FROM t"), 1);
    sqlite3_close(other);
    process_enter(&first);
    sqlite3_close(one);
    disk_destroy(disk);
}

static void test_a_full_disk_refuses_and_harms_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS_COUNT; seed++) {
        struct disk *disk = disk_create();
        struct process process;
        struct draw draw = draw_of(seed, 7);
        vfs_reset(seed);
        process_init(&process, disk);
        sqlite3 *db = open_as(&process, WAL);
        disk->capacity = disk_used(disk) + draw_between(&draw, 0, 40000);
        int committed = insert_rows(db, 4 * ROWS_COUNT);
        assert_int_equal(sqlite3_errcode(db), SQLITE_FULL);
        disk->capacity = DISK_UNBOUNDED;
        assert_int_equal(ask(db, "SELECT count(*) FROM t"), committed);
        assert_true(is_sound(db));
        assert_int_equal(insert_rows(db, 1), 1);
        sqlite3_close(db);
        disk_destroy(disk);
    }
}

static void test_a_copy_of_a_disk_is_its_own(void **state)
{
    (void)state;
    struct disk *disk = disk_create(), *copy = disk_create();
    struct process process, of_copy;
    vfs_reset(1);
    process_init(&process, disk);
    process_init(&of_copy, copy);
    sqlite3 *db = open_as(&process, WAL);
    assert_int_equal(insert_rows(db, 3), 3);
    disk_copy(copy, disk);
    assert_int_equal(insert_rows(db, 3), 3);
    sqlite3_close(db);
    db = open_as(&of_copy, WAL);
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), 3);
    assert_true(is_sound(db));
    sqlite3_close(db);
    disk_destroy(disk);
    disk_destroy(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_commit_that_was_synced_outlives_every_death),
        cmocka_unit_test(test_what_was_not_synced_is_torn_and_the_check_finds_it),
        cmocka_unit_test(test_a_sector_is_kept_lost_or_torn),
        cmocka_unit_test(test_a_file_that_was_never_synced_may_vanish),
        cmocka_unit_test(test_a_process_that_is_killed_leaves_the_others_their_database),
        cmocka_unit_test(test_one_writes_at_a_time_and_a_reader_keeps_its_snapshot),
        cmocka_unit_test(test_a_full_disk_refuses_and_harms_nothing),
        cmocka_unit_test(test_a_copy_of_a_disk_is_its_own),
    };
    vfs_install();
    return cmocka_run_group_tests_name("disk", tests, NULL, NULL);
}
