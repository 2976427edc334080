/* An engine that vanishes, by a kill or into silence: calls are told so within a bound, and all goes on by itself when
 * it is there again. What was acknowledged is there, once. */
#include "claims.h"
#include "fixture.h"
#include "gate.h"
#include "pushes.h"

#include <stdatomic.h>

/* How long a call may take with nobody at the other end: its turn, a try, and a try on a new connection. */
enum { BOUND_MS = IC_STORE_WAIT_MS_MAX + 2 * IC_DRIVER_CALL_MS_MAX, PUSHES_PER_THREAD = 20 };

static bool can_vanish(const struct fixture *fixture)
{
    return fixture->engine->can_vanish && fixture->engine->can_vanish();
}

#define SKIP_WHAT_CANNOT_VANISH(fixture)                                                                      \
    do {                                                                                                      \
        if (!can_vanish(fixture)) {                                                                           \
            skip_because(fixture, "there is no server that could vanish, or it is not ours to make vanish."); \
        }                                                                                                     \
    } while (0)

static enum ic_rc read_totals(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_store_totals_get(tx, context, err);
}

/* The call has failed as a call must that nobody has answered. */
static void assert_told(enum ic_rc rc, const struct ic_err *err, int64_t took_ms)
{
    assert_true(rc == IC_UNAVAILABLE || rc == IC_BUSY);
    assert_true(err->retry);
    assert_true(took_ms < BOUND_MS);
}

static void check_calls_fail(struct ic_store *store, struct push *push)
{
    struct ic_totals totals;
    (void)push_run(push);
    assert_told(push->rc, &push->err, push->took_ms);
    struct ic_err err = IC_ERR_NONE;
    int64_t begin_ms = fixture_now_ms();
    enum ic_rc rc = ic_store_read(store, read_totals, &totals, &err);
    assert_told(rc, &err, fixture_now_ms() - begin_ms);
}

static void check_vanishing(struct fixture *fixture, enum vanishing how)
{
    struct ic_id owner = fixture_owner(fixture->store);
    struct push kept;
    struct push lost[3];
    push_init(&kept, fixture->store, &owner, 0);
    fixture_write(fixture->store, push_write, &kept);
    fixture->engine->vanish(how);
    for (int i = 0; i < 3; i++) {
        push_init(&lost[i], fixture->store, &owner, i + 1);
        check_calls_fail(fixture->store, &lost[i]);
    }
    fixture->engine->come_back();
    for (int i = 0; i < 3; i++) {
        fixture_write_patiently(fixture->store, push_write, &lost[i]);
        assert_int_equal(push_count_kept(fixture->store, &lost[i]), PUSH_COUNT);
    }
    assert_int_equal(push_count_kept(fixture->store, &kept), PUSH_COUNT);
    struct picture picture = fixture_look(fixture->other); /* It has heard nothing of all this. */
    assert_int_equal(picture.totals.logs, 4 * PUSH_COUNT);
    assert_int_equal(picture.change_count, 4 * PUSH_COUNT);
    assert_int_equal(picture.mismatch_count, 0);
}

static void test_a_killed_engine_is_told_of_within_a_bound_and_found_again(void **state)
{
    struct fixture *fixture = *state;
    SKIP_WHAT_CANNOT_VANISH(fixture);
    check_vanishing(fixture, VANISH_KILLED);
}

static void test_a_silent_engine_is_told_of_within_a_bound_and_found_again(void **state)
{
    struct fixture *fixture = *state;
    SKIP_WHAT_CANNOT_VANISH(fixture);
    check_vanishing(fixture, VANISH_SILENT);
}

static void test_a_store_is_not_opened_where_nobody_answers(void **state)
{
    struct fixture *fixture = *state;
    SKIP_WHAT_CANNOT_VANISH(fixture);
    static const enum vanishing ways[] = {VANISH_KILLED, VANISH_SILENT};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct ic_store *store = NULL;
        struct ic_err err = IC_ERR_NONE;
        fixture->engine->vanish(ways[i]);
        int64_t begin_ms = fixture_now_ms();
        enum ic_rc rc = fixture_try_store(fixture, &store, &err);
        assert_told(rc, &err, fixture_now_ms() - begin_ms);
        assert_null(store);
        fixture->engine->come_back();
    }
    ic_store_destroy(fixture_open_store(fixture));
}

struct pusher {
    struct ic_store *store;
    struct ic_id owner;
    int number;
    struct push pushes[PUSHES_PER_THREAD];
    int acknowledged_count;
    int64_t longest_ms;
    bool is_impatient; /* A failure that is not worth another try. */
    atomic_int *total; /* Acknowledged by all threads. */
};

static void *run_pusher(void *context)
{
    struct pusher *pusher = context;
    int64_t end_ms = fixture_now_ms() + 2 * FIXTURE_PATIENCE_MS;
    for (int i = 0; i < PUSHES_PER_THREAD; i++) {
        struct push *push = &pusher->pushes[i];
        push_init(push, pusher->store, &pusher->owner, pusher->number * PUSHES_PER_THREAD + i);
        do {
            (void)push_run(push);
            pusher->longest_ms = push->took_ms > pusher->longest_ms ? push->took_ms : pusher->longest_ms;
            pusher->is_impatient |= push->rc && !push->err.retry;
            if (push->rc) {
                fixture_pause();
            }
        } while (push->rc && !pusher->is_impatient && fixture_now_ms() < end_ms);
        pusher->acknowledged_count += push->rc == IC_OK;
        atomic_fetch_add(pusher->total, push->rc == IC_OK);
    }
    return NULL;
}

static void check_pushers(struct fixture *fixture, enum vanishing how)
{
    static struct pusher pushers[THREAD_COUNT];
    pthread_t threads[THREAD_COUNT];
    atomic_int total = 0;
    struct ic_id owner = fixture_owner(fixture->store);
    for (int i = 0; i < THREAD_COUNT; i++) {
        pushers[i] = (struct pusher){
            .store = i % 2 ? fixture->other : fixture->store, .owner = owner, .number = i, .total = &total};
        threads[i] = thread_start(run_pusher, &pushers[i]);
    }
    int64_t end_ms = fixture_now_ms() + FIXTURE_PATIENCE_MS;
    while (atomic_load(&total) < THREAD_COUNT && fixture_now_ms() < end_ms) {
        fixture_pause();
    }
    fixture->engine->vanish(how);
    fixture->engine->come_back();
    for (int i = 0; i < THREAD_COUNT; i++) {
        thread_join(threads[i]);
        assert_false(pushers[i].is_impatient);
        assert_int_equal(pushers[i].acknowledged_count, PUSHES_PER_THREAD);
        assert_true(pushers[i].longest_ms < BOUND_MS);
    }
    struct picture picture = fixture_look(fixture->store);
    assert_int_equal(picture.totals.logs, THREAD_COUNT * PUSHES_PER_THREAD * PUSH_COUNT);
    assert_int_equal(picture.change_count, picture.totals.logs);
    assert_int_equal(picture.totals.targets, picture.totals.logs);
    assert_int_equal(picture.mismatch_count, 0);
}

static void test_pushes_of_eight_survive_a_kill_each_of_them_once(void **state)
{
    struct fixture *fixture = *state;
    SKIP_WHAT_CANNOT_VANISH(fixture);
    check_pushers(fixture, VANISH_KILLED);
}

int run_vanishing(void)
{
    const struct CMUnitTest vanishing[] = {
        claim(test_a_killed_engine_is_told_of_within_a_bound_and_found_again, fixture_two),
        claim(test_a_silent_engine_is_told_of_within_a_bound_and_found_again, fixture_two),
        claim(test_a_store_is_not_opened_where_nobody_answers, fixture_empty),
        claim(test_pushes_of_eight_survive_a_kill_each_of_them_once, fixture_two),
    };
    return run_claims(vanishing);
}
