/* What the second version of the ledger adds to the outbox. */
#include "agent/ledger.h"
#include "agent/ledger_schema.h"
#include "sync/hybrid_time.h"

#include "scratch.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BEGINNING INT64_C(1800000000000)

static struct ic_path folder, path;
static struct ic_arena *arena;
static struct ic_ledger *ledger;
static struct ic_clock clock_of_test;
static int64_t now_ms, monotonic_ms;

static int64_t read_now(void *context)
{
    (void)context;
    return now_ms;
}

static int64_t read_monotonic(void *context)
{
    (void)context;
    return monotonic_ms;
}

static void open_ledger(void)
{
    ic_ledger_destroy(ledger);
    ledger = NULL;
    assert_int_equal(ic_ledger_create(&path, &clock_of_test, &ledger, NULL), IC_OK);
}

static int setup(void **state)
{
    (void)state;
    scratch_create(&folder);
    path = scratch_join(&folder, "ledger.db");
    arena = ic_arena_create(64 << 20);
    clock_of_test = (struct ic_clock){.now_ms = read_now, .monotonic_ms = read_monotonic, .boot_id = "boot-1"};
    now_ms = BEGINNING;
    monotonic_ms = 5000;
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ic_ledger_destroy(ledger);
    ledger = NULL;
    ic_arena_destroy(arena);
    scratch_remove(&folder);
    return 0;
}

static struct ic_operation of_kind(unsigned number, enum ic_operation_kind kind, const char *tar_username)
{
    struct ic_operation operation = scratch_operation(number, "hello");
    operation.kind = kind;
    assert_true(ic_handle_parse(ic_str_from(tar_username), &operation.tar_username));
    return operation;
}

static void put(const struct ic_operation *operation)
{
    bool duplicate;
    assert_int_equal(ic_ledger_put(ledger, operation, &duplicate, NULL), IC_OK);
    assert_false(duplicate);
}

static struct ic_ledger_batch pending(struct ic_features features)
{
    struct ic_ledger_batch batch;
    assert_int_equal(ic_ledger_list_pending(ledger, features, 100, 1 << 20, arena, &batch, NULL), IC_OK);
    return batch;
}

static int64_t hybrid_time_of(struct ic_str encoded)
{
    json_t *object;
    struct ic_operation read;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_json_parse(encoded, "test", arena, &object, &err), IC_OK);
    assert_int_equal(ic_operation_decode(object, &read, &err), IC_OK);
    return read.hybrid_time;
}

/* The server said so much, `ahead_ms` ago by this machine's clock. */
static void hear(struct ic_features features, int64_t server_time)
{
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_heard heard = {.server_time = server_time,
                             .monotonic_ms = monotonic_ms,
                             .clock_ahead_ms = now_ms - server_time,
                             .features = features};
    struct ic_ledger_settlement settlement = {.link = &link, .heard = &heard};
    assert_int_equal(ic_ledger_settle(ledger, &settlement, NULL), IC_OK);
}

static void reject(unsigned number)
{
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_push_result result = {.op_id = scratch_operation(number, "").op_id,
                                    .outcome = IC_OPERATION_OUTCOME_REJECTED,
                                    .problem = {.code = IC_STR("op_conflict"), .detail = IC_STR("No.")}};
    struct ic_ledger_settlement settlement = {.results = &result, .count = 1, .link = &link};
    assert_int_equal(ic_ledger_settle(ledger, &settlement, NULL), IC_OK);
}

static void test_a_ledger_of_version_one_comes_with_all_that_it_holds(void **state)
{
    (void)state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path.text, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, ic_ledger_schema_step(1), NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(
            db,
            "INSERT INTO outbox (op_id, op_hash, operation, state, code, detail, created_at) VALUES"
            " ('0190a5e0-7c00-7abc-8def-000000000001', 'h', '{\"op_id\":\"0190a5e0-7c00-7abc-8def-000000000001\","
            "\"kind\":\"outreach\",\"act_username\":\"a\",\"tar_username\":\"b.c\",\"thread_id\":\"t\","
            "\"sent_at\":1}', 'pending', NULL, NULL, 1),"
            " ('0190a5e0-7c00-7abc-8def-000000000002', 'h', '{}', 'rejected', 'op_conflict', 'No.', 1);"
            "UPDATE link SET state = 1, device_id = 'DEV-0123ABCD', last_push_at = 7;"
            "PRAGMA user_version = 1",
            NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    open_ledger();
    struct ic_ledger_summary summary;
    assert_int_equal(ic_ledger_get_summary(ledger, &summary, NULL), IC_OK);
    assert_int_equal(summary.pending, 1);
    assert_int_equal(summary.rejected, 1);
    assert_string_equal(summary.link.device_id.text, "DEV-0123ABCD");
    assert_int_equal(summary.link.last_push_at, 7);
    struct ic_ledger_batch batch = pending(ic_features_all());
    assert_int_equal(batch.count, 1);
    assert_int_equal(batch.ages_ms[0], -1);
    assert_int_equal(ic_ledger_check(ledger, NULL), IC_OK);
}

static void test_ages_are_told_by_a_clock_that_does_not_jump_within_one_boot(void **state)
{
    (void)state;
    open_ledger();
    struct ic_operation first = scratch_operation(1, "hello"), second = scratch_operation(2, "hello");
    put(&first);
    monotonic_ms += 1500;
    now_ms -= 24 * 60 * 60 * 1000; /* Somebody sets the clock. */
    put(&second);
    monotonic_ms += 200;
    struct ic_ledger_batch batch = pending(ic_features_all());
    assert_int_equal(batch.ages_ms[0], 1700);
    assert_int_equal(batch.ages_ms[1], 200);
    clock_of_test.boot_id = "boot-2";
    assert_int_equal(pending(ic_features_all()).ages_ms[0], -1);
}

static void test_a_message_has_a_hybrid_time_where_the_server_takes_one_and_keeps_its_bytes(void **state)
{
    (void)state;
    open_ledger();
    struct ic_operation first = scratch_operation(1, "hello"), second = scratch_operation(2, "hello");
    put(&first);
    hear(ic_features_all(), now_ms);
    put(&second);
    struct ic_ledger_batch batch = pending(ic_features_all());
    assert_int_equal(hybrid_time_of(batch.operations[0]), 0);
    assert_int_equal(ic_hybrid_time_ms(hybrid_time_of(batch.operations[1])), now_ms);
    /* The extension sends it again, without: it is the same. */
    bool duplicate = false;
    assert_int_equal(ic_ledger_put(ledger, &second, &duplicate, NULL), IC_OK);
    assert_true(duplicate);
}

static void test_hybrid_times_grow_whatever_the_clock_does_and_follow_the_servers(void **state)
{
    (void)state;
    int64_t last = 0;
    now_ms = BEGINNING + 24 * 60 * 60 * 1000;
    open_ledger();
    hear(ic_features_all(), BEGINNING); /* This machine's clock is a day ahead. */
    for (unsigned i = 1; i <= 20; i++) {
        struct ic_operation operation = of_kind(i, IC_OPERATION_KIND_EXCLUDE, "a_prospect");
        put(&operation);
        now_ms += i % 2 ? -7200000 : 3600000;
        monotonic_ms += i % 3;
        open_ledger();
    }
    struct ic_ledger_batch batch = pending(ic_features_all());
    for (size_t i = 0; i < batch.count; i++) {
        int64_t time = hybrid_time_of(batch.operations[i]);
        assert_true(time > last);
        assert_in_range(ic_hybrid_time_ms(time), BEGINNING, BEGINNING + 1000);
        last = time;
    }
}

static void test_what_an_older_server_does_not_understand_waits_with_what_follows_for_the_same_target(void **state)
{
    (void)state;
    open_ledger();
    struct ic_operation operations[] = {
        of_kind(1, IC_OPERATION_KIND_OUTREACH, "one"), of_kind(2, IC_OPERATION_KIND_EXCLUDE, "one"),
        of_kind(3, IC_OPERATION_KIND_OUTREACH, "one"), of_kind(4, IC_OPERATION_KIND_OUTREACH, "two")};
    for (size_t i = 0; i < 4; i++) {
        put(&operations[i]);
    }
    struct ic_ledger_batch batch = pending((struct ic_features){.bits = 0});
    assert_int_equal(batch.count, 2);
    assert_string_equal(batch.op_ids[0].text, operations[0].op_id.text);
    assert_string_equal(batch.op_ids[1].text, operations[3].op_id.text);
    assert_int_equal(pending(ic_features_all()).count, 4);
}

static void test_a_person_tries_a_rejected_operation_again_or_dismisses_it(void **state)
{
    (void)state;
    int64_t count = 0;
    open_ledger();
    for (unsigned i = 1; i <= 4; i++) {
        struct ic_operation operation = scratch_operation(i, "hello");
        put(&operation);
    }
    reject(1);
    reject(2);
    reject(3);
    struct ic_op_id first = scratch_operation(1, "").op_id, pending_one = scratch_operation(4, "").op_id;
    assert_int_equal(ic_ledger_move_rejected(ledger, IC_MOVE_TRY_AGAIN, &first, &count, NULL), IC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(ic_ledger_move_rejected(ledger, IC_MOVE_DISMISS, &pending_one, &count, NULL), IC_OK);
    assert_int_equal(count, 0);
    assert_int_equal(pending(ic_features_all()).count, 2);
    assert_int_equal(ic_ledger_move_rejected(ledger, IC_MOVE_DISMISS, NULL, &count, NULL), IC_OK);
    assert_int_equal(count, 2);
    assert_int_equal(pending(ic_features_all()).count, 2);
    assert_int_not_equal(ic_ledger_move_rejected(ledger, IC_MOVE_ACKNOWLEDGE, NULL, &count, NULL), IC_OK);
}

static bool count_entry(void *context, const struct ic_ledger_entry *entry)
{
    int *count = context;
    assert_int_equal(entry->state, *count == 0 ? IC_STATE_REJECTED : IC_STATE_PENDING);
    return ++*count < 300;
}

static void test_every_operation_is_shown_in_the_order_of_capture(void **state)
{
    (void)state;
    int count = 0;
    open_ledger();
    for (unsigned i = 1; i <= 250; i++) {
        struct ic_operation operation = scratch_operation(i, "hello");
        put(&operation);
    }
    reject(1);
    assert_int_equal(ic_ledger_each(ledger, count_entry, &count, NULL), IC_OK);
    assert_int_equal(count, 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_ledger_of_version_one_comes_with_all_that_it_holds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ages_are_told_by_a_clock_that_does_not_jump_within_one_boot, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_message_has_a_hybrid_time_where_the_server_takes_one_and_keeps_its_bytes,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_hybrid_times_grow_whatever_the_clock_does_and_follow_the_servers, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            test_what_an_older_server_does_not_understand_waits_with_what_follows_for_the_same_target, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_person_tries_a_rejected_operation_again_or_dismisses_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_every_operation_is_shown_in_the_order_of_capture, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
