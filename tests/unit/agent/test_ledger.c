#include "agent/ledger.h"
#include "agent/replica.h"

#include "scratch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NOBODY = 65534 };

static int syncs;

/* SQLite's way to the disk leads through here: the program's own functions come before the system's. */
int fdatasync(int fd);
int fsync(int fd);

int fdatasync(int fd)
{
    syncs++;
    return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    syncs++;
    return (int)syscall(SYS_fsync, fd);
}

static struct ic_path folder, path;
static struct ic_arena *arena;
static struct ic_clock system_clock;

static int setup(void **state)
{
    (void)state;
    scratch_create(&folder);
    path = scratch_join(&folder, "ledger.db");
    arena = ic_arena_create(64 << 20);
    system_clock = ic_clock_system();
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ic_arena_destroy(arena);
    scratch_remove(&folder);
    return 0;
}

static struct ic_ledger *open_ledger(void)
{
    struct ic_ledger *ledger = NULL;
    struct ic_err err = IC_ERR_NONE;
    if (ic_ledger_create(&path, &system_clock, &ledger, &err) != IC_OK) {
        print_error("%s: %s\n", ic_code_name(err.code), err.detail);
        fail();
    }
    return ledger;
}

static enum ic_rc put(struct ic_ledger *ledger, unsigned number, const char *text, bool *ret_duplicate,
                      struct ic_err *err)
{
    struct ic_operation operation = scratch_operation(number, text);
    *err = IC_ERR_NONE;
    return ic_ledger_put(ledger, &operation, ret_duplicate, err);
}

static void must_put(struct ic_ledger *ledger, unsigned number)
{
    bool duplicate = true;
    struct ic_err err;
    assert_int_equal(put(ledger, number, "hello", &duplicate, &err), IC_OK);
    assert_false(duplicate);
}

static struct ic_ledger_summary summary_of(struct ic_ledger *ledger)
{
    struct ic_ledger_summary summary;
    assert_int_equal(ic_ledger_get_summary(ledger, &summary, NULL), IC_OK);
    return summary;
}

static struct ic_ledger_batch pending_of(struct ic_ledger *ledger, size_t count_max, size_t bytes_max)
{
    struct ic_ledger_batch batch;
    assert_int_equal(ic_ledger_list_pending(ledger, ic_features_all(), count_max, bytes_max, arena, &batch, NULL),
                     IC_OK);
    return batch;
}

static void settle(struct ic_ledger *ledger, unsigned number, enum ic_operation_outcome outcome)
{
    struct ic_operation operation = scratch_operation(number, "");
    struct ic_link link = {.state = IC_LINK_ONLINE, .last_push_at = 7};
    struct ic_push_result result = {.op_id = operation.op_id, .outcome = outcome, .elg_id = {.text = "ELG-0123456789"}};
    if (outcome == IC_OPERATION_OUTCOME_REJECTED) {
        result.problem = (struct ic_problem){.code = IC_STR("op_conflict"), .detail = IC_STR("It stands already.")};
    }
    struct ic_ledger_settlement settlement = {
        .past = summary_of(ledger).memory.past, .results = &result, .count = 1, .link = &link};
    assert_int_equal(ic_ledger_settle(ledger, &settlement, NULL), IC_OK);
}

/* The replica is up to date. */
static void echo(struct ic_ledger *ledger)
{
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_heard heard = {.server_time = 0};
    struct ic_ledger_summary summary = summary_of(ledger);
    struct ic_replica_pull pull = {.server_url = "http://127.0.0.1:1",
                                   .asked_at = summary.replica,
                                   .from_the_beginning = !summary.replica.place[0],
                                   .settles = summary.memory.settles,
                                   .link = &link,
                                   .heard = &heard};
    struct ic_pull_page page = {.phase = IC_PULL_PHASE_FEED, .next = IC_STR("somewhere")};
    assert_int_equal(ic_replica_take(ledger, &pull, &page, NULL), IC_OK);
}

static void test_what_was_put_is_there_after_reopening_in_its_order(void **state)
{
    (void)state;
    struct ic_ledger *ledger = open_ledger();
    for (unsigned i = 9; i > 0; i--) {
        must_put(ledger, i);
    }
    ic_ledger_destroy(ledger);
    ledger = open_ledger();
    assert_int_equal(summary_of(ledger).pending, 9);
    struct ic_ledger_batch batch = pending_of(ledger, 100, 1 << 20);
    assert_int_equal(batch.count, 9);
    for (unsigned i = 0; i < 9; i++) {
        struct ic_operation expected = scratch_operation(9 - i, "hello");
        assert_string_equal(batch.op_ids[i].text, expected.op_id.text);
        assert_non_null(strstr(batch.operations[i].data, "\"message_text\":\"hello\""));
    }
    ic_ledger_destroy(ledger);
}

static void test_an_operation_is_on_the_disk_before_put_returns(void **state)
{
    (void)state;
    struct ic_ledger *ledger = open_ledger();
    for (unsigned i = 1; i <= 5; i++) {
        syncs = 0;
        must_put(ledger, i);
        assert_true(syncs > 0);
    }
    syncs = 0;
    settle(ledger, 1, IC_OPERATION_OUTCOME_ACCEPTED);
    assert_true(syncs > 0);
    ic_ledger_destroy(ledger);
}

static void test_the_same_again_is_a_duplicate_and_another_content_a_conflict(void **state)
{
    (void)state;
    struct ic_ledger *ledger = open_ledger();
    bool duplicate = false;
    struct ic_err err;
    must_put(ledger, 1);
    assert_int_equal(put(ledger, 1, "hello", &duplicate, &err), IC_OK);
    assert_true(duplicate);
    assert_int_equal(put(ledger, 1, "other", &duplicate, &err), IC_CONFLICT);
    assert_int_equal(err.code, IC_CODE_OP_CONFLICT);
    assert_int_equal(summary_of(ledger).pending, 1);
    /* Also when the server has long had it. */
    settle(ledger, 1, IC_OPERATION_OUTCOME_ACCEPTED);
    assert_int_equal(put(ledger, 1, "hello", &duplicate, &err), IC_OK);
    assert_true(duplicate);
    assert_int_equal(put(ledger, 1, "other", &duplicate, &err), IC_CONFLICT);
    assert_int_equal(summary_of(ledger).pending, 0);
    ic_ledger_destroy(ledger);
}

static void test_a_batch_is_bounded_by_count_and_by_bytes_but_is_never_empty(void **state)
{
    (void)state;
    struct ic_ledger *ledger = open_ledger();
    for (unsigned i = 1; i <= 5; i++) {
        must_put(ledger, i);
    }
    size_t size = pending_of(ledger, 1, 1 << 20).operations[0].size;
    assert_int_equal(pending_of(ledger, 3, 1 << 20).count, 3);
    assert_int_equal(pending_of(ledger, 5, 2 * size).count, 2);
    assert_int_equal(pending_of(ledger, 5, 2 * size - 1).count, 1);
    assert_int_equal(pending_of(ledger, 5, 1).count, 1);
    ic_ledger_destroy(ledger);
}

static void test_settled_operations_leave_the_outbox_and_rejected_ones_say_why(void **state)
{
    (void)state;
    struct ic_ledger *ledger = open_ledger();
    for (unsigned i = 1; i <= 4; i++) {
        must_put(ledger, i);
    }
    settle(ledger, 1, IC_OPERATION_OUTCOME_ACCEPTED);
    settle(ledger, 2, IC_OPERATION_OUTCOME_REJECTED);
    settle(ledger, 3, IC_OPERATION_OUTCOME_DUPLICATE);
    struct ic_ledger_summary summary = summary_of(ledger);
    assert_int_equal(summary.pending, 1);
    assert_int_equal(summary.rejected, 1);
    assert_int_equal(summary.link.state, IC_LINK_ONLINE);
    assert_int_equal(summary.link.last_push_at, 7);
    struct ic_ledger_rejection *rejections;
    size_t count;
    assert_int_equal(ic_ledger_list_rejected(ledger, 10, arena, &rejections, &count, NULL), IC_OK);
    assert_int_equal(count, 1);
    struct ic_operation rejected = scratch_operation(2, "");
    assert_string_equal(rejections[0].op_id.text, rejected.op_id.text);
    assert_true(ic_str_is(rejections[0].code, "op_conflict"));
    assert_true(ic_str_is(rejections[0].detail, "It stands already."));
    /* A late answer does not change what is settled. */
    settle(ledger, 2, IC_OPERATION_OUTCOME_ACCEPTED);
    assert_int_equal(summary_of(ledger).rejected, 1);
    ic_ledger_destroy(ledger);
}

static int64_t ledger_now_ms, ledger_monotonic_ms;

static int64_t read_now(void *context)
{
    (void)context;
    return ledger_now_ms;
}

static int64_t read_monotonic(void *context)
{
    (void)context;
    return ledger_monotonic_ms;
}

static void test_what_the_server_has_is_kept_for_ninety_days_and_longer_while_it_is_not_sure(void **state)
{
    (void)state;
    const int64_t beginning = INT64_C(1800000000000);
    system_clock = (struct ic_clock){.now_ms = read_now, .monotonic_ms = read_monotonic};
    ledger_now_ms = beginning;
    struct ic_ledger *ledger = open_ledger();
    for (unsigned i = 1; i <= 3; i++) {
        must_put(ledger, i);
    }
    settle(ledger, 1, IC_OPERATION_OUTCOME_ACCEPTED);
    settle(ledger, 2, IC_OPERATION_OUTCOME_REJECTED);
    bool duplicate = false;
    struct ic_err err;
    ledger_now_ms = beginning + IC_LIMIT_ACKNOWLEDGED_LIFETIME_MS + 1;
    /* The replica does not have it: the server may have forgotten. */
    assert_int_equal(ic_ledger_expire(ledger, NULL), IC_OK);
    assert_int_equal(put(ledger, 1, "hello", &duplicate, &err), IC_OK);
    assert_true(duplicate);
    echo(ledger);
    ledger_now_ms = beginning + IC_LIMIT_ACKNOWLEDGED_LIFETIME_MS;
    assert_int_equal(ic_ledger_expire(ledger, NULL), IC_OK);
    assert_int_equal(put(ledger, 1, "hello", &duplicate, &err), IC_OK);
    assert_true(duplicate);
    ledger_now_ms++;
    assert_int_equal(ic_ledger_expire(ledger, NULL), IC_OK);
    assert_int_equal(put(ledger, 1, "hello", &duplicate, &err), IC_OK);
    assert_false(duplicate);
    assert_int_equal(summary_of(ledger).pending, 2);
    assert_int_equal(summary_of(ledger).rejected, 1);
    ic_ledger_destroy(ledger);
}

static void test_the_link_is_remembered(void **state)
{
    (void)state;
    struct ic_ledger *ledger = open_ledger();
    struct ic_link link = {.state = IC_LINK_REFUSED,
                           .device_id = {.text = "DEV-0123ABCD"},
                           .code = "invalid_token",
                           .detail = "The token is not valid.",
                           .changed_at = 11,
                           .last_push_at = 12};
    assert_int_equal(summary_of(ledger).link.state, IC_LINK_UNKNOWN);
    assert_int_equal(ic_ledger_put_link(ledger, &link, NULL), IC_OK);
    ic_ledger_destroy(ledger);
    ledger = open_ledger();
    struct ic_link found = summary_of(ledger).link;
    assert_int_equal(found.state, IC_LINK_REFUSED);
    assert_string_equal(found.device_id.text, "DEV-0123ABCD");
    assert_string_equal(found.code, "invalid_token");
    assert_string_equal(found.detail, "The token is not valid.");
    assert_int_equal(found.changed_at, 11);
    assert_int_equal(found.last_push_at, 12);
    ic_ledger_destroy(ledger);
}

static int wait_for(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The first half of the answer is missing here on purpose: the host dies between commit and acknowledgement. */
static void test_a_kill_between_store_and_acknowledgement_loses_nothing_and_doubles_nothing(void **state)
{
    (void)state;
    ic_ledger_destroy(open_ledger());
    for (unsigned i = 1; i <= 5; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            struct ic_ledger *ledger = NULL;
            bool duplicate;
            struct ic_err err;
            if (ic_ledger_create(&path, &system_clock, &ledger, NULL) == IC_OK &&
                put(ledger, i, "hello", &duplicate, &err) == IC_OK) {
                raise(SIGKILL);
            }
            _exit(1);
        }
        assert_int_equal(wait_for(pid), 128 + SIGKILL);
        struct ic_ledger *ledger = open_ledger();
        bool duplicate = false;
        struct ic_err err;
        assert_int_equal(put(ledger, i, "hello", &duplicate, &err), IC_OK);
        assert_true(duplicate);
        assert_int_equal(summary_of(ledger).pending, i);
        assert_int_equal(ic_ledger_check(ledger, NULL), IC_OK);
        ic_ledger_destroy(ledger);
    }
}

static void test_processes_that_are_born_together_share_a_new_ledger(void **state)
{
    (void)state;
    enum { PROCESSES = 6, EACH = 40 };
    pid_t pids[PROCESSES];
    for (unsigned i = 0; i < PROCESSES; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            struct ic_ledger *ledger = NULL;
            struct ic_err err = IC_ERR_NONE;
            bool duplicate, stored = ic_ledger_create(&path, &system_clock, &ledger, &err) == IC_OK;
            for (unsigned n = 0; n < EACH && stored; n++) {
                stored = put(ledger, i * EACH + n, "hello", &duplicate, &err) == IC_OK && !duplicate;
            }
            if (!stored) {
                fprintf(stderr, "%s: %s\n", ic_code_name(err.code), err.detail);
            }
            ic_ledger_destroy(ledger);
            _exit(stored ? 0 : 1);
        }
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        assert_int_equal(wait_for(pids[i]), 0);
    }
    struct ic_ledger *ledger = open_ledger();
    assert_int_equal(summary_of(ledger).pending, PROCESSES * EACH);
    assert_int_equal(ic_ledger_check(ledger, NULL), IC_OK);
    ic_ledger_destroy(ledger);
}

/* Fills a disk of `size` bytes per file; what was acknowledged before must be what is there. */
static void fill_the_disk(rlim_t size)
{
    struct rlimit limit = {.rlim_cur = size, .rlim_max = RLIM_INFINITY};
    struct ic_ledger *ledger = NULL;
    struct ic_err err = IC_ERR_NONE;
    bool duplicate;
    unsigned stored = 0;
    char *text = calloc(1, 8192);
    if (!text || ic_ledger_create(&path, &system_clock, &ledger, &err) != IC_OK) {
        _exit(1);
    }
    memset(text, 'x', 8191);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGXFSZ, &ignore, NULL);
    setrlimit(RLIMIT_FSIZE, &limit);
    while (put(ledger, stored, text, &duplicate, &err) == IC_OK && stored < 10000) {
        stored++;
    }
    if (err.code != IC_CODE_LEDGER_FULL || stored == 0) {
        fprintf(stderr, "%s after %u\n", ic_code_name(err.code), stored);
        _exit(2);
    }
    /* Room again: the ledger goes on without being opened anew. */
    limit.rlim_cur = RLIM_INFINITY;
    setrlimit(RLIMIT_FSIZE, &limit);
    if (put(ledger, stored, text, &duplicate, &err) != IC_OK || duplicate) {
        _exit(3);
    }
    struct ic_ledger_summary summary;
    bool whole = ic_ledger_get_summary(ledger, &summary, &err) == IC_OK && summary.pending == (int64_t)stored + 1;
    ic_ledger_destroy(ledger);
    free(text);
    _exit(whole ? 0 : 4);
}

static void test_a_full_disk_is_said_and_passes(void **state)
{
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        fill_the_disk(256 * 1024);
    }
    assert_int_equal(wait_for(pid), 0);
    struct ic_ledger *ledger = open_ledger();
    assert_int_equal(ic_ledger_check(ledger, NULL), IC_OK);
    ic_ledger_destroy(ledger);
}

static void test_a_folder_that_cannot_be_written_is_said(void **state)
{
    (void)state;
    ic_ledger_destroy(open_ledger());
    assert_int_equal(chmod(path.text, 0444), 0);
    assert_int_equal(chmod(folder.text, 0555), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        /* Modes do not bind the superuser. */
        if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) {
            _exit(1);
        }
        struct ic_ledger *ledger = NULL;
        struct ic_err err = IC_ERR_NONE;
        bool duplicate;
        if (ic_ledger_create(&path, &system_clock, &ledger, &err) == IC_OK) {
            (void)put(ledger, 1, "hello", &duplicate, &err);
        }
        ic_ledger_destroy(ledger);
        fprintf(stderr, "%s", err.code == IC_CODE_LEDGER_UNWRITABLE ? "" : ic_code_name(err.code));
        _exit(err.code == IC_CODE_LEDGER_UNWRITABLE ? 0 : 2);
    }
    assert_int_equal(wait_for(pid), 0);
    assert_int_equal(chmod(folder.text, 0700), 0);
}

static void test_what_is_no_ledger_is_found_to_be_corrupt(void **state)
{
    (void)state;
    struct ic_ledger *ledger = NULL;
    struct ic_err err = IC_ERR_NONE;
    char noise[4096];
    memset(noise, 'n', sizeof noise - 1);
    noise[sizeof noise - 1] = '\0';
    scratch_write(&path, noise);
    assert_int_equal(ic_ledger_create(&path, &system_clock, &ledger, &err), IC_CORRUPT);
    assert_null(ledger);
}

static void test_a_ledger_of_a_newer_agent_is_left_alone(void **state)
{
    (void)state;
    ic_ledger_destroy(open_ledger());
    /* The version stands in the file's header, at byte 60, big endian. */
    FILE *file = fopen(path.text, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 60, SEEK_SET), 0);
    assert_int_equal(fwrite("\0\0\0\143", 1, 4, file), 4);
    assert_int_equal(fclose(file), 0);
    struct ic_ledger *ledger = NULL;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_ledger_create(&path, &system_clock, &ledger, &err), IC_UNAVAILABLE);
    assert_int_equal(err.code, IC_CODE_LEDGER_UNWRITABLE);
    assert_non_null(strstr(err.detail, "schema 99"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_put_is_there_after_reopening_in_its_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_operation_is_on_the_disk_before_put_returns, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_same_again_is_a_duplicate_and_another_content_a_conflict, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_batch_is_bounded_by_count_and_by_bytes_but_is_never_empty, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_settled_operations_leave_the_outbox_and_rejected_ones_say_why, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            test_what_the_server_has_is_kept_for_ninety_days_and_longer_while_it_is_not_sure, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_link_is_remembered, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_kill_between_store_and_acknowledgement_loses_nothing_and_doubles_nothing,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_processes_that_are_born_together_share_a_new_ledger, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_full_disk_is_said_and_passes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_folder_that_cannot_be_written_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_ledger_is_found_to_be_corrupt, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_ledger_of_a_newer_agent_is_left_alone, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
