/* Several threads at once on one store. Threads only note what came of their calls; the test's thread judges. */
#include "fixture.h"
#include "store/access.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

enum { THREAD_COUNT = 8, DEADLINE_S = 30 };

static void run_threads(void *(*run)(void *context), void *contexts, size_t size)
{
    pthread_t threads[THREAD_COUNT];
    for (size_t i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, run, (char *)contexts + i * size), 0);
    }
    for (size_t i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

/* Something that one thread opens and others wait for. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    int open_count;
};

#define GATE_CLOSED                                            \
    {                                                          \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 \
    }

static void gate_open(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->open_count++;
    pthread_cond_broadcast(&gate->opened);
    pthread_mutex_unlock(&gate->lock);
}

/* Whether the gate was opened `count` times before the deadline. */
static bool gate_wait(struct gate *gate, int count)
{
    struct timespec deadline;
    (void)clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += DEADLINE_S;
    int failure = 0;
    pthread_mutex_lock(&gate->lock);
    while (gate->open_count < count && !failure) {
        failure = pthread_cond_timedwait(&gate->opened, &gate->lock, &deadline);
    }
    bool is_open = gate->open_count >= count;
    pthread_mutex_unlock(&gate->lock);
    return is_open;
}

/* ---- Take once. ---- */

struct taker {
    struct ic_store *store;
    struct ic_hash secret_hash;
    enum ic_rc rc;
};

static enum ic_rc take_link(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct taker *taker = context;
    struct ic_link link;
    return ic_store_link_take(tx, &taker->secret_hash, 50, &link, err);
}

static void *run_taker(void *context)
{
    struct taker *taker = context;
    struct ic_err err = IC_ERR_NONE;
    taker->rc = ic_store_write(taker->store, take_link, taker, &err);
    return NULL;
}

static enum ic_rc insert_link(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_store_link_insert(tx, context, err);
}

static void test_one_of_eight_takes_a_link(void **state)
{
    struct fixture *fixture = *state;
    for (int round = 0; round < 10; round++) {
        char secret[32];
        (void)snprintf(secret, sizeof secret, "secret %d", round);
        struct ic_link link = {.created_at = 10, .expires_at = 100};
        ic_hash_of(ic_str_from(secret), &link.secret_hash);
        fixture_write(fixture, insert_link, &link);
        struct taker takers[THREAD_COUNT];
        for (int i = 0; i < THREAD_COUNT; i++) {
            takers[i] = (struct taker){.store = fixture->store, .secret_hash = link.secret_hash};
        }
        run_threads(run_taker, takers, sizeof takers[0]);
        int taken_count = 0;
        for (int i = 0; i < THREAD_COUNT; i++) {
            taken_count += takers[i].rc == IC_OK;
            assert_true(takers[i].rc == IC_OK || takers[i].rc == IC_UNAUTHENTICATED);
        }
        assert_int_equal(taken_count, 1);
    }
}

/* ---- One op_id is one event. ---- */

struct pusher {
    struct ic_store *store;
    struct ic_outreach outreach;
    enum ic_rc rc;
    bool is_duplicate;
    struct ic_outreach_ids ids;
};

static enum ic_rc push(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct pusher *pusher = context;
    struct ic_known_operation known;
    struct ic_rand rand = ic_rand_system();
    enum ic_rc rc = ic_store_operations_find(tx, &pusher->outreach.op_id, 1, &known, err);
    if (rc) {
        return rc;
    }
    pusher->is_duplicate = known.is_known;
    pusher->ids = known.ids;
    return known.is_known ? IC_OK : ic_store_outreach_insert(tx, &pusher->outreach, 1, &rand, &pusher->ids, err);
}

static void *run_pusher(void *context)
{
    struct pusher *pusher = context;
    struct ic_err err = IC_ERR_NONE;
    pusher->rc = ic_store_write(pusher->store, push, pusher, &err);
    return NULL;
}

static void test_eight_pushes_of_one_operation_give_one_event(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner;
    fixture_write(fixture, fixture_insert_owner, &owner);
    for (int round = 0; round < 10; round++) {
        struct ic_outreach outreach = fixture_outreach(&owner, "bistro.alfama", 5000 + round);
        struct pusher pushers[THREAD_COUNT];
        for (int i = 0; i < THREAD_COUNT; i++) {
            pushers[i] = (struct pusher){.store = fixture->store, .outreach = outreach};
        }
        run_threads(run_pusher, pushers, sizeof pushers[0]);
        int first_count = 0;
        for (int i = 0; i < THREAD_COUNT; i++) {
            assert_int_equal(pushers[i].rc, IC_OK);
            first_count += !pushers[i].is_duplicate;
            assert_memory_equal(&pushers[i].ids, &pushers[0].ids, sizeof pushers[i].ids);
        }
        assert_int_equal(first_count, 1);
    }
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM event_logs"), 10);
    assert_int_equal(fixture_sql(fixture, "SELECT total_value FROM totals WHERE total_name = 'logs'"), 10);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM changes"), 10);
}

/* ---- Group commit. ---- */

struct member {
    struct ic_store *store;
    struct ic_id owner;
    int number;
    enum ic_rc rc;
    struct ic_err err;
};

/* Every third fails after it has written. */
static enum ic_rc write_or_fail(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct member *member = context;
    char handle[32];
    (void)snprintf(handle, sizeof handle, "target.%d", member->number);
    struct ic_outreach outreach = fixture_outreach(&member->owner, handle, 5000);
    struct ic_rand rand = ic_rand_system();
    struct ic_outreach_ids ids;
    enum ic_rc rc = ic_store_outreach_insert(tx, &outreach, 1, &rand, &ids, err);
    if (!rc && member->number % 3 == 0) {
        rc = ic_err_set(err, IC_CODE_FORBIDDEN, "test", "Member %d fails.", member->number);
    }
    return rc;
}

static void *run_member(void *context)
{
    struct member *member = context;
    member->err = IC_ERR_NONE;
    member->rc = ic_store_write(member->store, write_or_fail, member, &member->err);
    return NULL;
}

struct holder {
    struct ic_store *store;
    struct gate *entered;
    struct gate *leave;
    enum ic_rc rc;
};

static enum ic_rc hold(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)tx;
    (void)err;
    struct holder *holder = context;
    gate_open(holder->entered);
    (void)gate_wait(holder->leave, 1);
    return IC_OK;
}

static void *run_holder(void *context)
{
    struct holder *holder = context;
    holder->rc = ic_store_write(holder->store, hold, holder, NULL);
    return NULL;
}

static void test_a_failing_member_leaves_the_others_work(void **state)
{
    struct fixture *fixture = *state;
    struct gate entered = GATE_CLOSED;
    struct gate leave = GATE_CLOSED;
    struct ic_id owner;
    fixture_write(fixture, fixture_insert_owner, &owner);
    /* While one write is held, the others gather behind it and become one group. */
    struct holder holder = {fixture->store, &entered, &leave, IC_INTERNAL};
    pthread_t holding;
    assert_int_equal(pthread_create(&holding, NULL, run_holder, &holder), 0);
    assert_true(gate_wait(&entered, 1));
    struct member members[THREAD_COUNT];
    pthread_t threads[THREAD_COUNT];
    for (int i = 0; i < THREAD_COUNT; i++) {
        members[i] = (struct member){.store = fixture->store, .owner = owner, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, run_member, &members[i]), 0);
    }
    gate_open(&leave);
    assert_int_equal(pthread_join(holding, NULL), 0);
    assert_int_equal(holder.rc, IC_OK);
    int kept_count = 0;
    for (int i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(members[i].rc, i % 3 == 0 ? IC_FORBIDDEN : IC_OK);
        kept_count += members[i].rc == IC_OK;
    }
    assert_string_equal(members[3].err.detail, "Member 3 fails.");
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM targets"), kept_count);
    assert_int_equal(fixture_sql(fixture, "SELECT total_value FROM totals WHERE total_name = 'targets'"), kept_count);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM changes"), kept_count);
    assert_int_equal(fixture_sql(fixture, "SELECT MAX(cursor) FROM changes"), kept_count);
}

/* ---- Snapshots. ---- */

struct snapshot {
    struct gate *first_read;
    struct gate *written;
    struct ic_totals before;
    struct ic_totals after;
    enum ic_rc rc;
    struct ic_store *store;
};

static enum ic_rc read_twice(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct snapshot *snapshot = context;
    enum ic_rc rc = ic_store_totals_get(tx, &snapshot->before, err);
    gate_open(snapshot->first_read);
    (void)gate_wait(snapshot->written, 1);
    return rc ? rc : ic_store_totals_get(tx, &snapshot->after, err);
}

static void *run_snapshot(void *context)
{
    struct snapshot *snapshot = context;
    snapshot->rc = ic_store_read(snapshot->store, read_twice, snapshot, NULL);
    return NULL;
}

static enum ic_rc read_totals(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_store_totals_get(tx, context, err);
}

static void test_a_reader_sees_one_moment_while_others_write(void **state)
{
    struct fixture *fixture = *state;
    struct gate first_read = GATE_CLOSED;
    struct gate written = GATE_CLOSED;
    struct snapshot snapshot = {.first_read = &first_read, .written = &written, .store = fixture->store};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run_snapshot, &snapshot), 0);
    assert_true(gate_wait(&first_read, 1));
    struct ic_id owner;
    fixture_write(fixture, fixture_insert_owner, &owner);
    gate_open(&written);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(snapshot.rc, IC_OK);
    assert_int_equal(snapshot.before.operators, 0);
    assert_int_equal(snapshot.after.operators, 0);
    struct ic_totals now;
    assert_int_equal(ic_store_read(fixture->store, read_totals, &now, NULL), IC_OK);
    assert_int_equal(now.operators, 1);
}

static enum ic_rc write_in_a_read(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)context;
    struct ic_operator operator_ = {
        .opr_name = IC_STR("a"), .opr_email = IC_STR("b"), .time_zone = IC_STR("UTC"), .role = IC_ROLE_VIEWER};
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    return ic_store_operator_insert(tx, &operator_, &rand, &id, err);
}

static void test_a_reader_cannot_write(void **state)
{
    struct fixture *fixture = *state;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_store_read(fixture->store, write_in_a_read, NULL, &err), IC_UNAVAILABLE);
    struct ic_totals now;
    assert_int_equal(ic_store_read(fixture->store, read_totals, &now, NULL), IC_OK);
    assert_int_equal(now.operators, 0);
}

static void test_more_threads_than_readers_take_turns(void **state)
{
    struct fixture *fixture = *state;
    struct gate first_read = GATE_CLOSED;
    struct gate written = GATE_CLOSED;
    struct snapshot snapshots[THREAD_COUNT];
    pthread_t threads[THREAD_COUNT];
    for (int i = 0; i < THREAD_COUNT; i++) {
        snapshots[i] = (struct snapshot){.first_read = &first_read, .written = &written, .store = fixture->store};
        assert_int_equal(pthread_create(&threads[i], NULL, run_snapshot, &snapshots[i]), 0);
    }
    assert_true(gate_wait(&first_read, 2)); /* The fixture's store has two readers. */
    gate_open(&written);
    for (int i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(snapshots[i].rc, IC_OK);
    }
}

/* ---- The listener. ---- */

static void open_gate(void *context)
{
    gate_open(context);
}

static enum ic_rc insert_event(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_log_entry entry = {.event_type = IC_EVENT_TYPE_USER, .opr_id = *(struct ic_id *)context, .created_at = 1};
    struct ic_rand rand = ic_rand_system();
    struct ic_id elg_id;
    return ic_store_event_insert(tx, &entry, &rand, &elg_id, err);
}

static enum ic_rc insert_event_and_fail(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    enum ic_rc rc = insert_event(tx, context, err);
    return rc ? rc : ic_err_set(err, IC_CODE_FORBIDDEN, "test", "It was thought better of.");
}

static void test_the_listener_hears_of_commits_that_append_to_the_feed(void **state)
{
    struct fixture *fixture = *state;
    struct gate heard = GATE_CLOSED;
    ic_store_listen(fixture->store, open_gate, &heard);
    struct ic_id owner;
    fixture_write(fixture, fixture_insert_owner, &owner); /* Appends nothing. */
    assert_int_equal(ic_store_write(fixture->store, insert_event_and_fail, &owner, NULL), IC_FORBIDDEN);
    fixture_write(fixture, insert_event, &owner);
    assert_true(gate_wait(&heard, 1));
    fixture_write(fixture, insert_event, &owner);
    assert_true(gate_wait(&heard, 2));
    /* The watch may tell of them once more. */
    ic_store_destroy(fixture->store);
    fixture->store = NULL;
    assert_true(heard.open_count >= 2);
}

/* ---- Bounds. ---- */

static void test_a_caller_waits_no_longer_than_it_may(void **state)
{
    struct fixture *fixture = *state;
    struct gate entered = GATE_CLOSED;
    struct gate leave = GATE_CLOSED;
    struct ic_id owner;
    fixture_write(fixture, fixture_insert_owner, &owner);
    struct holder holder = {fixture->store, &entered, &leave, IC_INTERNAL};
    pthread_t holding;
    assert_int_equal(pthread_create(&holding, NULL, run_holder, &holder), 0);
    assert_true(gate_wait(&entered, 1));
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_store_write(fixture->store, insert_event, &owner, &err), IC_BUSY);
    assert_true(err.retry);
    gate_open(&leave);
    assert_int_equal(pthread_join(holding, NULL), 0);
    fixture_write(fixture, insert_event, &owner);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM event_logs"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_of_eight_takes_a_link, fixture_open, fixture_end),
        cmocka_unit_test_setup_teardown(test_eight_pushes_of_one_operation_give_one_event, fixture_open, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_failing_member_leaves_the_others_work, fixture_open, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_reader_sees_one_moment_while_others_write, fixture_open, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_reader_cannot_write, fixture_open, fixture_end),
        cmocka_unit_test_setup_teardown(test_more_threads_than_readers_take_turns, fixture_open, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_listener_hears_of_commits_that_append_to_the_feed, fixture_open,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_caller_waits_no_longer_than_it_may, fixture_open, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
