/* What may be there once is there once, however many ask for it at the same time through two stores; an id that is
 * taken is drawn again. */
#include "claims.h"
#include "fixture.h"
#include "gate.h"
#include "store/access.h"
#include "store/actors.h"
#include "store/targets.h"

#include <stdio.h>

enum { ROUNDS = 10, RACE_SECRET_SIZE = 32 };

/* ---- Races. ---- */

struct racer {
    struct ic_store *store;
    ic_store_run run;
    int round;
    struct ic_id owner;
    struct ic_outreach outreach;
    /* What came of it. */
    struct ic_id id;
    bool is_duplicate;
    enum ic_rc rc;
    struct ic_err err;
};

static void *race(void *context)
{
    struct racer *racer = context;
    racer->err = IC_ERR_NONE;
    racer->rc = ic_store_write(racer->store, racer->run, racer, &racer->err);
    return NULL;
}

/* Runs the function in eight threads on two stores; gives how many of them it went well for. */
static int run_race(struct fixture *fixture, ic_store_run run, int round, struct racer *racers)
{
    int won_count = 0;
    for (int i = 0; i < THREAD_COUNT; i++) {
        racers[i].store = i % 2 ? fixture->other : fixture->store;
        racers[i].run = run;
        racers[i].round = round;
    }
    threads_run(race, racers, sizeof racers[0]);
    for (int i = 0; i < THREAD_COUNT; i++) {
        won_count += racers[i].rc == IC_OK;
    }
    return won_count;
}

/* One wins, the others are told this code. */
static void assert_one_wins(struct fixture *fixture, ic_store_run run, struct ic_id owner, enum ic_code code)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct racer racers[THREAD_COUNT] = {0};
        for (int i = 0; i < THREAD_COUNT; i++) {
            racers[i].owner = owner;
        }
        assert_int_equal(run_race(fixture, run, round, racers), 1);
        for (int i = 0; i < THREAD_COUNT; i++) {
            assert_int_equal(racers[i].err.code, racers[i].rc ? code : IC_CODE_OK);
        }
    }
}

/* All get the same id. */
static void assert_all_get_one(struct fixture *fixture, ic_store_run run, struct ic_id owner)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct racer racers[THREAD_COUNT] = {0};
        for (int i = 0; i < THREAD_COUNT; i++) {
            racers[i].owner = owner;
        }
        assert_int_equal(run_race(fixture, run, round, racers), THREAD_COUNT);
        for (int i = 0; i < THREAD_COUNT; i++) {
            assert_string_equal(racers[i].id.text, racers[0].id.text);
        }
    }
}

static enum ic_rc insert_operator(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct racer *racer = context;
    struct ic_rand rand = ic_rand_system();
    char name[16];
    (void)snprintf(name, sizeof name, "Ana %d", racer->round);
    return fixture_insert_operator(tx, ic_str_from(name), &rand, &racer->id, err);
}

static void test_one_of_eight_gets_a_name(void **state)
{
    struct fixture *fixture = *state;
    assert_one_wins(fixture, insert_operator, (struct ic_id){0}, IC_CODE_NAME_TAKEN);
    assert_int_equal(fixture_look(fixture->store).totals.operators, ROUNDS);
}

static void race_handle(const struct racer *racer, struct ic_handle *ret_handle)
{
    (void)snprintf(ret_handle->text, sizeof ret_handle->text, "bistro.%d", racer->round);
}

static enum ic_rc insert_target(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct racer *racer = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_target target = {.last_updated = 1};
    race_handle(racer, &target.tar_username);
    return ic_store_target_insert(tx, &target, &rand, &racer->id, err);
}

static void test_one_of_eight_makes_a_target(void **state)
{
    struct fixture *fixture = *state;
    assert_one_wins(fixture, insert_target, (struct ic_id){0}, IC_CODE_CONFLICT);
    assert_int_equal(fixture_look(fixture->store).totals.targets, ROUNDS);
}

static enum ic_rc contact_target(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct racer *racer = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_contacted contacted = {.at = 5};
    race_handle(racer, &contacted.tar_username);
    enum ic_rc rc = ic_store_targets_contact(tx, &contacted, 1, &rand, err);
    racer->id = contacted.tar_id;
    return rc;
}

static void test_eight_who_contact_a_target_contact_one(void **state)
{
    struct fixture *fixture = *state;
    assert_all_get_one(fixture, contact_target, (struct ic_id){0});
    assert_int_equal(fixture_look(fixture->store).totals.targets, ROUNDS);
}

static enum ic_rc insert_actor(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct racer *racer = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_actor actor = {.opr_id = racer->owner, .act_status = IC_ACTOR_STATUS_ACTIVE};
    race_handle(racer, &actor.act_username);
    return ic_store_actor_insert(tx, &actor, &rand, &racer->id, err);
}

static void test_one_of_eight_makes_an_actor(void **state)
{
    struct fixture *fixture = *state;
    assert_one_wins(fixture, insert_actor, fixture_owner(fixture->store), IC_CODE_CONFLICT);
    assert_int_equal(fixture_look(fixture->store).totals.actors, ROUNDS);
}

static enum ic_rc use_actor(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct racer *racer = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_handle act_username;
    race_handle(racer, &act_username);
    return ic_store_actor_use(tx, &act_username, &racer->owner, 7, &rand, &racer->id, err);
}

static void test_eight_who_use_an_actor_use_one(void **state)
{
    struct fixture *fixture = *state;
    assert_all_get_one(fixture, use_actor, fixture_owner(fixture->store));
    assert_int_equal(fixture_look(fixture->store).totals.actors, ROUNDS);
}

static void race_secret(int round, struct ic_hash *ret_hash)
{
    char secret[RACE_SECRET_SIZE];
    (void)snprintf(secret, sizeof secret, "secret %d", round);
    ic_hash_of(ic_str_from(secret), ret_hash);
}

static enum ic_rc insert_links(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)context;
    enum ic_rc rc = IC_OK;
    for (int round = 0; round < ROUNDS && !rc; round++) {
        struct ic_link link = {.created_at = 10, .expires_at = 100};
        race_secret(round, &link.secret_hash);
        rc = ic_store_link_insert(tx, &link, err);
    }
    return rc;
}

static enum ic_rc take_link(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct racer *racer = context;
    struct ic_hash secret_hash;
    struct ic_link link;
    race_secret(racer->round, &secret_hash);
    return ic_store_link_take(tx, &secret_hash, 50, &link, err);
}

static void test_one_of_eight_takes_a_link(void **state)
{
    struct fixture *fixture = *state;
    fixture_write(fixture->store, insert_links, NULL);
    assert_one_wins(fixture, take_link, (struct ic_id){0}, IC_CODE_INVALID_LINK);
}

static enum ic_rc push(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct racer *racer = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_known_operation known;
    struct ic_outreach_ids ids;
    enum ic_rc rc = ic_store_operations_find(tx, &racer->outreach.op_id, 1, &known, err);
    racer->is_duplicate = !rc && known.is_known;
    if (!rc && known.is_known) {
        ids = known.ids;
    } else if (!rc) {
        rc = ic_store_outreach_insert(tx, &racer->outreach, 1, &rand, &ids, err);
    }
    if (!rc) {
        racer->id = ids.elg_id;
    }
    return rc;
}

static void test_an_operation_that_eight_push_is_one_event(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    for (int round = 0; round < ROUNDS; round++) {
        struct racer racers[THREAD_COUNT] = {0};
        struct ic_outreach outreach = fixture_outreach(&owner, "bistro.alfama", 5000 + round);
        for (int i = 0; i < THREAD_COUNT; i++) {
            racers[i].outreach = outreach;
        }
        assert_int_equal(run_race(fixture, push, round, racers), THREAD_COUNT);
        int first_count = 0;
        for (int i = 0; i < THREAD_COUNT; i++) {
            assert_string_equal(racers[i].id.text, racers[0].id.text);
            first_count += !racers[i].is_duplicate;
        }
        assert_int_equal(first_count, 1);
    }
    struct picture picture = fixture_look(fixture->other);
    assert_int_equal(picture.totals.logs, ROUNDS);
    assert_int_equal(picture.change_count, ROUNDS);
    assert_int_equal(picture.mismatch_count, 0);
}

/* ---- Ids. ---- */

/* A random source that begins anew for each test of a collision: the first id it gives was given before. */
struct drawing {
    struct ic_rand_seed seed;
    struct ic_rand rand;
    struct ic_id owner;
    const char *name;
    struct ic_id id;
    struct ic_event_ids ids;
};

static void begin_drawing(struct drawing *drawing)
{
    drawing->rand = ic_rand_seeded(&drawing->seed, 7);
}

static enum ic_rc draw_operator(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct drawing *drawing = context;
    return fixture_insert_operator(tx, ic_str_from(drawing->name), &drawing->rand, &drawing->id, err);
}

static enum ic_rc draw_actor(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct drawing *drawing = context;
    struct ic_actor actor = {.opr_id = drawing->owner, .act_status = IC_ACTOR_STATUS_ACTIVE};
    must(ic_handle_parse(ic_str_from(drawing->name), &actor.act_username), "a handle");
    return ic_store_actor_insert(tx, &actor, &drawing->rand, &drawing->id, err);
}

static enum ic_rc draw_target(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct drawing *drawing = context;
    struct ic_target target = {.last_updated = 1};
    must(ic_handle_parse(ic_str_from(drawing->name), &target.tar_username), "a handle");
    return ic_store_target_insert(tx, &target, &drawing->rand, &drawing->id, err);
}

static enum ic_rc draw_device(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct drawing *drawing = context;
    struct ic_device device = {
        .opr_id = drawing->owner, .device_name = IC_STR("Desk"), .agent_version = IC_STR("1"), .created_at = 1};
    return ic_store_device_insert(tx, &device, &drawing->rand, &drawing->id, err);
}

static enum ic_rc draw_event(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct drawing *drawing = context;
    struct ic_new_event event = {
        .event_type = IC_EVENT_TYPE_USER, .opr_id = drawing->owner, .details = ic_str_from(drawing->name)};
    enum ic_rc rc = ic_store_events_insert(tx, &event, 1, &drawing->rand, &drawing->ids, err);
    drawing->id = drawing->ids.elg_id;
    return rc;
}

static void test_an_id_that_is_taken_is_drawn_again(void **state)
{
    static const ic_store_run draws[] = {draw_operator, draw_actor, draw_target, draw_device, draw_event};
    struct fixture *fixture = *state;
    struct drawing drawing = {.owner = fixture_owner(fixture->store)};
    for (size_t i = 0; i < sizeof draws / sizeof draws[0]; i++) {
        drawing.name = "ana";
        begin_drawing(&drawing);
        fixture_write(fixture->store, draws[i], &drawing);
        struct ic_id first = drawing.id;
        drawing.name = "bea";
        begin_drawing(&drawing);
        fixture_write(fixture->other, draws[i], &drawing);
        assert_string_not_equal(drawing.id.text, first.text);
    }
    struct picture picture = fixture_look(fixture->store);
    assert_int_equal(picture.totals.operators, 3);
    assert_int_equal(picture.totals.actors, 2);
    assert_int_equal(picture.totals.targets, 2);
    assert_int_equal(picture.totals.logs, 2);
    assert_int_equal(picture.change_count, 2);
    assert_int_equal(picture.mismatch_count, 0);
}

static void fill_alike(void *context, void *bytes, size_t size)
{
    (void)context;
    for (size_t i = 0; i < size; i++) {
        ((unsigned char *)bytes)[i] = 7;
    }
}

static void test_a_source_that_only_repeats_itself_is_given_up_and_leaves_nothing(void **state)
{
    static const ic_store_run draws[] = {draw_operator, draw_actor, draw_target, draw_device, draw_event};
    struct fixture *fixture = *state;
    struct drawing drawing = {.owner = fixture_owner(fixture->store), .rand = {.fill = fill_alike}};
    for (size_t i = 0; i < sizeof draws / sizeof draws[0]; i++) {
        drawing.name = "ana";
        fixture_write(fixture->store, draws[i], &drawing);
        struct picture before = fixture_look(fixture->store);
        struct ic_err err = IC_ERR_NONE;
        drawing.name = "bea";
        enum ic_rc rc = ic_store_write(fixture->store, draws[i], &drawing, &err);
        assert_true(rc == IC_INTERNAL || (rc == IC_BUSY && err.retry));
        struct picture after = fixture_look(fixture->store);
        assert_true(picture_equal(&before, &after));
    }
}

int run_uniqueness(void)
{
    const struct CMUnitTest uniqueness[] = {
        claim(test_one_of_eight_gets_a_name, fixture_two),
        claim(test_one_of_eight_makes_a_target, fixture_two),
        claim(test_eight_who_contact_a_target_contact_one, fixture_two),
        claim(test_one_of_eight_makes_an_actor, fixture_two),
        claim(test_eight_who_use_an_actor_use_one, fixture_two),
        claim(test_one_of_eight_takes_a_link, fixture_two),
        claim(test_an_operation_that_eight_push_is_one_event, fixture_two),
        claim(test_an_id_that_is_taken_is_drawn_again, fixture_two),
        claim(test_a_source_that_only_repeats_itself_is_given_up_and_leaves_nothing, fixture_one),
    };
    return run_claims(uniqueness);
}
