/* Migrations, with a set of the test's own: from nothing, from an older number with data, cut off, newer. */
#include "fixture.h"
#include "store/migrate.h"
#include "store/sqlite/database.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const first[] = {"CREATE TABLE guests (name TEXT NOT NULL)",
                                    "INSERT INTO guests (name) VALUES ('Ada')"};
static const char *const second[] = {"ALTER TABLE guests ADD COLUMN seat INTEGER", "UPDATE guests SET seat = 7"};
static const char *const broken[] = {"ALTER TABLE guests ADD COLUMN seat INTEGER", "UPDATE nobody SET seat = 7"};
static const char *const deadly[] = {"ALTER TABLE guests ADD COLUMN seat INTEGER", "SELECT die()"};

static const struct ic_migration good_set[] = {{1, "guests", first, 2}, {2, "seats", second, 2}};
static const struct ic_migration broken_set[] = {{1, "guests", first, 2}, {2, "seats", broken, 2}};
static const struct ic_migration deadly_set[] = {{1, "guests", first, 2}, {2, "seats", deadly, 2}};

static enum ic_rc upgrade(struct fixture *fixture, const struct ic_migration *set, int count, int *ret_version)
{
    struct ic_database *database = NULL;
    assert_int_equal(ic_sqlite_database_create(fixture->path, IC_SQLITE_SERVE, &database, &fixture->err), IC_OK);
    database->migrations = set;
    database->migration_count = count;
    fixture->err = IC_ERR_NONE;
    enum ic_rc rc = ic_migrate(database, 1763474400000, ret_version, &fixture->err);
    database->destroy(database);
    return rc;
}

/* Files in the fixture's folder whose name ends like that. */
static int count_files(struct fixture *fixture, const char *ending)
{
    DIR *entries = opendir(fixture->folder);
    assert_non_null(entries);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(entries));) {
        size_t size = strlen(entry->d_name);
        count += size >= strlen(ending) && strcmp(entry->d_name + size - strlen(ending), ending) == 0;
    }
    (void)closedir(entries);
    return count;
}

static void test_a_new_file_gets_every_migration_and_no_backup(void **state)
{
    struct fixture *fixture = *state;
    int version = 0;
    assert_int_equal(upgrade(fixture, good_set, 2, &version), IC_OK);
    assert_int_equal(version, 2);
    assert_int_equal(fixture_sql(fixture, "SELECT seat FROM guests"), 7);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM migrations WHERE applied_at = 1763474400000"), 2);
    assert_int_equal(count_files(fixture, ".backup"), 0);
    /* Again: nothing is left to do. */
    assert_int_equal(upgrade(fixture, good_set, 2, &version), IC_OK);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM guests"), 1);
}

static void test_an_older_file_is_backed_up_and_upgraded_with_its_data(void **state)
{
    struct fixture *fixture = *state;
    int version = 0;
    assert_int_equal(upgrade(fixture, good_set, 1, &version), IC_OK);
    fixture_sql(fixture, "INSERT INTO guests (name) VALUES ('Grace')");
    assert_int_equal(upgrade(fixture, good_set, 2, &version), IC_OK);
    assert_int_equal(version, 2);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM guests WHERE seat = 7"), 2);
    assert_int_equal(count_files(fixture, ".backup"), 1);
    assert_int_equal(count_files(fixture, ".partial"), 0);
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/team.db.schema-0001.1763474400000.backup", fixture->folder);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM guests"), 2);
    assert_int_equal(fixture_sql(fixture, "SELECT MAX(migration_number) FROM migrations"), 1);
}

static void test_a_failing_backup_stops_the_upgrade(void **state)
{
    struct fixture *fixture = *state;
    int version = 0;
    assert_int_equal(upgrade(fixture, good_set, 1, &version), IC_OK);
    char path[sizeof fixture->path + 64];
    (void)snprintf(path, sizeof path, "%s.schema-0001.1763474400000.backup", fixture->path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(upgrade(fixture, good_set, 2, &version), IC_CONFLICT);
    assert_int_equal(fixture_sql(fixture, "SELECT MAX(migration_number) FROM migrations"), 1);
}

static void test_a_newer_file_is_refused_untouched(void **state)
{
    struct fixture *fixture = *state;
    int version = 0;
    assert_int_equal(upgrade(fixture, good_set, 2, &version), IC_OK);
    version = -1;
    assert_int_equal(upgrade(fixture, good_set, 1, &version), IC_CONFLICT);
    assert_int_equal(fixture->err.code, IC_CODE_CONFLICT);
    assert_non_null(strstr(fixture->err.detail, "newer version (schema 2; this program knows 1)"));
    assert_int_equal(version, -1);
    assert_int_equal(fixture_sql(fixture, "SELECT seat FROM guests"), 7);
}

static void test_a_migration_that_fails_leaves_the_older_schema(void **state)
{
    struct fixture *fixture = *state;
    int version = 0;
    assert_int_equal(upgrade(fixture, broken_set, 1, &version), IC_OK);
    assert_int_equal(upgrade(fixture, broken_set, 2, &version), IC_INTERNAL);
    assert_non_null(strstr(fixture->err.detail, "Migration 0002_seats, statement 2"));
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM pragma_table_info('guests')"), 1);
    assert_int_equal(fixture_sql(fixture, "SELECT MAX(migration_number) FROM migrations"), 1);
}

static void die(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)context;
    (void)count;
    (void)values;
    (void)raise(SIGKILL);
}

static int add_die(sqlite3 *db, const char **message, const struct sqlite3_api_routines *api)
{
    (void)message;
    (void)api;
    return sqlite3_create_function(db, "die", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL, die, NULL, NULL);
}

/* Upgrades in a child process, which must die of it. */
static void upgrade_and_die(struct fixture *fixture, const struct ic_migration *set)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int version;
        (void)sqlite3_auto_extension((void (*)(void))add_die);
        (void)upgrade(fixture, set, 2, &version);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void check_is_first_schema(struct fixture *fixture)
{
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM pragma_table_info('guests')"), 1);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM guests"), 1);
    assert_int_equal(fixture_sql(fixture, "SELECT MAX(migration_number) FROM migrations"), 1);
}

static void test_a_process_killed_in_a_migration_leaves_the_older_schema(void **state)
{
    struct fixture *fixture = *state;
    int version = 0;
    assert_int_equal(upgrade(fixture, deadly_set, 1, &version), IC_OK);
    upgrade_and_die(fixture, deadly_set);
    check_is_first_schema(fixture);
}

static void test_a_process_killed_before_the_journal_is_written_leaves_the_older_schema(void **state)
{
    struct fixture *fixture = *state;
    int version = 0;
    assert_int_equal(upgrade(fixture, good_set, 1, &version), IC_OK);
    fixture_sql(fixture, "CREATE TRIGGER deadly BEFORE INSERT ON migrations BEGIN SELECT die(); END");
    upgrade_and_die(fixture, good_set);
    check_is_first_schema(fixture);
}

/* ---- An engine whose tables commit, as Oracle's do. ---- */

struct stepping_database {
    struct ic_database base;
    struct ic_database *real;
};

static struct ic_driver stepping_driver;
static const struct ic_driver *real_driver;
static struct ic_connection *turn_holder; /* Whose transaction has the turn: SQLite's own lock would keep others out. */
static int turns;

static enum ic_driver_rc take_turn(struct ic_connection *connection, bool is_writing)
{
    enum ic_driver_rc rc = real_driver->begin(connection, false);
    if (!rc && is_writing) {
        assert_null(turn_holder);
        turn_holder = connection;
        turns++;
    }
    return rc;
}

static void give_turn_back(struct ic_connection *connection)
{
    turn_holder = connection == turn_holder ? NULL : turn_holder;
    real_driver->rollback(connection);
}

/* A step is nobody's transaction, and needs that of another connection. */
static enum ic_driver_rc execute_in_turn(struct ic_connection *connection, const char *sql)
{
    if (strstr(sql, "guests")) {
        assert_non_null(turn_holder);
        assert_ptr_not_equal(turn_holder, connection);
    }
    return real_driver->execute(connection, sql);
}

static enum ic_rc open_stepping(struct ic_database *database, bool is_writing, struct ic_connection **ret_connection,
                                struct ic_err *err)
{
    struct ic_database *real = ((struct stepping_database *)database)->real;
    assert_true(database->is_patient);
    enum ic_rc rc = real->open(real, is_writing, ret_connection, err);
    if (!rc) {
        real_driver = (*ret_connection)->driver;
        stepping_driver = *real_driver;
        stepping_driver.ddl_commits = true;
        stepping_driver.begin = take_turn;
        stepping_driver.rollback = give_turn_back;
        stepping_driver.execute = execute_in_turn;
        (*ret_connection)->driver = &stepping_driver;
    }
    return rc;
}

static enum ic_rc upgrade_by_steps(struct fixture *fixture, const struct ic_migration *set, int *ret_version)
{
    struct stepping_database stepping = {.base = {.migrations = set, .migration_count = 2, .open = open_stepping}};
    assert_int_equal(ic_sqlite_database_create(fixture->path, IC_SQLITE_SERVE, &stepping.real, &fixture->err), IC_OK);
    fixture->err = IC_ERR_NONE;
    turns = 0;
    enum ic_rc rc = ic_migrate(&stepping.base, 1763474400000, ret_version, &fixture->err);
    assert_null(turn_holder);
    assert_false(stepping.base.is_patient);
    stepping.real->destroy(stepping.real);
    return rc;
}

static void test_where_tables_commit_every_step_is_journalled(void **state)
{
    struct fixture *fixture = *state;
    int version = 0;
    assert_int_equal(upgrade_by_steps(fixture, good_set, &version), IC_OK);
    assert_int_equal(version, 2);
    assert_int_equal(fixture_sql(fixture, "SELECT seat FROM guests"), 7);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM migrations WHERE steps_done = step_count"), 2);
    assert_int_equal(turns, 1);
    assert_int_equal(upgrade_by_steps(fixture, good_set, &version), IC_OK);
    assert_int_equal(turns, 0);
}

static void test_a_half_migrated_database_is_refused_and_told_where_it_stands(void **state)
{
    struct fixture *fixture = *state;
    int version = -1;
    assert_int_equal(upgrade_by_steps(fixture, broken_set, &version), IC_INTERNAL);
    assert_non_null(strstr(fixture->err.detail, "Migration 0002_seats, statement 2"));
    assert_int_equal(fixture_sql(fixture, "SELECT steps_done FROM migrations WHERE migration_number = 2"), 1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(upgrade_by_steps(fixture, good_set, &version), IC_CONFLICT);
        assert_non_null(strstr(fixture->err.detail, "Migration 0002 of the database stopped behind step 1 of 2."));
        assert_int_equal(version, -1);
    }
    /* As docs/operating.md says: the missing step by hand, and its number into the journal. */
    fixture_sql(fixture, "UPDATE guests SET seat = 7");
    fixture_sql(fixture, "UPDATE migrations SET steps_done = 2 WHERE migration_number = 2");
    assert_int_equal(upgrade_by_steps(fixture, good_set, &version), IC_OK);
    assert_int_equal(version, 2);
}

static void test_the_real_migrations_run_and_the_store_tells_the_number(void **state)
{
    struct fixture *fixture = *state;
    struct ic_store *store = fixture_open_store(fixture);
    assert_int_equal(ic_store_schema_version(store), IC_MIGRATION_COUNT);
    ic_store_destroy(store);
    for (int i = 0; i < IC_MIGRATION_COUNT; i++) {
        assert_int_equal(ic_migrations_sqlite[i].number, i + 1);
    }
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM totals WHERE total_value = 0"), 4);
}

/* What the schema says of enumerations is what the contract says. */
static void check_enumeration(struct fixture *fixture, const char *table, const char *name)
{
    char sql[256];
    (void)snprintf(
        sql, sizeof sql,
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '%s' AND instr(sql, '''%s''') > 0", table,
        name);
    assert_int_equal(fixture_sql(fixture, sql), 1);
}

static void test_every_value_of_the_contract_may_be_stored(void **state)
{
    struct fixture *fixture = *state;
    ic_store_destroy(fixture_open_store(fixture));
    for (int i = 0; i < IC_EVENT_TYPE_COUNT; i++) {
        check_enumeration(fixture, "event_logs", ic_event_type_name((enum ic_event_type)i));
    }
    for (int i = 0; i < IC_TARGET_STATUS_COUNT; i++) {
        check_enumeration(fixture, "targets", ic_target_status_name((enum ic_target_status)i));
    }
    for (int i = 0; i < IC_ACTOR_STATUS_COUNT; i++) {
        check_enumeration(fixture, "actors", ic_actor_status_name((enum ic_actor_status)i));
    }
    for (int i = 0; i < IC_OPERATOR_STATUS_COUNT; i++) {
        check_enumeration(fixture, "operators", ic_operator_status_name((enum ic_operator_status)i));
    }
    for (int i = 0; i < IC_ROLE_COUNT; i++) {
        check_enumeration(fixture, "operators", ic_role_name((enum ic_role)i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_new_file_gets_every_migration_and_no_backup, fixture_folder,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_an_older_file_is_backed_up_and_upgraded_with_its_data, fixture_folder,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_failing_backup_stops_the_upgrade, fixture_folder, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_newer_file_is_refused_untouched, fixture_folder, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_migration_that_fails_leaves_the_older_schema, fixture_folder,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_process_killed_in_a_migration_leaves_the_older_schema, fixture_folder,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_process_killed_before_the_journal_is_written_leaves_the_older_schema,
                                        fixture_folder, fixture_end),
        cmocka_unit_test_setup_teardown(test_where_tables_commit_every_step_is_journalled, fixture_folder, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_half_migrated_database_is_refused_and_told_where_it_stands,
                                        fixture_folder, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_real_migrations_run_and_the_store_tells_the_number, fixture_folder,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_every_value_of_the_contract_may_be_stored, fixture_folder, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
