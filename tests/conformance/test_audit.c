/* The audit's chain: everything that a transaction adds is sealed by an entry of it, and whatever somebody does to the
 * database past the program is found: in the entries, in the events that they seal, in the middle and at the end. */
#include "claims.h"
#include "desks.h"
#include "store/audit_check.h"
#include "store/audit_digest.h"
#include "store/audit_seal.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { FAULTS_SIZE = 8192, SQL_SIZE = 512 };

/* ---- What is checked. ---- */

struct checking {
    struct ic_audit_check check;
    struct ic_audit_report report;
    char faults[FAULTS_SIZE]; /* A line each. */
};

static void note_fault(void *context, const char *fault)
{
    struct checking *checking = context;
    size_t size = strlen(checking->faults);
    (void)snprintf(checking->faults + size, sizeof checking->faults - size, "%s\n", fault);
}

static enum ic_rc run_check(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct checking *checking = context;
    return ic_store_audit_check(tx, &checking->check, &checking->report, err);
}

/* Checks, with the head that was kept (NULL: none was). */
static struct checking check_audit(struct fixture *fixture, const struct ic_audit_head *kept)
{
    struct checking checking = {.check = {.tell = note_fault}};
    checking.check.context = &checking;
    if (kept) {
        checking.check.heads[checking.check.head_count++] = *kept;
    }
    fixture_read(fixture->store, run_check, &checking);
    return checking;
}

static void assert_whole(const struct checking *checking)
{
    assert_string_equal(checking->faults, "");
    assert_int_equal(checking->report.fault_count, 0);
}

static void assert_told(const struct checking *checking, const char *fault)
{
    if (!strstr(checking->faults, fault)) {
        print_error("Not told: %s\nbut:\n%s", fault, checking->faults);
    }
    assert_non_null(strstr(checking->faults, fault));
    assert_true(checking->report.fault_count > 0);
}

/* ---- What somebody does past the program. ---- */

static void tamper(struct fixture *fixture, const char *const *statements)
{
    struct ic_database *database = fixture->engine->open();
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(database->open(database, true, &connection, &err), IC_OK);
    const struct ic_driver *driver = connection->driver;
    assert_int_equal(driver->begin(connection, true), IC_DRIVER_OK);
    for (size_t i = 0; statements[i]; i++) {
        enum ic_driver_rc rc = driver->execute(connection, statements[i]);
        if (rc != IC_DRIVER_OK) {
            print_error("%s: %s\n", statements[i], driver->message(connection));
        }
        assert_int_equal(rc, IC_DRIVER_OK);
    }
    assert_int_equal(driver->commit(connection), IC_DRIVER_OK);
    driver->close(connection);
    database->destroy(database);
}

#define tamper_with(fixture, ...) tamper(fixture, (const char *const[]){__VA_ARGS__, NULL})

/* ---- What there is to be tampered with. ---- */

static enum ic_rc record_deed(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct ic_audit_entry entry = {
        .recorded_at = 7000,
        .action = IC_STR("role_changed"),
        .known_by = IC_STR("browser"),
        .opr_id = *(const struct ic_id *)context,
        .address = IC_STR("192.0.2.1"),
        .object_id = IC_STR("OPR-00000001"),
        .value_before = IC_STR("{\"role\":\"viewer\"}"),
        .value_after = IC_STR("{\"role\":\"admin\"}"),
    };
    return ic_store_audit_append(tx, &entry, err);
}

struct scene {
    struct desks desks;
    struct ic_outreach_ids message;
    struct ic_outreach_ids edit;
    struct ic_audit_head head;
};

/* A message, an edit, a renaming and a merge, each with its entry; and deeds without events. */
static struct scene begin_scene(struct fixture *fixture)
{
    struct scene scene = {.desks = desks_begin(fixture)};
    scene.message = desks_message(&scene.desks, "anna.one", 5000);
    struct ic_outreach_ids berta = desks_message(&scene.desks, "berta", 5100);
    struct ic_edit notes = desks_set(&scene.desks, 0, "anna.one", IC_TARGET_FIELD_NOTES, "likes boats", 10);
    scene.edit = desks_write(&scene.desks, &notes);
    struct ic_edit email = desks_set(&scene.desks, 1, "anna.one", IC_TARGET_FIELD_EMAIL, "anna@example.org", 11);
    desks_write(&scene.desks, &email);
    assert_int_equal(desks_rename(&scene.desks, "anna.one", "anna.two"), IC_OK);
    assert_int_equal(desks_merge(&scene.desks, &scene.message.tar_id, &berta.tar_id), IC_OK);
    fixture_write(fixture->store, record_deed, &scene.desks.owner);
    fixture_write(fixture->store, record_deed, &scene.desks.owner);
    struct checking checking = check_audit(fixture, NULL);
    assert_whole(&checking);
    scene.head = checking.report.head;
    assert_int_equal(scene.head.audit_number, checking.report.entry_count);
    assert_true(scene.head.audit_number >= 9);
    assert_int_equal(checking.report.sealed_count, fixture_look(fixture->store).totals.logs);
    return scene;
}

static void test_what_nobody_has_touched_is_whole(void **state)
{
    struct scene scene = begin_scene(*state);
    struct checking checking = check_audit(*state, &scene.head);
    assert_whole(&checking);
    assert_int_equal(checking.report.unsealed_count, 0);
}

/* ---- Entries. ---- */

static void test_an_entry_that_was_removed_is_missed(void **state)
{
    struct scene scene = begin_scene(*state);
    tamper_with(*state, "DELETE FROM audit_entries WHERE audit_number = 4");
    struct checking checking = check_audit(*state, NULL);
    assert_told(&checking, "Entry 4 was removed.");
    tamper_with(*state, "DELETE FROM audit_entries WHERE audit_number IN (5, 6)");
    checking = check_audit(*state, &scene.head);
    assert_told(&checking, "Entries 4 to 6 were removed.");
}

static void test_the_first_entry_is_missed_too(void **state)
{
    begin_scene(*state);
    tamper_with(*state, "DELETE FROM audit_entries WHERE audit_number = 1");
    struct checking checking = check_audit(*state, NULL);
    assert_told(&checking, "Entry 1 was removed.");
}

static void test_the_last_entries_are_missed_by_the_head_that_was_kept(void **state)
{
    struct scene scene = begin_scene(*state);
    char sql[SQL_SIZE];
    char told[SQL_SIZE];
    (void)snprintf(sql, sizeof sql, "DELETE FROM audit_entries WHERE audit_number > %" PRId64,
                   scene.head.audit_number - 2);
    tamper_with(*state, sql);
    struct checking checking = check_audit(*state, NULL);
    assert_whole(&checking); /* Nothing in the database can tell. */
    checking = check_audit(*state, &scene.head);
    (void)snprintf(told, sizeof told, "Entries %" PRId64 " to %" PRId64 " were removed from the end.",
                   scene.head.audit_number - 1, scene.head.audit_number);
    assert_told(&checking, told);
    /* Nor do others in their place help. */
    fixture_write(((struct fixture *)*state)->store, record_deed, &scene.desks.devices[0]);
    fixture_write(((struct fixture *)*state)->store, record_deed, &scene.desks.devices[0]);
    checking = check_audit(*state, &scene.head);
    (void)snprintf(told, sizeof told, "Entry %" PRId64 " is not the one that was kept", scene.head.audit_number);
    assert_told(&checking, told);
}

static void test_a_seal_that_went_with_the_last_entry_leaves_its_events_without_one(void **state)
{
    struct scene scene = begin_scene(*state);
    char sql[SQL_SIZE];
    (void)snprintf(sql, sizeof sql, "DELETE FROM audit_entries WHERE audit_number > %" PRId64,
                   scene.head.audit_number - 3);
    tamper_with(*state, sql);
    struct checking checking = check_audit(*state, NULL);
    assert_told(&checking, "is in no entry.");
    assert_int_equal(checking.report.fault_count, 2); /* A merge adds two events. */
}

/* Every column of an entry is in its hash. */
static void test_an_entry_is_told_whatever_of_it_was_altered(void **state)
{
    static const char *const assignments[] = {
        "recorded_at = 7001",
        "action = 'signed_in'",
        "known_by = 'command'",
        "opr_id = 'OPR-FFFFFFFF'",
        "opr_id = NULL",
        "device_id = 'DEV-FFFFFFFF'",
        "token_id = 'TOK-FFFFFFFF'",
        "address = '192.0.2.2'",
        "address = NULL",
        "object_id = 'OPR-00000002'",
        "value_before = '{\"role\":\"owner\"}'",
        "value_after = '{\"role\":\"viewer\"}'",
        "value_before = NULL",
        "sealed_events = 'ELG-0000000000'",
        "unsealed_count = 1",
        "previous_hash = '0000000000000000000000000000000000000000000000000000000000000000'",
        "entry_hash = '0000000000000000000000000000000000000000000000000000000000000000'",
    };
    struct scene scene = begin_scene(*state);
    char sql[SQL_SIZE];
    char told[SQL_SIZE];
    (void)snprintf(told, sizeof told, "Entry %" PRId64 " was altered.", scene.head.audit_number);
    for (size_t i = 0; i < sizeof assignments / sizeof assignments[0]; i++) {
        (void)snprintf(sql, sizeof sql, "UPDATE audit_entries SET %s WHERE audit_number = %" PRId64, assignments[i],
                       scene.head.audit_number);
        tamper_with(*state, sql);
        struct checking checking = check_audit(*state, NULL);
        assert_told(&checking, told);
        (void)snprintf(sql, sizeof sql, "DELETE FROM audit_entries WHERE audit_number = %" PRId64,
                       scene.head.audit_number);
        tamper_with(*state, sql);
        fixture_write(((struct fixture *)*state)->store, record_deed, &scene.desks.owner);
        checking = check_audit(*state, &scene.head);
        assert_whole(&checking); /* The same deed at the same place is the same entry. */
    }
}

static void test_entries_that_were_exchanged_are_told(void **state)
{
    begin_scene(*state);
    tamper_with(*state, "UPDATE audit_entries SET audit_number = 1000 WHERE audit_number = 3",
                "UPDATE audit_entries SET audit_number = 3 WHERE audit_number = 4",
                "UPDATE audit_entries SET audit_number = 4 WHERE audit_number = 1000");
    struct checking checking = check_audit(*state, NULL);
    assert_told(&checking, "Entry 3 was altered.");
    assert_told(&checking, "Entry 4 was altered.");
    assert_told(&checking, "Entry 4 does not follow from entry 3");
}

static void test_an_entry_that_was_put_in_or_appended_past_the_program_is_told(void **state)
{
    struct scene scene = begin_scene(*state);
    char sql[SQL_SIZE];
    char told[SQL_SIZE];
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO audit_entries (audit_number, recorded_at, action, known_by, unsealed_count, "
                   "previous_hash, entry_hash) SELECT audit_number + 1, recorded_at, action, known_by, 0, entry_hash, "
                   "entry_hash FROM audit_entries WHERE audit_number = %" PRId64,
                   scene.head.audit_number);
    tamper_with(*state, sql);
    struct checking checking = check_audit(*state, &scene.head);
    (void)snprintf(told, sizeof told, "Entry %" PRId64 " was altered.", scene.head.audit_number + 1);
    assert_told(&checking, told);
}

/* ---- Whoever knows how the hash is made. ---- */

struct forging {
    int64_t audit_number;
    struct ic_hash hash;
};

static enum ic_rc run_forge(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct forging *forging = context;
    struct ic_arena *arena = ic_arena_create(1 << 20);
    const struct ic_audit_query asked = {.is_oldest_first = true, .behind = forging->audit_number - 1, .limit = 1};
    struct ic_audit_list list;
    struct ic_buf scratch;
    ic_buf_init(&scratch, IC_AUDIT_ENCODING_BYTES_MAX);
    enum ic_rc rc = ic_store_audit_list(tx, &asked, arena, &list, err);
    if (!rc) {
        rc = ic_audit_hash_entry(&list.items[0], &scratch, &forging->hash, err);
    }
    ic_buf_release(&scratch);
    ic_arena_destroy(arena);
    return rc;
}

/* Alters an entry and gives it the hash that it would have. */
static void forge(struct fixture *fixture, int64_t audit_number)
{
    struct forging forging = {.audit_number = audit_number};
    char sql[SQL_SIZE];
    (void)snprintf(sql, sizeof sql, "UPDATE audit_entries SET address = '192.0.2.99' WHERE audit_number = %" PRId64,
                   audit_number);
    tamper_with(fixture, sql);
    fixture_read(fixture->store, run_forge, &forging);
    (void)snprintf(sql, sizeof sql, "UPDATE audit_entries SET entry_hash = '%s' WHERE audit_number = %" PRId64,
                   forging.hash.text, audit_number);
    tamper_with(fixture, sql);
}

static void test_a_forged_hash_is_told_by_the_next_entry_or_by_the_head_that_was_kept(void **state)
{
    struct scene scene = begin_scene(*state);
    char told[SQL_SIZE];
    forge(*state, scene.head.audit_number);
    struct checking checking = check_audit(*state, NULL);
    assert_whole(&checking); /* This is what a kept head is for. */
    checking = check_audit(*state, &scene.head);
    (void)snprintf(told, sizeof told, "Entry %" PRId64 " is not the one that was kept", scene.head.audit_number);
    assert_told(&checking, told);
    forge(*state, 4);
    checking = check_audit(*state, NULL);
    assert_told(&checking, "Entry 5 does not follow from entry 4");
}

/* ---- Events. ---- */

static void test_an_event_is_told_whatever_of_it_was_altered(void **state)
{
    static const char *const statements[] = {
        "UPDATE event_logs SET details = 'something else' WHERE elg_id = '%s'",
        "UPDATE event_logs SET created_at = created_at - 1 WHERE elg_id = '%s'",
        "UPDATE event_logs SET received_at = received_at + 1 WHERE elg_id = '%s'",
        "UPDATE event_logs SET event_type = 'System' WHERE elg_id = '%s'",
        "UPDATE event_logs SET act_id = NULL WHERE elg_id = '%s'",
        "UPDATE event_logs SET log_position = log_position + 1 WHERE elg_id = '%s'",
        "UPDATE event_logs SET status_after = 'Paid' WHERE elg_id = '%s'",
        "UPDATE event_logs SET tar_id = (SELECT tar_id FROM targets WHERE tar_username = 'berta') WHERE elg_id = "
        "'%s'",
        "UPDATE outreach_logs SET message_text = 'I never said that' WHERE elg_id = '%s'",
        "UPDATE outreach_logs SET message_preview = 'I never said that' WHERE elg_id = '%s'",
        "UPDATE outreach_logs SET message_characters = 1 WHERE elg_id = '%s'",
        "UPDATE outreach_logs SET sent_at = sent_at + 1 WHERE elg_id = '%s'",
        "UPDATE outreach_logs SET thread_id = 'another' WHERE elg_id = '%s'",
        "DELETE FROM outreach_logs WHERE elg_id = '%s'",
    };
    struct fixture *fixture = *state;
    struct scene scene = begin_scene(fixture);
    char sql[SQL_SIZE];
    char told[SQL_SIZE];
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        struct ic_outreach_ids message = desks_message(&scene.desks, "clara", 6000 + (int64_t)i);
        struct checking checking = check_audit(fixture, NULL);
        int64_t faults_before = checking.report.fault_count;
        (void)snprintf(told, sizeof told, "Event %s", message.elg_id.text);
        assert_null(strstr(checking.faults, told));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(sql, sizeof sql, statements[i], message.elg_id.text);
#pragma GCC diagnostic pop
        tamper_with(fixture, sql);
        checking = check_audit(fixture, NULL);
        assert_told(&checking, told);
        assert_int_equal(checking.report.fault_count, faults_before + 1);
    }
}

static void test_a_value_of_a_field_is_told_when_it_was_altered_removed_or_added(void **state)
{
    struct fixture *fixture = *state;
    struct scene scene = begin_scene(fixture);
    char sql[SQL_SIZE];
    char told[SQL_SIZE];
    (void)snprintf(told, sizeof told, "Event %s of entry ", scene.edit.elg_id.text);
    (void)snprintf(sql, sizeof sql, "UPDATE field_history SET value_after = 'hates boats' WHERE elg_id = '%s'",
                   scene.edit.elg_id.text);
    tamper_with(fixture, sql);
    struct checking checking = check_audit(fixture, NULL);
    assert_told(&checking, told);
    (void)snprintf(sql, sizeof sql, "UPDATE field_history SET value_after = 'likes boats' WHERE elg_id = '%s'",
                   scene.edit.elg_id.text);
    tamper_with(fixture, sql);
    checking = check_audit(fixture, &scene.head);
    assert_whole(&checking);
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO field_history (elg_id, field, tar_id, hybrid_time, has_won) SELECT elg_id, 'email', "
                   "tar_id, 12, 1 FROM field_history WHERE elg_id = '%s'",
                   scene.edit.elg_id.text);
    tamper_with(fixture, sql);
    checking = check_audit(fixture, NULL);
    assert_told(&checking, told);
    (void)snprintf(sql, sizeof sql, "DELETE FROM field_history WHERE elg_id = '%s'", scene.edit.elg_id.text);
    tamper_with(fixture, sql);
    checking = check_audit(fixture, NULL);
    assert_told(&checking, told);
}

static void test_an_event_that_was_removed_or_put_in_is_told(void **state)
{
    struct fixture *fixture = *state;
    struct scene scene = begin_scene(fixture);
    const char *elg_id = scene.edit.elg_id.text;
    static const char *const tables[] = {"operations", "changes", "field_history", "outreach_logs", "event_logs"};
    char sql[SQL_SIZE];
    char told[SQL_SIZE];
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        (void)snprintf(sql, sizeof sql, "DELETE FROM %s WHERE elg_id = '%s'", tables[i], elg_id);
        tamper_with(fixture, sql);
    }
    struct checking checking = check_audit(fixture, NULL);
    (void)snprintf(told, sizeof told, "Event %s of entry ", elg_id);
    assert_told(&checking, told);
    assert_told(&checking, "was removed.");
    tamper_with(
        fixture,
        "INSERT INTO event_logs (elg_id, log_position, event_number, event_type, opr_id, details, created_at, "
        "received_at) SELECT 'ELG-forged0000', 1, 999999, 'User', opr_id, 'never happened', 1, 1 FROM operators");
    checking = check_audit(fixture, NULL);
    assert_told(&checking, "Event ELG-forged0000 is in no entry.");
}

/* ---- How it begins, and what is left out. ---- */

static enum ic_rc insert_sample(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    enum ic_rc rc = ic_audit_seal_leave_out(tx, err);
    for (int i = 0; i < 3 && !rc; i++) {
        rc = fixture_insert_event(tx, context, err);
    }
    return rc ? rc : record_deed(tx, context, err);
}

static void test_sample_data_is_counted_and_not_vouched_for(void **state)
{
    struct fixture *fixture = *state;
    struct scene scene = begin_scene(fixture);
    fixture_write(fixture->store, insert_sample, &scene.desks.owner);
    struct checking checking = check_audit(fixture, &scene.head);
    assert_whole(&checking);
    assert_int_equal(checking.report.unsealed_count, 3);
    tamper_with(
        fixture,
        "INSERT INTO event_logs (elg_id, log_position, event_number, event_type, opr_id, details, created_at, "
        "received_at) SELECT 'ELG-forged0000', 1, 999999, 'User', opr_id, 'never happened', 1, 1 FROM operators");
    checking = check_audit(fixture, NULL);
    assert_told(&checking, "4 events are in no entry; there should be 3.");
}

static void test_what_was_there_before_the_chain_is_counted_by_its_first_entry(void **state)
{
    struct fixture *fixture = *state;
    struct scene scene = begin_scene(fixture);
    tamper_with(fixture, "DELETE FROM audit_entries"); /* As a database of an earlier release has none. */
    int64_t before = fixture_look(fixture->store).totals.logs;
    desks_message(&scene.desks, "dora", 9000);
    struct checking checking = check_audit(fixture, NULL);
    assert_whole(&checking);
    assert_int_equal(checking.report.unsealed_count, before);
    assert_int_equal(checking.report.sealed_count, 1);
    assert_int_equal(checking.report.entry_count, 2);
}

/* ---- Many at once. ---- */

struct adding {
    struct fixture *fixture;
    struct ic_id opr_id;
    size_t count;
};

static enum ic_rc insert_events(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct adding *adding = context;
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < adding->count && !rc; i++) {
        rc = fixture_insert_event(tx, &adding->opr_id, err);
    }
    return rc;
}

static void test_more_events_than_an_entry_seals_have_several(void **state)
{
    struct fixture *fixture = *state;
    struct adding adding = {fixture, fixture_owner(fixture->store), IC_AUDIT_SEALED_MAX + 1};
    fixture_write(fixture->store, insert_events, &adding);
    struct checking checking = check_audit(fixture, NULL);
    assert_whole(&checking);
    assert_int_equal(checking.report.entry_count, 3);
    assert_int_equal(checking.report.sealed_count, IC_AUDIT_SEALED_MAX + 1);
}

static enum ic_rc insert_and_fail(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    enum ic_rc rc = insert_events(tx, context, err);
    if (!rc) {
        rc = record_deed(tx, &((struct adding *)context)->opr_id, err);
    }
    return rc ? rc : ic_err_set(err, IC_CODE_CONFLICT, "test", "On second thoughts: no.");
}

static void test_a_deed_that_is_undone_leaves_no_entry(void **state)
{
    struct fixture *fixture = *state;
    struct scene scene = begin_scene(fixture);
    struct adding adding = {fixture, scene.desks.owner, 3};
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_store_write(fixture->store, insert_and_fail, &adding, &err), IC_CONFLICT);
    struct checking checking = check_audit(fixture, &scene.head);
    assert_whole(&checking);
    assert_int_equal(checking.report.head.audit_number, scene.head.audit_number);
}

static void *write_from_thread(void *context)
{
    struct adding *adding = context;
    for (int i = 0; i < 20; i++) {
        fixture_write_patiently(adding->fixture->store, insert_events, adding);
    }
    return NULL;
}

static void *write_from_other_process(void *context)
{
    struct adding *adding = context;
    for (int i = 0; i < 20; i++) {
        fixture_write_patiently(adding->fixture->other, insert_events, adding);
    }
    return NULL;
}

static void test_many_writers_of_two_processes_make_one_chain(void **state)
{
    enum { THREADS = 4 };
    struct fixture *fixture = *state;
    struct adding adding = {fixture, fixture_owner(fixture->store), 2};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(
            pthread_create(&threads[i], NULL, i % 2 ? write_from_thread : write_from_other_process, &adding), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    struct checking checking = check_audit(fixture, NULL);
    assert_whole(&checking);
    assert_int_equal(checking.report.entry_count, 1 + THREADS * 20);
    assert_int_equal(checking.report.sealed_count, THREADS * 20 * 2);
}

int run_audit(void)
{
    const struct CMUnitTest tests[] = {
        claim(test_what_nobody_has_touched_is_whole, fixture_one),
        claim(test_an_entry_that_was_removed_is_missed, fixture_one),
        claim(test_the_first_entry_is_missed_too, fixture_one),
        claim(test_the_last_entries_are_missed_by_the_head_that_was_kept, fixture_one),
        claim(test_a_seal_that_went_with_the_last_entry_leaves_its_events_without_one, fixture_one),
        claim(test_an_entry_is_told_whatever_of_it_was_altered, fixture_one),
        claim(test_entries_that_were_exchanged_are_told, fixture_one),
        claim(test_an_entry_that_was_put_in_or_appended_past_the_program_is_told, fixture_one),
        claim(test_a_forged_hash_is_told_by_the_next_entry_or_by_the_head_that_was_kept, fixture_one),
        claim(test_an_event_is_told_whatever_of_it_was_altered, fixture_one),
        claim(test_a_value_of_a_field_is_told_when_it_was_altered_removed_or_added, fixture_one),
        claim(test_an_event_that_was_removed_or_put_in_is_told, fixture_one),
        claim(test_sample_data_is_counted_and_not_vouched_for, fixture_one),
        claim(test_what_was_there_before_the_chain_is_counted_by_its_first_entry, fixture_one),
        claim(test_more_events_than_an_entry_seals_have_several, fixture_one),
        claim(test_a_deed_that_is_undone_leaves_no_entry, fixture_one),
        claim(test_many_writers_of_two_processes_make_one_chain, fixture_two),
    };
    return run_claims(tests);
}
