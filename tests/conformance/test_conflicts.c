/* Sessions of others, which know nothing of the writer's turn: their locks are waited for only so long, and a deadlock
 * with them is mended. */
#include "claims.h"
#include "fixture.h"
#include "gate.h"

struct writer {
    struct ic_store *store;
    struct gate inserted;
    struct gate go_on;
    int run_count;
    enum ic_rc rc;
    struct ic_err err;
    int64_t took_ms;
};

/* The totals are written at the end of the function: behind `go_on`. */
static enum ic_rc insert_then_wait(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct writer *writer = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    writer->run_count++;
    enum ic_rc rc = fixture_insert_operator(tx, IC_STR("Ana"), &rand, &id, err);
    gate_open(&writer->inserted);
    if (!rc && !gate_wait(&writer->go_on, 1)) {
        rc = ic_err_set(err, IC_CODE_TIMEOUT, "test", "Nobody has let it go.");
    }
    return rc;
}

static void *run_writer(void *context)
{
    struct writer *writer = context;
    int64_t begin_ms = fixture_now_ms();
    writer->err = IC_ERR_NONE;
    writer->rc = ic_store_write(writer->store, insert_then_wait, writer, &writer->err);
    writer->took_ms = fixture_now_ms() - begin_ms;
    return NULL;
}

static const char lock_totals[] = "UPDATE totals SET total_value = total_value WHERE total_name = 'operators'";

struct intruder {
    const struct engine *engine;
    struct outside *outside;
    struct gate *before;
    bool has_inserted;
};

/* Wants the name that the writer has inserted and not committed; whoever gets it gives it back. */
static void *run_intruder(void *context)
{
    struct intruder *intruder = context;
    gate_open(intruder->before);
    intruder->has_inserted = intruder->engine->outside_run(
        intruder->outside, "INSERT INTO operators (opr_id, opr_email, opr_email_folded, opr_name, opr_name_folded, "
                           "opr_status, role, time_zone, created_at, last_activity) VALUES ('OPR-00000000', "
                           "'ana@team.example', 'ana@team.example', 'Ana', 'ana', 'offline', 'viewer', 'UTC', 1, 1)");
    intruder->engine->outside_end(intruder->outside);
    return NULL;
}

static void test_a_deadlock_with_another_session_is_mended_by_running_the_write_again(void **state)
{
    struct fixture *fixture = *state;
    if (!fixture->engine->locks_rows) {
        skip_because(fixture, "a session that writes locks the whole database, so that none can deadlock.");
    }
    if (fixture->engine->chooses_victim) {
        skip_because(fixture, "of two sessions that wait for each other it ends one, and does not say which.");
    }
    struct writer writer = {.store = fixture->store, .inserted = GATE_CLOSED, .go_on = GATE_CLOSED};
    struct intruder intruder = {
        .engine = fixture->engine, .outside = fixture->engine->outside_begin(), .before = &writer.go_on};
    assert_true(fixture->engine->outside_run(intruder.outside, lock_totals));
    pthread_t writing = thread_start(run_writer, &writer);
    assert_true(gate_wait(&writer.inserted, 1));
    pthread_t intruding = thread_start(run_intruder, &intruder);
    thread_join(writing);
    thread_join(intruding);
    assert_true(intruder.has_inserted); /* So the writer was the one to give way. */
    assert_int_equal(writer.rc, IC_OK);
    assert_true(writer.run_count >= 2);
    assert_int_equal(fixture_look(fixture->store).totals.operators, 1);
}

static enum ic_rc read_totals(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_store_totals_get(tx, context, err);
}

static void test_a_lock_of_another_session_makes_writers_busy_within_a_bound_and_readers_not(void **state)
{
    struct fixture *fixture = *state;
    struct writer writer = {.store = fixture->store, .inserted = GATE_CLOSED, .go_on = GATE_CLOSED};
    struct outside *outside = fixture->engine->outside_begin();
    struct ic_totals totals = {.operators = -1};
    assert_true(fixture->engine->outside_run(outside, lock_totals));
    gate_open(&writer.go_on);
    (void)run_writer(&writer);
    fixture_read(fixture->store, read_totals, &totals);
    fixture->engine->outside_end(outside);
    assert_int_equal(writer.rc, IC_BUSY);
    assert_true(writer.err.retry);
    assert_true(writer.took_ms < IC_STORE_WAIT_MS_MAX + IC_DRIVER_CALL_MS_MAX);
    assert_int_equal(totals.operators, 0);
    /* By itself, at once, when the lock is gone. */
    (void)run_writer(&writer);
    assert_int_equal(writer.rc, IC_OK);
    assert_int_equal(fixture_look(fixture->store).totals.operators, 1);
}

int run_conflicts(void)
{
    const struct CMUnitTest conflicts[] = {
        claim(test_a_deadlock_with_another_session_is_mended_by_running_the_write_again, fixture_one),
        claim(test_a_lock_of_another_session_makes_writers_busy_within_a_bound_and_readers_not, fixture_one),
    };
    return run_claims(conflicts);
}
