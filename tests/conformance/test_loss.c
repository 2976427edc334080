/* A connection that is lost before any one of the calls of a transaction, or in its commit: the database has all of it
 * or nothing, what was acknowledged is there, and the store goes on by itself. */
#include "claims.h"
#include "fixture.h"
#include "gate.h"
#include "holder.h"
#include "pushes.h"

enum { CALLS_MAX = 500, CALLS_LEAST = 10 };

/* Whether the picture has grown by so many pushes, and is sound. */
static bool has_grown(const struct picture *before, const struct picture *after, int push_count)
{
    int64_t count = (int64_t)push_count * PUSH_COUNT;
    return after->totals.logs == before->totals.logs + count && after->change_count == after->totals.logs &&
           after->totals.targets == before->totals.targets + count && after->mismatch_count == 0;
}

/* After a push that harm was done to: all or nothing, and what was told is true. Then it goes through, once. */
static void check_push(struct fixture *fixture, const struct picture *before, struct push *push)
{
    struct picture after = fixture_look(fixture->store);
    bool is_all = has_grown(before, &after, 1);
    bool is_nothing = picture_equal(before, &after);
    assert_true(is_all || is_nothing);
    assert_int_equal(push_count_kept(fixture->store, push), is_all ? PUSH_COUNT : 0);
    if (push->rc) {
        assert_true(push->err.retry);
        assert_true(is_nothing || push->rc == IC_UNAVAILABLE);
    } else {
        assert_true(is_all);
    }
    fixture_write_patiently(fixture->store, push_write, push);
    after = fixture_look(fixture->store);
    assert_true(has_grown(before, &after, 1));
}

/* Does the harm at each call in turn until a push goes through without; gives how many were told that it is not known
 * or busy. */
static int harm_every_call(struct fixture *fixture, enum harm harm, int *ret_call_count)
{
    struct ic_id owner = fixture_owner(fixture->store);
    int told_count = 0;
    int call = 0;
    for (bool is_done = true; is_done; call++) {
        struct picture before = fixture_look(fixture->store);
        struct push push;
        assert_true(call < CALLS_MAX);
        push_init(&push, fixture->store, &owner, call);
        proxy_arm(fixture->proxy, harm, true, call);
        (void)push_run(&push);
        is_done = proxy_disarm(fixture->proxy);
        assert_true(push.took_ms < IC_STORE_WAIT_MS_MAX + 2 * IC_DRIVER_CALL_MS_MAX);
        told_count += push.rc != IC_OK;
        check_push(fixture, &before, &push);
    }
    *ret_call_count = call - 1;
    return told_count;
}

static void test_a_line_cut_at_any_call_of_a_write_leaves_all_or_nothing(void **state)
{
    struct fixture *fixture = *state;
    int call_count = 0;
    int told_count = harm_every_call(fixture, HARM_CUT, &call_count);
    print_message("# cut at each of %d calls\n", call_count);
    assert_true(call_count >= CALLS_LEAST);
    /* Before the commit it is certain that nothing is kept, and the writer has mended it without a word. */
    assert_true(told_count <= 1);
}

static void test_an_answer_to_a_commit_that_is_lost_is_told_as_unavailable_and_may_be_repeated(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct picture before = fixture_look(fixture->store);
    struct push push;
    push_init(&push, fixture->store, &owner, 0);
    proxy_arm(fixture->proxy, HARM_CUT_ANSWER, true, 0);
    (void)push_run(&push);
    assert_true(proxy_disarm(fixture->proxy));
    assert_int_equal(push.rc, IC_UNAVAILABLE);
    assert_true(push.err.retry);
    assert_int_equal(push_count_kept(fixture->store, &push), PUSH_COUNT);
    check_push(fixture, &before, &push);
}

static enum ic_rc read_much(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_arena *arena = context;
    struct ic_totals totals;
    struct ic_change_list changes;
    struct ic_log_list log;
    struct ic_log_query query = {.limit = 50};
    enum ic_rc rc = ic_store_totals_get(tx, &totals, err);
    if (!rc) {
        rc = ic_store_change_list(tx, 0, 50, arena, &changes, err);
    }
    return rc ? rc : ic_store_log_list(tx, &query, arena, &log, err);
}

static void test_a_line_cut_at_any_call_of_a_read_is_not_noticed_by_the_reader(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct push push;
    push_init(&push, fixture->store, &owner, 0);
    fixture_write(fixture->store, push_write, &push);
    int call = 0;
    for (bool is_done = true; is_done && call < CALLS_MAX; call++) {
        struct ic_err err = IC_ERR_NONE;
        proxy_arm(fixture->proxy, HARM_CUT, false, call);
        enum ic_rc rc = ic_store_read(fixture->store, read_much, fixture->arena, &err);
        is_done = proxy_disarm(fixture->proxy);
        if (rc) {
            print_message("# %s\n", err.detail);
        }
        assert_int_equal(rc, IC_OK);
    }
    print_message("# cut at each of %d calls\n", call - 1);
    assert_true(call - 1 >= CALLS_LEAST);
}

static void test_lines_cut_while_nobody_uses_them_are_not_noticed(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    for (int i = 0; i < 3; i++) {
        struct push push;
        push_init(&push, fixture->store, &owner, i);
        proxy_cut_all(fixture->proxy);
        fixture_write(fixture->store, push_write, &push);
        for (int j = 0; j < FIXTURE_READERS + 1; j++) {
            fixture_read(fixture->store, read_much, fixture->arena);
        }
    }
}

/* ---- Groups. ---- */

/* Eight pushes that gather behind a write become one transaction, and harm is done to it at a call. */
static bool harm_group(struct fixture *fixture, const struct ic_id *owner, enum harm harm, int call)
{
    struct holder holder = HOLDER_OF(fixture->store);
    struct push pushes[THREAD_COUNT];
    pthread_t threads[THREAD_COUNT];
    struct picture before = fixture_look(fixture->store);
    pthread_t holding = thread_start(holder_write, &holder);
    assert_true(gate_wait(&holder.entered, 1));
    for (int i = 0; i < THREAD_COUNT; i++) {
        push_init(&pushes[i], fixture->store, owner, 1000 + call * THREAD_COUNT + i);
        threads[i] = thread_start(push_run, &pushes[i]);
    }
    proxy_arm(fixture->proxy, harm, true, call);
    gate_open(&holder.leave);
    thread_join(holding);
    int all_count = 0;
    for (int i = 0; i < THREAD_COUNT; i++) {
        thread_join(threads[i]);
        int kept_count = push_count_kept(fixture->store, &pushes[i]);
        assert_true(kept_count == 0 || kept_count == PUSH_COUNT);
        assert_true(pushes[i].rc || kept_count == PUSH_COUNT);
        assert_true(!pushes[i].rc || pushes[i].rc == IC_UNAVAILABLE || kept_count == 0);
        assert_true(!pushes[i].rc || pushes[i].err.retry);
        all_count += kept_count == PUSH_COUNT;
    }
    bool is_done = proxy_disarm(fixture->proxy);
    struct picture after = fixture_look(fixture->store);
    assert_true(has_grown(&before, &after, all_count));
    return is_done;
}

static void harm_groups(struct fixture *fixture, enum harm harm)
{
    enum { STEP = 13 };
    struct ic_id owner = fixture_owner(fixture->store);
    int call = 0;
    while (harm_group(fixture, &owner, harm, call) && call < CALLS_MAX) {
        call += STEP;
    }
    print_message("# one in %d of %d calls\n", STEP, call);
    assert_true(call >= CALLS_LEAST);
}

static void test_a_line_cut_in_a_group_keeps_each_neighbour_whole_or_not_at_all(void **state)
{
    harm_groups(*state, HARM_CUT);
}

static void test_an_answer_to_a_groups_commit_that_is_lost_is_told_to_all_of_it(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    /* The holder's commit, and then the group's. */
    assert_true(harm_group(fixture, &owner, HARM_CUT_ANSWER, 0));
    assert_true(harm_group(fixture, &owner, HARM_CUT_ANSWER, 1));
}

/* ---- Conflicts, at the same places. ---- */

static void test_a_conflict_at_any_call_of_a_write_is_mended_by_running_it_again(void **state)
{
    struct fixture *fixture = *state;
    int call_count = 0;
    int told_count = harm_every_call(fixture, HARM_CONFLICT, &call_count);
    print_message("# at each of %d calls\n", call_count);
    assert_true(call_count >= CALLS_LEAST);
    assert_int_equal(told_count, 0);
}

static void test_a_conflict_in_a_group_is_mended_by_running_it_again(void **state)
{
    harm_groups(*state, HARM_CONFLICT);
}

int run_loss(void)
{
    const struct CMUnitTest loss[] = {
        claim(test_a_line_cut_at_any_call_of_a_write_leaves_all_or_nothing, fixture_proxied),
        claim(test_an_answer_to_a_commit_that_is_lost_is_told_as_unavailable_and_may_be_repeated, fixture_proxied),
        claim(test_a_line_cut_at_any_call_of_a_read_is_not_noticed_by_the_reader, fixture_proxied),
        claim(test_lines_cut_while_nobody_uses_them_are_not_noticed, fixture_proxied),
        claim(test_a_line_cut_in_a_group_keeps_each_neighbour_whole_or_not_at_all, fixture_proxied),
        claim(test_an_answer_to_a_groups_commit_that_is_lost_is_told_to_all_of_it, fixture_proxied),
        claim(test_a_conflict_at_any_call_of_a_write_is_mended_by_running_it_again, fixture_proxied),
        claim(test_a_conflict_in_a_group_is_mended_by_running_it_again, fixture_proxied),
    };
    return run_claims(loss);
}
