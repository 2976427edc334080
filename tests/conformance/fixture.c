#include "fixture.h"

#include "store/rollup.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct engine *used_engine;
static pthread_t test_thread;

static bool is_testing; /* Set once, before threads start. */

void must(bool holds, const char *what)
{
    if (holds) {
        return;
    }
    if (is_testing && pthread_equal(pthread_self(), test_thread)) {
        fail_msg("This should have gone well: %s", what);
    }
    (void)fprintf(stderr, "This should have gone well: %s\n", what);
    abort();
}

void fixture_use(const struct engine *engine)
{
    used_engine = engine;
    test_thread = pthread_self();
    is_testing = true;
}

/* ---- Setups. ---- */

int fixture_empty(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    must(fixture, "memory");
    fixture->engine = used_engine;
    fixture->clock = ic_clock_system();
    fixture->rand = ic_rand_system();
    fixture->arena = ic_arena_create(FIXTURE_ARENA_BYTES_MAX);
    must(fixture->arena, "an arena");
    fixture->engine->make();
    *state = fixture;
    return 0;
}

enum ic_rc fixture_try_store(const struct fixture *fixture, struct ic_store **ret_store, struct ic_err *err)
{
    return ic_store_create(fixture->engine->open(), FIXTURE_READERS, &fixture->clock, ret_store, err);
}

struct ic_store *fixture_open_store(const struct fixture *fixture)
{
    struct ic_store *store = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = fixture_try_store(fixture, &store, &err);
    must(!rc, err.detail);
    return store;
}

int fixture_one(void **state)
{
    (void)fixture_empty(state);
    struct fixture *fixture = *state;
    fixture->store = fixture_open_store(fixture);
    return 0;
}

int fixture_two(void **state)
{
    (void)fixture_one(state);
    struct fixture *fixture = *state;
    fixture->other = fixture_open_store(fixture);
    return 0;
}

int fixture_proxied(void **state)
{
    (void)fixture_empty(state);
    struct fixture *fixture = *state;
    struct ic_err err = IC_ERR_NONE;
    fixture->proxy = proxy_create(fixture->engine);
    enum ic_rc rc =
        ic_store_create(proxy_open(fixture->proxy), FIXTURE_READERS, &fixture->clock, &fixture->store, &err);
    must(!rc, err.detail);
    return 0;
}

int fixture_end(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->engine->can_vanish && fixture->engine->can_vanish()) {
        fixture->engine->come_back(); /* A test that failed may have left it away. */
    }
    ic_store_destroy(fixture->store);
    ic_store_destroy(fixture->other);
    ic_store_destroy(fixture->third);
    proxy_destroy(fixture->proxy);
    fixture->engine->remove();
    ic_arena_destroy(fixture->arena);
    free(fixture);
    return 0;
}

/* ---- Reading and writing. ---- */

int64_t fixture_now_ms(void)
{
    struct ic_clock clock = ic_clock_system();
    return ic_clock_monotonic_ms(&clock);
}

void fixture_pause(void)
{
    (void)poll(NULL, 0, 10);
}

void fixture_write(struct ic_store *store, ic_store_run run, void *context)
{
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_store_write(store, run, context, &err);
    must(!rc, err.detail);
}

void fixture_read(struct ic_store *store, ic_store_run run, void *context)
{
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_store_read(store, run, context, &err);
    must(!rc, err.detail);
}

static void do_patiently(enum ic_rc (*call)(struct ic_store *, ic_store_run, void *, struct ic_err *),
                         struct ic_store *store, ic_store_run run, void *context)
{
    int64_t end_ms = fixture_now_ms() + FIXTURE_PATIENCE_MS;
    for (;;) {
        struct ic_err err = IC_ERR_NONE;
        enum ic_rc rc = call(store, run, context, &err);
        if (!rc) {
            return;
        }
        if (!err.retry || fixture_now_ms() >= end_ms) {
            must(!rc, err.detail);
        }
        fixture_pause();
    }
}

void fixture_write_patiently(struct ic_store *store, ic_store_run run, void *context)
{
    do_patiently(ic_store_write, store, run, context);
}

void fixture_read_patiently(struct ic_store *store, ic_store_run run, void *context)
{
    do_patiently(ic_store_read, store, run, context);
}

/* ---- Looking. ---- */

static enum ic_rc count_changes(struct ic_store_tx *tx, int64_t *ret_count, struct ic_err *err)
{
    enum { PAGE = 200 };
    struct ic_arena *arena = ic_arena_create(FIXTURE_ARENA_BYTES_MAX);
    must(arena, "an arena");
    struct ic_change_list page = {0};
    int64_t cursor = 0;
    int64_t count = 0;
    enum ic_rc rc;
    do {
        ic_arena_reset(arena);
        rc = ic_store_change_list(tx, cursor, PAGE, arena, &page, err);
        if (!rc && page.count > 0) {
            cursor = page.items[page.count - 1].cursor;
            count += (int64_t)page.count;
        }
    } while (!rc && page.count == PAGE);
    ic_arena_destroy(arena);
    *ret_count = count;
    return rc;
}

static enum ic_rc look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct picture *picture = context;
    struct ic_rollup_report report = {0};
    enum ic_rc rc = ic_store_totals_get(tx, &picture->totals, err);
    if (!rc) {
        rc = ic_store_cursor_get(tx, &picture->cursor, err);
    }
    if (!rc) {
        rc = count_changes(tx, &picture->change_count, err);
    }
    if (!rc) {
        rc = ic_rollup_check(tx, &report, err);
    }
    picture->mismatch_count = report.mismatch_count;
    return rc;
}

struct picture fixture_look(struct ic_store *store)
{
    struct picture picture = {0};
    fixture_read_patiently(store, look, &picture);
    return picture;
}

bool picture_equal(const struct picture *left, const struct picture *right)
{
    return left->totals.targets == right->totals.targets && left->totals.logs == right->totals.logs &&
           left->totals.actors == right->totals.actors && left->totals.operators == right->totals.operators &&
           left->cursor == right->cursor && left->change_count == right->change_count &&
           left->mismatch_count == right->mismatch_count;
}

/* ---- What is put in. ---- */

enum ic_rc fixture_insert_operator(struct ic_store_tx *tx, struct ic_str name, const struct ic_rand *rand,
                                   struct ic_id *ret_id, struct ic_err *err)
{
    char email[256];
    int size = snprintf(email, sizeof email, "%.*s@team.example", (int)name.size, name.data);
    struct ic_operator operator_ = {
        .opr_name = name,
        .opr_email = {email, (size_t)size},
        .opr_status = IC_OPERATOR_STATUS_OFFLINE,
        .role = IC_ROLE_OWNER,
        .time_zone = IC_STR("Europe/Lisbon"),
        .created_at = 1000,
        .last_activity = 1000,
    };
    return ic_store_operator_insert(tx, &operator_, rand, ret_id, err);
}

static enum ic_rc insert_owner(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_rand rand = ic_rand_system();
    return fixture_insert_operator(tx, IC_STR("Owner"), &rand, context, err);
}

struct ic_id fixture_owner(struct ic_store *store)
{
    struct ic_id id = {0};
    fixture_write(store, insert_owner, &id);
    return id;
}

struct ic_outreach fixture_outreach(const struct ic_id *opr_id, const char *tar_username, int64_t at)
{
    struct ic_rand rand = ic_rand_system();
    struct ic_outreach outreach = {
        .opr_id = *opr_id,
        .act_username = {"tableturnerr"},
        .thread_id = IC_STR("340282366841710300949128"),
        .message_text = IC_STR("Hello!"),
        .sent_at = at,
        .created_at = at,
        .received_at = at,
        .op_id = ic_op_id_create(at, &rand),
    };
    must(ic_handle_parse(ic_str_from(tar_username), &outreach.tar_username), "a handle");
    ic_hash_of(ic_str_from(outreach.op_id.text), &outreach.op_hash);
    return outreach;
}

enum ic_rc fixture_insert_event(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_err *err)
{
    struct ic_log_entry entry = {.event_type = IC_EVENT_TYPE_USER, .opr_id = *opr_id, .created_at = 1};
    struct ic_rand rand = ic_rand_system();
    struct ic_id elg_id;
    return ic_store_event_insert(tx, &entry, &rand, &elg_id, err);
}
