/* The cache by itself: what it keeps, for how long, and one computation for many. */
#include "service/cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { THREADS = 8, BODY_BYTES_MAX = 1 << 20 };

struct world {
    struct ic_cache cache;
    atomic_int runs;
    atomic_int waiting; /* Threads that have begun to ask. */
    bool fails;
    bool waits_for_all; /* The computation goes on when all threads have asked. */
    size_t size;        /* Of the answer. */
};

static int set_up(void **state)
{
    static struct world world;
    struct ic_rand rand = ic_rand_system();
    memset(&world, 0, sizeof world);
    world.size = 4;
    ic_cache_init(&world.cache, &rand);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    ic_cache_release(&world->cache);
    return 0;
}

static enum ic_rc compute(void *context, struct ic_cache_body *body, struct ic_err *err)
{
    struct world *world = context;
    int run = atomic_fetch_add(&world->runs, 1) + 1;
    while (world->waits_for_all && atomic_load(&world->waiting) < THREADS) {
    }
    if (world->fails) {
        return ic_err_set(err, IC_CODE_UNAVAILABLE, "test", "It fails.");
    }
    ic_buf_put_format(&body->bytes, "%04d", run);
    while (body->bytes.size < world->size) {
        ic_buf_put_char(&body->bytes, '.');
    }
    return IC_OK;
}

/* The run that the answer came from; 0: it failed. */
static int ask(struct world *world, const char *name, const struct ic_cache_stamp *stamp)
{
    struct ic_hash key;
    struct ic_err err = IC_ERR_NONE;
    struct ic_cache_body body = {0};
    int run = 0;
    ic_hash_of(ic_str_from(name), &key);
    ic_buf_init(&body.bytes, BODY_BYTES_MAX);
    if (ic_cache_get(&world->cache, &key, stamp, compute, world, &body, &err) == IC_OK) {
        for (int i = 0; i < 4; i++) {
            run = run * 10 + body.bytes.data[i] - '0';
        }
    }
    ic_buf_release(&body.bytes);
    return run;
}

static const struct ic_cache_stamp then = {.versions = {7, 7}, .slot = 1};

static void test_an_answer_is_kept_under_its_stamp_alone(void **state)
{
    struct ic_cache_stamp event = then, slot = then;
    event.versions[IC_CACHE_TAG_EVENTS]++;
    slot.slot++;
    assert_int_equal(ask(*state, "a", &then), 1);
    assert_int_equal(ask(*state, "a", &then), 1);
    assert_int_equal(ask(*state, "b", &then), 2);
    assert_int_equal(ask(*state, "a", &event), 3);
    assert_int_equal(ask(*state, "a", &slot), 4);
    assert_int_equal(ask(*state, "b", &then), 2);
}

static void test_a_failure_is_not_kept(void **state)
{
    struct world *world = *state;
    world->fails = true;
    assert_int_equal(ask(world, "a", &then), 0);
    world->fails = false;
    assert_int_equal(ask(world, "a", &then), 2);
}

static void test_what_was_not_asked_for_longest_goes_first(void **state)
{
    struct world *world = *state;
    char name[16];
    assert_int_equal(ask(world, "kept", &then), 1);
    assert_int_equal(ask(world, "gone", &then), 2);
    for (int i = 0; i < IC_CACHE_ENTRIES_MAX - 1; i++) {
        snprintf(name, sizeof name, "%d", i);
        (void)ask(world, name, &then);
        assert_int_equal(ask(world, "kept", &then), 1);
    }
    assert_int_equal(ic_cache_state_get(&world->cache).entries, IC_CACHE_ENTRIES_MAX);
    assert_int_equal(ask(world, "gone", &then), IC_CACHE_ENTRIES_MAX + 2);
}

static void test_its_bytes_are_bounded(void **state)
{
    struct world *world = *state;
    char name[16];
    world->size = IC_CACHE_ENTRY_BYTES_MAX;
    for (int i = 0; i < 2 * IC_CACHE_BYTES_MAX / IC_CACHE_ENTRY_BYTES_MAX; i++) {
        snprintf(name, sizeof name, "%d", i);
        (void)ask(world, name, &then);
        assert_true(ic_cache_state_get(&world->cache).bytes <= IC_CACHE_BYTES_MAX);
    }
    size_t entries = ic_cache_state_get(&world->cache).entries;
    assert_true(entries > 0);
    world->size++;
    (void)ask(world, "too large", &then);
    assert_int_equal(ic_cache_state_get(&world->cache).entries, entries);
}

struct thread {
    pthread_t thread;
    struct world *world;
    int run;
};

static void *ask_in_thread(void *context)
{
    struct thread *thread = context;
    atomic_fetch_add(&thread->world->waiting, 1);
    thread->run = ask(thread->world, "a", &then);
    return NULL;
}

static void ask_at_once(struct world *world, struct thread *threads)
{
    world->waits_for_all = true;
    for (int i = 0; i < THREADS; i++) {
        threads[i] = (struct thread){.world = world};
        assert_int_equal(pthread_create(&threads[i].thread, NULL, ask_in_thread, &threads[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i].thread, NULL);
    }
}

static void test_many_who_miss_at_once_compute_once(void **state)
{
    struct world *world = *state;
    struct thread threads[THREADS];
    ask_at_once(world, threads);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(threads[i].run, 1);
    }
    assert_int_equal(atomic_load(&world->runs), 1);
}

static void test_those_who_waited_for_a_failure_try_themselves(void **state)
{
    struct world *world = *state;
    struct thread threads[THREADS];
    world->fails = true;
    ask_at_once(world, threads);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(threads[i].run, 0);
    }
    assert_int_equal(atomic_load(&world->runs), THREADS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_answer_is_kept_under_its_stamp_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_failure_is_not_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_not_asked_for_longest_goes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_its_bytes_are_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_who_miss_at_once_compute_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_those_who_waited_for_a_failure_try_themselves, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
