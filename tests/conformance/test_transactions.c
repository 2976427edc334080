/* A write is kept whole or not at all, its neighbours of the same commit apart; a read is one moment. */
#include "claims.h"
#include "fixture.h"
#include "gate.h"
#include "holder.h"

#include <stdio.h>

/* ---- One write. ---- */

static enum ic_rc insert_then_break_a_reference(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)context;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    struct ic_id nobody = {"OPR-00000000"};
    enum ic_rc rc = fixture_insert_operator(tx, IC_STR("Ana"), &rand, &id, err);
    if (!rc) {
        rc = fixture_insert_event(tx, &id, err);
    }
    return rc ? rc : fixture_insert_event(tx, &nobody, err);
}

static void test_a_failed_statement_leaves_nothing_of_its_write(void **state)
{
    struct fixture *fixture = *state;
    struct picture before = fixture_look(fixture->store);
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_store_write(fixture->store, insert_then_break_a_reference, NULL, &err), IC_INTERNAL);
    assert_false(err.retry);
    struct picture after = fixture_look(fixture->store);
    assert_true(picture_equal(&before, &after));
    (void)fixture_owner(fixture->store); /* The next one is not harmed. */
}

static enum ic_rc insert_then_think_better_of_it(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)context;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    enum ic_rc rc = fixture_insert_operator(tx, IC_STR("Ana"), &rand, &id, err);
    if (!rc) {
        rc = fixture_insert_event(tx, &id, err);
    }
    return rc ? rc : ic_err_set(err, IC_CODE_FORBIDDEN, "test", "It was thought better of.");
}

static void test_an_error_of_the_function_leaves_nothing_and_is_told_as_it_is(void **state)
{
    struct fixture *fixture = *state;
    struct picture before = fixture_look(fixture->store);
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_store_write(fixture->store, insert_then_think_better_of_it, NULL, &err), IC_FORBIDDEN);
    assert_string_equal(err.detail, "It was thought better of.");
    struct picture after = fixture_look(fixture->other);
    assert_true(picture_equal(&before, &after));
}

/* Goes on as if nothing had happened. */
static enum ic_rc pass_over_a_broken_reference(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)err;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    struct ic_id nobody = {"OPR-00000000"};
    struct ic_err missed = IC_ERR_NONE;
    enum ic_rc *broken = context;
    *broken = fixture_insert_event(tx, &nobody, &missed);
    enum ic_rc rc = fixture_insert_operator(tx, IC_STR("Ana"), &rand, &id, &missed);
    (void)rc;
    return IC_OK;
}

static void test_a_function_that_passes_over_a_failure_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct picture before = fixture_look(fixture->store);
    enum ic_rc broken = IC_OK;
    enum ic_rc rc = ic_store_write(fixture->store, pass_over_a_broken_reference, &broken, NULL);
    assert_int_equal(broken, IC_INTERNAL);
    assert_int_equal(rc, IC_INTERNAL);
    struct picture after = fixture_look(fixture->store);
    assert_true(picture_equal(&before, &after));
}

static enum ic_rc pass_over_a_taken_name(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    struct ic_err missed = IC_ERR_NONE;
    enum ic_rc *taken = context;
    *taken = fixture_insert_operator(tx, IC_STR("Owner"), &rand, &id, &missed);
    (void)err;
    return IC_OK;
}

static void test_a_taken_name_that_is_passed_over_is_refused_like_any_failure(void **state)
{
    struct fixture *fixture = *state;
    (void)fixture_owner(fixture->store);
    enum ic_rc taken = IC_OK;
    enum ic_rc rc = ic_store_write(fixture->store, pass_over_a_taken_name, &taken, NULL);
    assert_int_equal(taken, IC_CONFLICT);
    assert_int_equal(rc, IC_INTERNAL);
    assert_int_equal(fixture_look(fixture->store).totals.operators, 1);
}

/* ---- Group commit. ---- */

enum fate { KEEP, RETURN_AN_ERROR, FAIL_A_STATEMENT, FATE_COUNT };

struct member {
    struct ic_store *store;
    struct ic_id owner;
    int number;
    enum fate fate;
    enum ic_rc rc;
};

static enum ic_rc write_member(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct member *member = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_outreach_ids ids;
    struct ic_id nobody = {"OPR-00000000"};
    char handle[32];
    (void)snprintf(handle, sizeof handle, "target.%d", member->number);
    struct ic_outreach outreach = fixture_outreach(&member->owner, handle, 5000);
    enum ic_rc rc = ic_store_outreach_insert(tx, &outreach, 1, &rand, &ids, err);
    if (!rc && member->fate == RETURN_AN_ERROR) {
        rc = ic_err_set(err, IC_CODE_FORBIDDEN, "test", "Member %d fails.", member->number);
    }
    if (!rc && member->fate == FAIL_A_STATEMENT) {
        rc = fixture_insert_event(tx, &nobody, err);
    }
    return rc;
}

static void *run_member(void *context)
{
    struct member *member = context;
    member->rc = ic_store_write(member->store, write_member, member, NULL);
    return NULL;
}

static void test_a_failing_neighbour_takes_nobody_with_it(void **state)
{
    static const enum ic_rc expected[FATE_COUNT] = {IC_OK, IC_FORBIDDEN, IC_INTERNAL};
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct holder holder = HOLDER_OF(fixture->store);
    pthread_t holding = thread_start(holder_write, &holder);
    assert_true(gate_wait(&holder.entered, 1));
    struct member members[THREAD_COUNT];
    pthread_t threads[THREAD_COUNT];
    int kept_count = 0;
    for (int i = 0; i < THREAD_COUNT; i++) {
        enum fate fate = (enum fate)(i % FATE_COUNT);
        members[i] = (struct member){.store = fixture->store, .owner = owner, .number = i, .fate = fate};
        kept_count += fate == KEEP;
        threads[i] = thread_start(run_member, &members[i]);
    }
    gate_open(&holder.leave);
    thread_join(holding);
    assert_int_equal(holder.rc, IC_OK);
    for (int i = 0; i < THREAD_COUNT; i++) {
        thread_join(threads[i]);
        assert_int_equal(members[i].rc, expected[members[i].fate]);
    }
    struct picture picture = fixture_look(fixture->other);
    assert_int_equal(picture.totals.targets, kept_count);
    assert_int_equal(picture.totals.logs, kept_count);
    assert_int_equal(picture.change_count, kept_count);
    assert_int_equal(picture.mismatch_count, 0);
}

/* ---- Reading. ---- */

struct snapshot {
    struct ic_store *store;
    struct gate read_once;
    struct gate written;
    struct ic_totals before;
    struct ic_totals after;
    int64_t cursor_after;
    bool was_in_time;
    enum ic_rc rc;
};

static enum ic_rc read_twice(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct snapshot *snapshot = context;
    enum ic_rc rc = ic_store_totals_get(tx, &snapshot->before, err);
    gate_open(&snapshot->read_once);
    snapshot->was_in_time = gate_wait(&snapshot->written, 1);
    if (!rc) {
        rc = ic_store_totals_get(tx, &snapshot->after, err);
    }
    return rc ? rc : ic_store_cursor_get(tx, &snapshot->cursor_after, err);
}

static void *run_snapshot(void *context)
{
    struct snapshot *snapshot = context;
    snapshot->rc = ic_store_read(snapshot->store, read_twice, snapshot, NULL);
    return NULL;
}

static void check_snapshot(struct ic_store *reading, struct ic_store *writing)
{
    struct snapshot snapshot = {.store = reading, .read_once = GATE_CLOSED, .written = GATE_CLOSED};
    pthread_t thread = thread_start(run_snapshot, &snapshot);
    assert_true(gate_wait(&snapshot.read_once, 1));
    struct ic_id owner = fixture_owner(writing);
    struct member member = {.store = writing, .owner = owner};
    (void)run_member(&member);
    gate_open(&snapshot.written);
    thread_join(thread);
    assert_int_equal(member.rc, IC_OK);
    assert_int_equal(snapshot.rc, IC_OK);
    assert_true(snapshot.was_in_time);
    assert_int_equal(snapshot.before.operators, 0);
    assert_int_equal(snapshot.after.operators, 0);
    assert_int_equal(snapshot.after.logs, 0);
    assert_int_equal(snapshot.cursor_after, 0); /* A table that was first looked at after the write. */
    assert_int_equal(fixture_look(reading).totals.logs, 1);
}

static void test_a_read_sees_one_moment_while_its_store_writes(void **state)
{
    struct fixture *fixture = *state;
    check_snapshot(fixture->store, fixture->store);
}

static void test_a_read_sees_one_moment_while_another_process_writes(void **state)
{
    struct fixture *fixture = *state;
    check_snapshot(fixture->store, fixture->other);
}

static enum ic_rc read_operators(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_totals totals = {0};
    enum ic_rc rc = ic_store_totals_get(tx, &totals, err);
    *(int64_t *)context = totals.operators;
    return rc;
}

static enum ic_rc insert_numbered(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    char name[16];
    (void)snprintf(name, sizeof name, "Ana %d", *(const int *)context);
    return fixture_insert_operator(tx, ic_str_from(name), &rand, &id, err);
}

static void test_what_one_process_has_written_another_reads_at_once(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 20; i++) {
        int64_t count = -1;
        fixture_write(i % 2 ? fixture->other : fixture->store, insert_numbered, &i);
        fixture_read(i % 2 ? fixture->store : fixture->other, read_operators, &count);
        assert_int_equal(count, i + 1);
    }
}

static enum ic_rc read_then_write(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    int64_t *seen = context;
    struct ic_totals totals;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    char name[32];
    enum ic_rc rc = ic_store_totals_get(tx, &totals, err);
    if (rc) {
        return rc;
    }
    *seen = totals.operators;
    (void)snprintf(name, sizeof name, "Number %d", (int)totals.operators);
    return fixture_insert_operator(tx, ic_str_from(name), &rand, &id, err);
}

struct counter {
    struct ic_store *store;
    bool has_seen[THREAD_COUNT * 10];
    enum ic_rc rc;
};

static void *run_counter(void *context)
{
    struct counter *counter = context;
    for (int i = 0; i < 10 && !counter->rc; i++) {
        int64_t seen = 0;
        counter->rc = ic_store_write(counter->store, read_then_write, &seen, NULL);
        if (!counter->rc) {
            counter->has_seen[seen] = true;
        }
    }
    return NULL;
}

static void test_what_a_write_has_read_stays_true_until_its_commit(void **state)
{
    struct fixture *fixture = *state;
    struct counter counters[THREAD_COUNT] = {0};
    for (int i = 0; i < THREAD_COUNT; i++) {
        counters[i].store = i % 2 ? fixture->other : fixture->store;
    }
    threads_run(run_counter, counters, sizeof counters[0]);
    for (int seen = 0; seen < THREAD_COUNT * 10; seen++) {
        int count = 0;
        for (int i = 0; i < THREAD_COUNT; i++) {
            assert_int_equal(counters[i].rc, IC_OK);
            count += counters[i].has_seen[seen];
        }
        assert_int_equal(count, 1); /* No two writes have read the same. */
    }
}

static enum ic_rc write_in_a_read(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_rand rand = ic_rand_system();
    return fixture_insert_operator(tx, IC_STR("Ana"), &rand, context, err);
}

static void test_a_read_cannot_write(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id id;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_store_read(fixture->store, write_in_a_read, &id, &err), IC_UNAVAILABLE);
    assert_false(err.retry);
    assert_int_equal(fixture_look(fixture->store).totals.operators, 0);
}

int run_transactions(void)
{
    const struct CMUnitTest transactions[] = {
        claim(test_a_failed_statement_leaves_nothing_of_its_write, fixture_one),
        claim(test_an_error_of_the_function_leaves_nothing_and_is_told_as_it_is, fixture_two),
        claim(test_a_function_that_passes_over_a_failure_is_refused, fixture_one),
        claim(test_a_taken_name_that_is_passed_over_is_refused_like_any_failure, fixture_one),
        claim(test_a_failing_neighbour_takes_nobody_with_it, fixture_two),
        claim(test_a_read_sees_one_moment_while_its_store_writes, fixture_one),
        claim(test_a_read_sees_one_moment_while_another_process_writes, fixture_two),
        claim(test_what_one_process_has_written_another_reads_at_once, fixture_two),
        claim(test_what_a_write_has_read_stays_true_until_its_commit, fixture_two),
        claim(test_a_read_cannot_write, fixture_one),
    };
    return run_claims(transactions);
}
