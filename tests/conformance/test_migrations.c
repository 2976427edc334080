/* A database becomes what the program needs, once, also when several begin at once; one that is newer or half migrated
 * is left alone. */
#include "claims.h"
#include "fixture.h"
#include "gate.h"
#include "store/migrate.h"
#include "store/query.h"
#include "store/suppressions.h"
#include "store/targets.h"

#include <stdio.h>
#include <string.h>

/* ---- The product's own. ---- */

struct line {
    int64_t number;
    int64_t step_count;
    int64_t steps_done;
};

static enum ic_rc read_journal(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct line *line = context;
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_JOURNAL_LAST, "test", err);
    if (ic_query_next(&query)) {
        *line = (struct line){ic_query_int64(&query, 0), ic_query_int64(&query, 1), ic_query_int64(&query, 2)};
    }
    return ic_query_end(&query);
}

static void test_the_journal_ends_with_the_number_that_every_engine_ends_with(void **state)
{
    struct fixture *fixture = *state;
    struct line line = {0};
    struct ic_database *database = fixture->engine->open();
    assert_int_equal(database->migration_count, IC_MIGRATION_COUNT);
    for (int i = 0; i < IC_MIGRATION_COUNT; i++) {
        assert_int_equal(database->migrations[i].number, i + 1);
    }
    database->destroy(database);
    fixture_read(fixture->store, read_journal, &line);
    assert_int_equal(line.number, IC_MIGRATION_COUNT);
    assert_int_equal(line.steps_done, line.step_count);
    assert_int_equal(ic_store_schema_version(fixture->store), IC_MIGRATION_COUNT);
}

static void test_opening_a_database_again_finds_what_was_put_in(void **state)
{
    struct fixture *fixture = *state;
    (void)fixture_owner(fixture->store);
    for (int i = 0; i < 3; i++) {
        ic_store_destroy(fixture->store);
        fixture->store = NULL;
        fixture->store = fixture_open_store(fixture);
        assert_int_equal(fixture_look(fixture->store).totals.operators, 1);
        assert_int_equal(ic_store_schema_version(fixture->store), IC_MIGRATION_COUNT);
    }
}

struct opener {
    const struct fixture *fixture;
    struct ic_store *store;
    enum ic_rc rc;
    struct ic_err err;
};

static void *run_opener(void *context)
{
    struct opener *opener = context;
    opener->err = IC_ERR_NONE;
    opener->rc = fixture_try_store(opener->fixture, &opener->store, &opener->err);
    return NULL;
}

static void test_eight_who_open_a_fresh_database_at_once_all_get_it(void **state)
{
    enum { ROUNDS = 3 };
    struct fixture *fixture = *state;
    for (int round = 0; round < ROUNDS; round++) {
        struct opener openers[THREAD_COUNT] = {0};
        int failed_count = 0;
        fixture->engine->make();
        for (int i = 0; i < THREAD_COUNT; i++) {
            openers[i].fixture = fixture;
        }
        threads_run(run_opener, openers, sizeof openers[0]);
        for (int i = 0; i < THREAD_COUNT; i++) {
            if (openers[i].rc) {
                print_message("# %s\n", openers[i].err.detail);
                failed_count++;
            }
        }
        struct picture picture = {.mismatch_count = -1};
        if (openers[0].store) {
            picture = fixture_look(openers[0].store);
        }
        for (int i = 0; i < THREAD_COUNT; i++) {
            ic_store_destroy(openers[i].store);
        }
        assert_int_equal(failed_count, 0);
        assert_int_equal(picture.mismatch_count, 0);
    }
}

static enum ic_rc note_newer(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)context;
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_JOURNAL_INSERT, "test", err);
    ic_query_put_int64(&query, IC_P_JOURNAL_INSERT_MIGRATION_NUMBER, IC_MIGRATION_COUNT + 1);
    ic_query_put_text(&query, IC_P_JOURNAL_INSERT_MIGRATION_NAME, IC_STR("from_the_future"));
    ic_query_put_int64(&query, IC_P_JOURNAL_INSERT_STEP_COUNT, 1);
    ic_query_put_int64(&query, IC_P_JOURNAL_INSERT_STEPS_DONE, 1);
    ic_query_put_int64(&query, IC_P_JOURNAL_INSERT_APPLIED_AT, 1);
    return ic_query_run(&query);
}

static enum ic_rc note_half(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)context;
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_JOURNAL_STEP, "test", err);
    ic_query_put_int64(&query, IC_P_JOURNAL_STEP_MIGRATION_NUMBER, IC_MIGRATION_COUNT);
    ic_query_put_int64(&query, IC_P_JOURNAL_STEP_STEPS_DONE, 0);
    return ic_query_run(&query);
}

/* The database is refused, and as it was. */
static void check_refused(struct fixture *fixture, ic_store_run note, const char *words)
{
    struct line before = {0};
    struct line after = {0};
    struct ic_store *store = NULL;
    struct ic_err err = IC_ERR_NONE;
    fixture_write(fixture->store, note, NULL);
    fixture_read(fixture->store, read_journal, &before);
    assert_int_equal(fixture_try_store(fixture, &store, &err), IC_CONFLICT);
    assert_null(store);
    assert_false(err.retry);
    assert_non_null(strstr(err.detail, words));
    fixture_read(fixture->store, read_journal, &after);
    assert_memory_equal(&before, &after, sizeof before);
}

static void test_a_database_of_a_newer_version_is_refused(void **state)
{
    check_refused(*state, note_newer, "newer version");
}

static void test_a_half_migrated_database_is_refused_and_what_to_do_is_said(void **state)
{
    check_refused(*state, note_half, "stopped behind step 0 of");
}

/* ---- A set of the test's own, in what the dialects have in common. ---- */

static const char *const first[] = {"CREATE TABLE guests (guest_name VARCHAR(32) NOT NULL)",
                                    "INSERT INTO guests (guest_name) VALUES ('Ada')"};
static const char *const second[] = {"ALTER TABLE guests ADD seat NUMERIC(9)", "UPDATE guests SET seat = 7"};
static const char *const broken[] = {"ALTER TABLE guests ADD seat NUMERIC(9)", "UPDATE nobody SET seat = 7"};

static const struct ic_migration good_set[] = {{1, "guests", first, 2}, {2, "seats", second, 2}};
static const struct ic_migration broken_set[] = {{1, "guests", first, 2}, {2, "seats", broken, 2}};

/* Brings the database to the set's state; it is destroyed. */
static enum ic_rc upgrade(struct ic_database *database, const struct ic_migration *set, int count, struct ic_err *err)
{
    static int64_t now = 1763474400000; /* A backup has the name of its moment. */
    int version = 0;
    database->migrations = set;
    database->migration_count = count;
    enum ic_rc rc = ic_migrate(database, now++, &version, err);
    assert_true(rc || version == count);
    database->destroy(database);
    return rc;
}

/* Whether a statement that changes nothing goes well: what it names is there. */
static bool runs(struct fixture *fixture, const char *sql, bool *ret_ddl_commits)
{
    struct ic_database *database = fixture->engine->open();
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = database->open(database, true, &connection, &err);
    must(!rc, err.detail);
    bool is_good = connection->driver->begin(connection, true) == IC_DRIVER_OK &&
                   connection->driver->execute(connection, sql) == IC_DRIVER_OK;
    *ret_ddl_commits = connection->driver->ddl_commits;
    connection->driver->rollback(connection);
    connection->driver->close(connection);
    database->destroy(database);
    return is_good;
}

static void test_an_older_database_is_upgraded_with_its_data(void **state)
{
    struct fixture *fixture = *state;
    struct ic_err err = IC_ERR_NONE;
    bool ddl_commits;
    assert_int_equal(upgrade(fixture->engine->open(), good_set, 1, &err), IC_OK);
    assert_false(runs(fixture, "UPDATE guests SET seat = 7", &ddl_commits));
    assert_int_equal(upgrade(fixture->engine->open(), good_set, 2, &err), IC_OK);
    assert_true(runs(fixture, "UPDATE guests SET seat = 8", &ddl_commits));
    assert_int_equal(upgrade(fixture->engine->open(), good_set, 1, &err), IC_CONFLICT);
}

static void test_a_migration_that_fails_leaves_the_older_schema_or_is_not_gone_on_from(void **state)
{
    struct fixture *fixture = *state;
    struct ic_err err = IC_ERR_NONE;
    bool ddl_commits;
    assert_int_equal(upgrade(fixture->engine->open(), good_set, 1, &err), IC_OK);
    assert_int_equal(upgrade(fixture->engine->open(), broken_set, 2, &err), IC_INTERNAL);
    assert_non_null(strstr(err.detail, "Migration 0002_seats, statement 2"));
    bool has_seat = runs(fixture, "UPDATE guests SET seat = 7", &ddl_commits);
    assert_true(has_seat == ddl_commits);
    err = IC_ERR_NONE;
    assert_int_equal(upgrade(fixture->engine->open(), good_set, 2, &err), ddl_commits ? IC_CONFLICT : IC_OK);
}

static void test_a_line_cut_at_any_call_of_a_migration_leaves_whole_steps_and_no_doubt(void **state)
{
    enum { CALLS_MAX = 200, CALLS_LEAST = 10 };
    struct fixture *fixture = *state;
    struct proxy *proxy = proxy_create(fixture->engine);
    int call = 0;
    for (bool is_done = true; is_done && call < CALLS_MAX; call++) {
        struct ic_err err = IC_ERR_NONE;
        bool ddl_commits;
        fixture->engine->make();
        proxy_arm(proxy, HARM_CUT, true, call);
        enum ic_rc rc = upgrade(proxy_open(proxy), good_set, 2, &err);
        is_done = proxy_disarm(proxy);
        assert_true(rc == IC_UNAVAILABLE || !is_done || rc == IC_OK);
        err = IC_ERR_NONE;
        rc = upgrade(fixture->engine->open(), good_set, 2, &err);
        bool is_whole = runs(fixture, "UPDATE guests SET seat = 8", &ddl_commits);
        /* Where a step commits, the journal tells that it is not known how far it went. */
        assert_true(rc == IC_OK ? is_whole : rc == IC_CONFLICT && ddl_commits);
        assert_true(rc == IC_OK || strstr(err.detail, "stopped behind step"));
    }
    proxy_destroy(proxy);
    print_message("# cut at each of %d calls\n", call - 1);
    assert_true(call - 1 >= CALLS_LEAST);
}

/* ---- What the product's own do to data. ---- */

/* What the first release could have: two targets that are excluded, one that was lifted as far as it knew, and one that
 * is free. */
static const char *const first_release_data[] = {
    "INSERT INTO operators (opr_id, opr_email, opr_email_folded, opr_name, opr_name_folded, opr_status, role, "
    "time_zone, "
    "created_at, last_activity) VALUES ('OPR-00000001', 'a@b', 'a@b', 'Anna', 'anna', 'offline', 'owner', 'UTC', 1, 1)",
    "INSERT INTO targets (tar_id, tar_number, tar_username, tar_status, last_updated, email_state, phone_num_state, "
    "cont_source_state) VALUES ('TAR-00000001', 1, 'was.warm', 'Excluded', 5, 'Not Searched', 'Not Searched', "
    "'Not Searched')",
    "INSERT INTO targets (tar_id, tar_number, tar_username, tar_status, last_updated, email_state, phone_num_state, "
    "cont_source_state) VALUES ('TAR-00000002', 2, 'free', 'Warm', 5, 'Not Searched', 'Not Searched', 'Not Searched')",
    "INSERT INTO event_logs (elg_id, log_position, event_number, event_type, opr_id, tar_id, status_before, "
    "status_after, "
    "created_at, received_at) VALUES ('ELG-0000000001', 1, 1, 'Tar Exception Toggle', 'OPR-00000001', 'TAR-00000001', "
    "'Replied', 'Excluded', 3000, 3000)",
    "INSERT INTO event_logs (elg_id, log_position, event_number, event_type, opr_id, tar_id, status_before, "
    "status_after, "
    "created_at, received_at) VALUES ('ELG-0000000002', 2, 2, 'Tar Exception Toggle', 'OPR-00000001', 'TAR-00000001', "
    "'Warm', 'Excluded', 4000, 4000)",
    "INSERT INTO event_logs (elg_id, log_position, event_number, event_type, opr_id, tar_id, created_at, received_at) "
    "VALUES ('ELG-0000000003', 3, 3, 'Outreach', 'OPR-00000001', 'TAR-00000001', 5000, 5000)",
    "INSERT INTO operations (op_id, op_hash, elg_id, received_at) VALUES ('0190a5e0-7c00-7abc-8def-0123456789ab', "
    "'f13aad3da22d6c9e619dda3bb10cf06a7b96533fb7cb9e3f9b446a83a232070a', 'ELG-0000000003', 5000)",
};

/* Makes the database one of the first release's, with that data. */
static void make_first_release(struct fixture *fixture)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_connection *connection = NULL;
    int version = 0;
    struct ic_database *database = fixture->engine->open();
    database->migration_count = 1;
    must(!ic_migrate(database, 1763474400000, &version, &err), err.detail);
    must(!database->open(database, true, &connection, &err), err.detail);
    const struct ic_driver *driver = connection->driver;
    must(driver->begin(connection, true) == IC_DRIVER_OK, "begin");
    for (size_t i = 0; i < sizeof first_release_data / sizeof first_release_data[0]; i++) {
        must(driver->execute(connection, first_release_data[i]) == IC_DRIVER_OK, driver->message(connection));
    }
    must(driver->commit(connection) == IC_DRIVER_OK, "commit");
    driver->close(connection);
    database->destroy(database);
}

struct upgraded {
    struct fixture *fixture;
    struct ic_target excluded;
    struct ic_target free;
    struct ic_suppression suppressions[2];
    struct ic_known_operation operation;
};

static enum ic_rc look_at_upgraded(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct upgraded *upgraded = context;
    const struct ic_id ids[] = {{"TAR-00000001"}, {"TAR-00000002"}};
    const struct ic_handle handles[] = {{"was.warm"}, {"free"}};
    const struct ic_op_id op_id = {"0190a5e0-7c00-7abc-8def-0123456789ab"};
    struct ic_arena *arena = upgraded->fixture->arena;
    enum ic_rc rc = ic_store_target_get(tx, &ids[0], arena, &upgraded->excluded, err);
    if (!rc) {
        rc = ic_store_target_get(tx, &ids[1], arena, &upgraded->free, err);
    }
    if (!rc) {
        rc = ic_store_suppressions_find(tx, handles, 2, arena, upgraded->suppressions, err);
    }
    return rc ? rc : ic_store_operations_find(tx, &op_id, 1, &upgraded->operation, err);
}

static void test_who_was_excluded_in_the_first_release_is_suppressed_and_has_a_stage(void **state)
{
    struct fixture *fixture = *state;
    struct upgraded upgraded = {.fixture = fixture};
    make_first_release(fixture);
    fixture->store = fixture_open_store(fixture);
    assert_int_equal(ic_store_schema_version(fixture->store), IC_MIGRATION_COUNT);
    fixture_read(fixture->store, look_at_upgraded, &upgraded);
    assert_int_equal(upgraded.excluded.tar_status, IC_TARGET_STATUS_EXCLUDED);
    assert_int_equal(upgraded.excluded.stage, IC_TARGET_STATUS_WARM);
    assert_int_equal(upgraded.free.tar_status, IC_TARGET_STATUS_WARM);
    assert_true(ic_id_is_empty(&upgraded.free.merged_into));
    assert_int_equal(upgraded.free.hybrid_time, 0);
    assert_true(upgraded.suppressions[0].exclusion.is_excluded);
    assert_string_equal(upgraded.suppressions[0].elg_id.text, "ELG-0000000002");
    assert_int_equal(upgraded.suppressions[0].changed_at, 4000);
    assert_int_equal(upgraded.suppressions[0].exclusion.stamp.hybrid_time, 4000 * 1024 + 1);
    assert_false(upgraded.suppressions[1].is_there);
    assert_true(upgraded.operation.is_known);
    assert_string_equal(upgraded.operation.ids.elg_id.text, "ELG-0000000003");
}

int run_migrations(void)
{
    const struct CMUnitTest migrations[] = {
        claim(test_the_journal_ends_with_the_number_that_every_engine_ends_with, fixture_one),
        claim(test_opening_a_database_again_finds_what_was_put_in, fixture_one),
        claim(test_eight_who_open_a_fresh_database_at_once_all_get_it, fixture_empty),
        claim(test_a_database_of_a_newer_version_is_refused, fixture_one),
        claim(test_a_half_migrated_database_is_refused_and_what_to_do_is_said, fixture_one),
        claim(test_an_older_database_is_upgraded_with_its_data, fixture_empty),
        claim(test_who_was_excluded_in_the_first_release_is_suppressed_and_has_a_stage, fixture_empty),
        claim(test_a_migration_that_fails_leaves_the_older_schema_or_is_not_gone_on_from, fixture_empty),
        claim(test_a_line_cut_at_any_call_of_a_migration_leaves_whole_steps_and_no_doubt, fixture_empty),
    };
    return run_claims(migrations);
}
