/* Backing the ledger up, and restoring a damaged one. */
#include "agent/device.h"
#include "agent/keeper.h"
#include "agent/ledger_backup.h"
#include "agent/look_up.h"
#include "agent/replica.h"

#include "base/log.h"
#include "scratch.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct ic_path scratch;
static struct ic_folder folder;
static struct ic_ledger *ledger;
static struct ic_clock clock_of_test;
static int64_t monotonic_ms;

static int64_t read_monotonic(void *context)
{
    (void)context;
    return monotonic_ms;
}

static void open_ledger(bool is_suspect)
{
    struct ic_err err = IC_ERR_NONE;
    if (ic_ledger_open(&folder, &clock_of_test, is_suspect, &ledger, &err) != IC_OK) {
        print_error("%s: %s\n", ic_code_name(err.code), err.detail);
        fail();
    }
}

static int setup(void **state)
{
    (void)state;
    scratch_create(&scratch);
    scratch_folder(&scratch, &folder);
    clock_of_test = ic_clock_system();
    clock_of_test.monotonic_ms = read_monotonic;
    monotonic_ms = 1000;
    open_ledger(false);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ic_ledger_destroy(ledger);
    ledger = NULL;
    scratch_remove(&scratch);
    return 0;
}

static void put(unsigned number)
{
    bool duplicate;
    struct ic_operation operation = scratch_operation(number, "hello");
    assert_int_equal(ic_ledger_put(ledger, &operation, &duplicate, NULL), IC_OK);
    assert_false(duplicate);
}

static struct ic_ledger_summary summary(void)
{
    struct ic_ledger_summary found;
    assert_int_equal(ic_ledger_get_summary(ledger, &found, NULL), IC_OK);
    return found;
}

static void back_up(void)
{
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_ledger_back_up(ledger, &folder, &err);
    if (rc != IC_OK) {
        print_error("%s\n", err.detail);
    }
    assert_int_equal(rc, IC_OK);
}

static void close_ledger(void)
{
    ic_ledger_destroy(ledger);
    ledger = NULL;
}

/* Overwrites `size` bytes from `from`. */
static void scribble(const struct ic_path *path, long from, size_t size)
{
    FILE *file = fopen(path->text, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, from, SEEK_SET), 0);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(fputc('#', file), '#');
    }
    assert_int_equal(fclose(file), 0);
}

static size_t damaged_files(void)
{
    size_t count = 0;
    struct dirent *entry;
    DIR *entries = opendir(folder.path.text);
    assert_non_null(entries);
    while ((entry = readdir(entries))) {
        count += strncmp(entry->d_name, "ledger-damaged-", strlen("ledger-damaged-")) == 0 &&
                 strcmp(entry->d_name + strlen(entry->d_name) - 3, ".db") == 0;
    }
    closedir(entries);
    return count;
}

static void pair(void)
{
    struct ic_device device = {.server_url = "http://127.0.0.1:1",
                               .device_id = {.text = "DEV-0000000A"},
                               .device_token = {.text = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"},
                               .opr_name = "Ada"};
    assert_int_equal(ic_device_write(&folder.path, &device, NULL), IC_OK);
}

static void test_a_ledger_that_is_no_ledger_any_more_is_restored_from_its_backup(void **state)
{
    (void)state;
    pair();
    for (unsigned i = 1; i <= 3; i++) {
        put(i);
    }
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_push_result result = {.op_id = scratch_operation(1, "").op_id};
    struct ic_ledger_settlement settlement = {
        .server_url = "http://127.0.0.1:1", .results = &result, .count = 1, .link = &link};
    assert_int_equal(ic_ledger_settle(ledger, &settlement, NULL), IC_OK);
    assert_int_equal(summary().pending, 2);
    back_up();
    close_ledger();
    scribble(&folder.ledger, 0, 4096);
    open_ledger(false);
    /* What the server had taken is sent again. */
    assert_int_equal(summary().pending, 3);
    assert_true(summary().memory.restored_at > 0);
    assert_string_equal(summary().replica.place, "");
    assert_int_equal(damaged_files(), 1);
    assert_int_equal(ic_ledger_check(ledger, NULL), IC_OK);
    struct ic_path aside = scratch_join(&folder.path, summary().memory.damaged);
    assert_int_equal(access(aside.text, R_OK), 0);
    put(4);
    close_ledger();
    open_ledger(false);
    assert_int_equal(summary().pending, 4);
    assert_int_equal(damaged_files(), 1);
}

/* The page on which a table's or an index's tree begins. */
static long root_of(const char *name)
{
    sqlite3 *db;
    sqlite3_stmt *row;
    assert_int_equal(sqlite3_open(folder.ledger.text, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT rootpage FROM sqlite_schema WHERE name = ?1", -1, &row, NULL), 0);
    sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    long page = (long)sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return page;
}

static void test_what_a_damaged_ledger_still_tells_is_on_top_of_the_backup(void **state)
{
    (void)state;
    put(1);
    put(2);
    back_up();
    put(3);
    put(4);
    close_ledger();
    long page = root_of("replica_targets");
    scribble(&folder.ledger, (page - 1) * 4096, 4096);
    open_ledger(false);
    /* It opens, and is found to be damaged when the whole of it is looked at. */
    assert_int_equal(summary().pending, 4);
    assert_int_equal(damaged_files(), 0);
    close_ledger();
    open_ledger(true);
    assert_int_equal(damaged_files(), 1);
    assert_int_equal(summary().pending, 4);
}

static void test_without_a_backup_what_can_be_read_is_kept(void **state)
{
    (void)state;
    put(1);
    put(2);
    close_ledger();
    long page = root_of("link");
    scribble(&folder.ledger, (page - 1) * 4096, 4096);
    open_ledger(true);
    assert_int_equal(summary().pending, 2);
    assert_int_equal(damaged_files(), 1);
}

static void test_whom_not_to_contact_and_what_was_agreed_on_is_in_the_backup(void **state)
{
    (void)state;
    struct ic_handle tar_username;
    assert_true(ic_handle_parse(IC_STR("a_prospect"), &tar_username));
    struct ic_pulled_suppression suppression = {
        .tar_username = tar_username, .is_suppressed = true, .opr_id = {.text = "OPR-0123ABCD"}};
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_heard heard = {.server_time = 0};
    struct ic_replica_pull pull = {.server_url = "http://127.0.0.1:1",
                                   .asked_at = summary().replica,
                                   .from_the_beginning = true,
                                   .link = &link,
                                   .heard = &heard};
    struct ic_pulled_goal goal = {.goal_id = {.text = "GOL-00000001"},
                                  .metric = IC_STR("Bookings Made"),
                                  .target_value = 1,
                                  .frequency = IC_STR("Daily"),
                                  .status = IC_STR("Active"),
                                  .suggested_by = {.text = "OPR-0123ABCD"}};
    struct ic_pulled_rule rule = {.rule_id = {.text = "RUL-00000001"},
                                  .type = IC_STR("Frequency Cap"),
                                  .metric = IC_STR("Bookings Made"),
                                  .time_window_sec = 1,
                                  .severity = IC_STR("Soft Warning"),
                                  .status = IC_STR("Active"),
                                  .suggested_by = {.text = "OPR-0123ABCD"}};
    struct ic_pull_page page = {.phase = IC_PULL_PHASE_FEED,
                                .suppressions = &suppression,
                                .suppressions_count = 1,
                                .has_goals_and_rules = true,
                                .goals = &goal,
                                .goals_count = 1,
                                .rules = &rule,
                                .rules_count = 1,
                                .next = IC_STR("here")};
    assert_int_equal(ic_replica_take(ledger, &pull, &page, NULL), IC_OK);
    back_up();
    close_ledger();
    scribble(&folder.ledger, 0, 100);
    open_ledger(false);
    struct ic_look_up found;
    struct ic_arena *arena = ic_arena_create(1 << 20);
    assert_int_equal(ic_look_up(ledger, &tar_username, arena, &found, NULL), IC_OK);
    assert_int_equal(found.state, IC_LOOK_UP_EXCLUDED);
    struct ic_handle other = {.text = "nobody"};
    assert_int_equal(ic_look_up(ledger, &other, arena, &found, NULL), IC_OK);
    assert_int_equal(found.state, IC_LOOK_UP_UNKNOWN);
    struct ic_replica_agreed agreed;
    assert_int_equal(ic_replica_count_agreed(ledger, &agreed, NULL), IC_OK);
    assert_int_equal(agreed.goals, 1);
    assert_int_equal(agreed.rules, 1);
    ic_arena_destroy(arena);
}

static void test_a_restoring_that_was_cut_short_is_finished(void **state)
{
    (void)state;
    put(1);
    back_up();
    put(2);
    close_ledger();
    /* As a crash leaves it: the damaged ledger has its new name, and its log the old one's. */
    struct ic_path aside = scratch_join(&folder.path, "ledger-damaged-x.db");
    scratch_write(&folder.restoring, "ledger-damaged-x.db");
    assert_int_equal(chmod(folder.restoring.text, 0600), 0);
    assert_int_equal(rename(folder.ledger.text, aside.text), 0);
    open_ledger(false);
    assert_int_equal(summary().pending, 2);
    assert_int_not_equal(access(folder.restoring.text, F_OK), 0);
    close_ledger();
    /* And as it leaves it when all is done but the marker. */
    scratch_write(&folder.restoring, "ledger-damaged-x.db");
    assert_int_equal(chmod(folder.restoring.text, 0600), 0);
    open_ledger(false);
    assert_int_equal(summary().pending, 2);
    assert_int_not_equal(access(folder.restoring.text, F_OK), 0);
    assert_int_equal(damaged_files(), 1);
}

static void test_whoever_has_the_damaged_ledger_open_stores_nothing_into_it(void **state)
{
    (void)state;
    put(1);
    back_up();
    struct ic_ledger *other = ledger;
    ledger = NULL;
    struct ic_path away = scratch_join(&folder.path, "away.db");
    assert_int_equal(rename(folder.ledger.text, away.text), 0);
    assert_true(ic_ledger_has_moved(other));
    bool duplicate;
    struct ic_err err = IC_ERR_NONE;
    struct ic_operation operation = scratch_operation(2, "hello");
    assert_int_not_equal(ic_ledger_put(other, &operation, &duplicate, &err), IC_OK);
    assert_int_equal(err.code, IC_CODE_BUSY);
    ic_ledger_destroy(other);
}

static void test_a_damaged_backup_is_not_taken(void **state)
{
    (void)state;
    put(1);
    back_up();
    close_ledger();
    scribble(&folder.backup, 4096, 8192);
    scribble(&folder.ledger, 0, 4096);
    open_ledger(false);
    assert_int_equal(summary().pending, 0);
    put(2);
}

static void test_the_backup_is_kept_after_a_quiet_minute_and_once_an_hour(void **state)
{
    (void)state;
    struct ic_keeper keeper = {.folder = &folder, .clock = &clock_of_test};
    assert_int_equal(ic_keeper_work(&keeper, ledger), IC_KEEPER_FOREVER);
    put(1);
    ic_keeper_changed(&keeper);
    assert_int_equal(ic_keeper_work(&keeper, ledger), IC_KEEPER_QUIET_MS);
    assert_int_not_equal(access(folder.backup.text, F_OK), 0);
    monotonic_ms += IC_KEEPER_QUIET_MS;
    assert_int_equal(ic_keeper_work(&keeper, ledger), IC_KEEPER_FOREVER);
    assert_int_equal(access(folder.backup.text, F_OK), 0);
    ic_keeper_changed(&keeper);
    assert_int_equal(ic_keeper_work(&keeper, ledger), IC_KEEPER_INTERVAL_MS);
}

int main(void)
{
    ic_log_set_level(IC_LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_ledger_that_is_no_ledger_any_more_is_restored_from_its_backup, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_a_damaged_ledger_still_tells_is_on_top_of_the_backup, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_without_a_backup_what_can_be_read_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whom_not_to_contact_and_what_was_agreed_on_is_in_the_backup, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_restoring_that_was_cut_short_is_finished, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whoever_has_the_damaged_ledger_open_stores_nothing_into_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_backup_is_not_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_backup_is_kept_after_a_quiet_minute_and_once_an_hour, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
