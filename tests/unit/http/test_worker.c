#include "http/worker.h"

#include <pthread.h>
#include <stdatomic.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { JOBS = 1000 };

struct job {
    struct ic_worker_job job;
    atomic_int *order;
    int place; /* When it ran, from 1. */
};

static void run(struct ic_worker_job *argument)
{
    struct job *job = (struct job *)(void *)argument;
    job->place = atomic_fetch_add(job->order, 1) + 1;
}

/* A job that holds its worker until the test lets go. */
struct gate {
    struct ic_worker_job job;
    pthread_barrier_t reached;
    pthread_barrier_t open;
};

static void wait_at_gate(struct ic_worker_job *argument)
{
    struct gate *gate = (struct gate *)(void *)argument;
    pthread_barrier_wait(&gate->reached);
    pthread_barrier_wait(&gate->open);
}

static void gate_init(struct gate *gate)
{
    *gate = (struct gate){.job.run = wait_at_gate};
    pthread_barrier_init(&gate->reached, NULL, 2);
    pthread_barrier_init(&gate->open, NULL, 2);
}

static void gate_release(struct gate *gate)
{
    pthread_barrier_destroy(&gate->reached);
    pthread_barrier_destroy(&gate->open);
}

static void test_every_job_runs_once_and_before_the_end(void **state)
{
    (void)state;
    static struct job jobs[JOBS];
    atomic_int order = 0;
    struct ic_worker_pool *pool = ic_worker_pool_create(4, JOBS);
    assert_non_null(pool);
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (struct job){.job.run = run, .order = &order};
        assert_true(ic_worker_pool_submit(pool, &jobs[i].job));
    }
    ic_worker_pool_destroy(pool);
    assert_int_equal(atomic_load(&order), JOBS);
    for (int i = 0; i < JOBS; i++) {
        assert_true(jobs[i].place > 0);
    }
}

static void test_jobs_run_in_their_order_and_a_full_queue_refuses(void **state)
{
    enum { QUEUE = 5 };
    (void)state;
    struct job jobs[QUEUE + 1];
    struct gate gate;
    atomic_int order = 0;
    gate_init(&gate);
    struct ic_worker_pool *pool = ic_worker_pool_create(1, QUEUE);
    assert_non_null(pool);
    assert_true(ic_worker_pool_submit(pool, &gate.job));
    pthread_barrier_wait(&gate.reached);
    for (int i = 0; i <= QUEUE; i++) {
        jobs[i] = (struct job){.job.run = run, .order = &order};
        assert_int_equal(ic_worker_pool_submit(pool, &jobs[i].job), i < QUEUE);
    }
    pthread_barrier_wait(&gate.open);
    ic_worker_pool_destroy(pool);
    for (int i = 0; i < QUEUE; i++) {
        assert_int_equal(jobs[i].place, i + 1);
    }
    assert_int_equal(jobs[QUEUE].place, 0);
    gate_release(&gate);
}

static void test_a_closed_pool_takes_nothing(void **state)
{
    (void)state;
    atomic_int order = 0;
    struct job job = {.job.run = run, .order = &order};
    struct ic_worker_pool *pool = ic_worker_pool_create(2, 5);
    ic_worker_pool_close(pool);
    assert_false(ic_worker_pool_submit(pool, &job.job));
    ic_worker_pool_destroy(pool);
    assert_int_equal(job.place, 0);
}

static void test_a_pool_without_jobs_ends(void **state)
{
    (void)state;
    ic_worker_pool_destroy(ic_worker_pool_create(8, 1));
    ic_worker_pool_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_job_runs_once_and_before_the_end),
        cmocka_unit_test(test_jobs_run_in_their_order_and_a_full_queue_refuses),
        cmocka_unit_test(test_a_closed_pool_takes_nothing),
        cmocka_unit_test(test_a_pool_without_jobs_ends),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
