/* Many at once: every read is of one sound moment, and who must wait too long is told so. */
#include "claims.h"
#include "fixture.h"
#include "gate.h"
#include "holder.h"
#include "pushes.h"

#include <stdatomic.h>

enum { PUSHES_PER_WRITER = 15, WRITER_COUNT = THREAD_COUNT / 2 };

struct worker {
    struct ic_store *store;
    struct ic_id owner;
    int number;
    bool is_writer;
    atomic_int *writers_left;
    int look_count;
    int unsound_count; /* Moments whose parts do not fit together. */
    int failed_count;
};

static bool is_sound(const struct picture *picture)
{
    return picture->change_count == picture->totals.logs && picture->mismatch_count == 0 &&
           picture->totals.targets == picture->totals.logs && picture->totals.logs % PUSH_COUNT == 0;
}

static void *run_worker(void *context)
{
    struct worker *worker = context;
    for (int i = 0; worker->is_writer && i < PUSHES_PER_WRITER; i++) {
        struct push push;
        push_init(&push, worker->store, &worker->owner, worker->number * PUSHES_PER_WRITER + i);
        (void)push_run(&push);
        worker->failed_count += push.rc != IC_OK;
    }
    if (worker->is_writer) {
        atomic_fetch_sub(worker->writers_left, 1);
        return NULL;
    }
    do {
        struct picture picture = fixture_look(worker->store);
        worker->look_count++;
        worker->unsound_count += !is_sound(&picture);
    } while (atomic_load(worker->writers_left) > 0);
    return NULL;
}

static void test_every_moment_that_readers_see_while_others_write_is_sound(void **state)
{
    struct fixture *fixture = *state;
    struct worker workers[THREAD_COUNT];
    atomic_int writers_left = WRITER_COUNT;
    struct ic_id owner = fixture_owner(fixture->store);
    for (int i = 0; i < THREAD_COUNT; i++) {
        workers[i] = (struct worker){
            .store = i % 2 ? fixture->other : fixture->store,
            .owner = owner,
            .number = i,
            .is_writer = i < WRITER_COUNT,
            .writers_left = &writers_left,
        };
    }
    threads_run(run_worker, workers, sizeof workers[0]);
    for (int i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(workers[i].failed_count, 0);
        assert_int_equal(workers[i].unsound_count, 0);
    }
    assert_int_equal(fixture_look(fixture->store).totals.logs, WRITER_COUNT * PUSHES_PER_WRITER * PUSH_COUNT);
}

static enum ic_rc read_totals(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_store_totals_get(tx, context, err);
}

static void test_a_reader_for_whom_no_line_becomes_free_is_busy_within_a_bound(void **state)
{
    struct fixture *fixture = *state;
    struct holder holders[FIXTURE_READERS];
    pthread_t threads[FIXTURE_READERS];
    struct ic_totals totals;
    for (int i = 0; i < FIXTURE_READERS; i++) {
        holders[i] = (struct holder)HOLDER_OF(fixture->store);
        threads[i] = thread_start(holder_read, &holders[i]);
        assert_true(gate_wait(&holders[i].entered, 1));
    }
    struct ic_err err = IC_ERR_NONE;
    int64_t begin_ms = fixture_now_ms();
    enum ic_rc rc = ic_store_read(fixture->store, read_totals, &totals, &err);
    int64_t took_ms = fixture_now_ms() - begin_ms;
    for (int i = 0; i < FIXTURE_READERS; i++) {
        gate_open(&holders[i].leave);
        thread_join(threads[i]);
        assert_int_equal(holders[i].rc, IC_OK);
    }
    assert_int_equal(rc, IC_BUSY);
    assert_true(err.retry);
    assert_true(took_ms < IC_STORE_WAIT_MS_MAX + IC_DRIVER_CALL_MS_MAX);
    fixture_read(fixture->store, read_totals, &totals);
}

static void test_a_writer_whose_turn_does_not_come_is_busy_within_a_bound_and_keeps_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct holder holder = HOLDER_OF(fixture->store);
    struct push pushes[2]; /* Behind the holder, in its process and in another. */
    pthread_t holding = thread_start(holder_write, &holder);
    assert_true(gate_wait(&holder.entered, 1));
    push_init(&pushes[0], fixture->store, &owner, 0);
    push_init(&pushes[1], fixture->other, &owner, 1);
    pthread_t pushing = thread_start(push_run, &pushes[0]);
    (void)push_run(&pushes[1]);
    thread_join(pushing);
    gate_open(&holder.leave);
    thread_join(holding);
    assert_int_equal(holder.rc, IC_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pushes[i].rc, IC_BUSY);
        assert_true(pushes[i].err.retry);
        assert_true(pushes[i].took_ms < IC_STORE_WAIT_MS_MAX + IC_DRIVER_CALL_MS_MAX);
    }
    assert_int_equal(fixture_look(fixture->store).totals.logs, 0);
    for (int i = 0; i < 2; i++) {
        (void)push_run(&pushes[i]);
        assert_int_equal(pushes[i].rc, IC_OK);
    }
    assert_int_equal(fixture_look(fixture->store).totals.logs, 2 * PUSH_COUNT);
}

int run_concurrency(void)
{
    const struct CMUnitTest concurrency[] = {
        claim(test_every_moment_that_readers_see_while_others_write_is_sound, fixture_two),
        claim(test_a_reader_for_whom_no_line_becomes_free_is_busy_within_a_bound, fixture_one),
        claim(test_a_writer_whose_turn_does_not_come_is_busy_within_a_bound_and_keeps_nothing, fixture_two),
    };
    return run_claims(concurrency);
}
