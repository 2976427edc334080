#include "push.h"

#include "bench.h"
#include "contract/limits.h"
#include "service/demo_words.h"
#include "service/push.h"
#include "store/actors.h"
#include "store/operators.h"
#include "store/rules.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static const char pushed_name[] = "bench_pushed";
static const char bare_name[] = "bench_bare";

enum {
    BATCH_COUNT = IC_LIMIT_PUSH_OPERATIONS_MAX,
    ROUND_COUNT = IC_PUSH_BATCHES * BATCH_COUNT, /* Of a desktop. */
    MESSAGE_EVERY_MS = 90000,
    TARGET_EVERY = 5,
    ACTORS_EACH = 2,
    ARENA_BYTES_MAX = 64 << 20,
};

/* 2025-01-01 00:00 UTC; and a round's span is whole quarters of an hour, as ic_copy_range asks. */
#define BEGIN    INT64_C(1735689600000)
#define ROUND_MS ((int64_t)ROUND_COUNT * MESSAGE_EVERY_MS)
_Static_assert(ROUND_COUNT *(int64_t)MESSAGE_EVERY_MS % 900000 == 0, "a round ends with a quarter");

struct desktop {
    int number;
    struct ic_service *service;
    struct ic_device device;
    struct ic_rand_seed seed;
    struct ic_rand rand;
    uint32_t known_targets;          /* That this desktop has written to. */
    struct ic_arena *words;          /* Of the round's operations. */
    struct ic_arena *results;        /* Of a push. */
    struct ic_operation *operations; /* ROUND_COUNT of them. */
};

struct team {
    struct ic_service service;
    bool has_rules;
    struct desktop desktops[IC_PUSH_DESKTOPS];
};

/* ---- The team. ---- */

static enum ic_rc insert_desktop(struct ic_store_tx *tx, struct desktop *desktop, struct ic_err *err)
{
    char name[IC_DEMO_NAME_SIZE];
    char address[IC_DEMO_NAME_SIZE];
    struct ic_operator operator_ = {
        .opr_name = ic_demo_operator_name((uint32_t)desktop->number, name),
        .opr_email = ic_demo_operator_address((uint32_t)desktop->number, address),
        .role = IC_ROLE_OPERATOR,
        .time_zone = IC_STR("Europe/Lisbon"),
        .created_at = BEGIN,
        .last_activity = BEGIN,
    };
    struct ic_device *device = &desktop->device;
    *device = (struct ic_device){.device_name = IC_STR("Desktop"), .agent_version = IC_STR("1"), .created_at = BEGIN};
    enum ic_rc rc = ic_store_operator_insert(tx, &operator_, &desktop->rand, &device->opr_id, err);
    for (uint32_t i = 0; i < ACTORS_EACH && !rc; i++) {
        struct ic_id act_id;
        struct ic_handle handle = ic_demo_actor_handle((uint32_t)desktop->number * ACTORS_EACH + i);
        rc = ic_store_actor_use(tx, &handle, &device->opr_id, BEGIN, &desktop->rand, &act_id, err);
    }
    ic_hash_of(operator_.opr_email, &device->token_hash);
    return rc ? rc : ic_store_device_insert(tx, device, &desktop->rand, &device->device_id, err);
}

/* One of each kind that looks back, of the team: some of what is pushed breaks them. */
static enum ic_rc insert_rules(struct ic_store_tx *tx, struct desktop *desktop, struct ic_err *err)
{
    static const struct {
        enum ic_rule_type type;
        int64_t limit_value;
        int64_t time_window_sec;
    } rules[] = {
        {IC_RULE_TYPE_FREQUENCY_CAP, 30, 3600}, {IC_RULE_TYPE_TARGET_SPACING, 1, 86400},
        {IC_RULE_TYPE_AWAIT_REPLY, 1, 86400},   {IC_RULE_TYPE_OTHER_ACTOR, 1, 86400},
        {IC_RULE_TYPE_REPEATED_TEXT, 5, 86400},
    };
    const struct ic_log_entry entry = {.event_type = IC_EVENT_TYPE_USER,
                                       .created_at = BEGIN,
                                       .received_at = BEGIN,
                                       .opr_id = desktop->device.opr_id,
                                       .details = IC_STR("adopted a rule")};
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && rc == IC_OK; i++) {
        struct ic_id elg_id;
        struct ic_id rule_id;
        const struct ic_rule rule = {.type = rules[i].type,
                                     .limit_value = rules[i].limit_value,
                                     .time_window_sec = rules[i].time_window_sec,
                                     .severity = IC_STR("Soft Warning"),
                                     .status = IC_PROPOSAL_STATUS_ACTIVE,
                                     .suggested_by = desktop->device.opr_id,
                                     .created_at = BEGIN};
        rc = ic_store_event_insert(tx, &entry, &desktop->rand, &elg_id, err);
        if (rc == IC_OK) {
            rc = ic_store_rule_insert(tx, &rule, &elg_id, &desktop->rand, &rule_id, err);
        }
    }
    return rc;
}

static enum ic_rc insert_team(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct team *team = context;
    enum ic_rc rc = IC_OK;
    for (int i = 0; i < IC_PUSH_DESKTOPS && !rc; i++) {
        rc = insert_desktop(tx, &team->desktops[i], err);
        if (!rc) {
            rc = ic_store_device_set_token(tx, &team->desktops[i].device.device_id,
                                           &team->desktops[i].device.token_hash, BEGIN, err);
        }
    }
    return rc == IC_OK && team->has_rules ? insert_rules(tx, &team->desktops[0], err) : rc;
}

static void init_team(struct team *team, struct ic_store *store, const struct ic_clock *clock)
{
    struct ic_rand rand = ic_rand_system();
    ic_service_init(&team->service, store, clock, &rand);
    for (int i = 0; i < IC_PUSH_DESKTOPS; i++) {
        struct desktop *desktop = &team->desktops[i];
        *desktop = (struct desktop){.number = i, .service = &team->service};
        desktop->rand = ic_rand_seeded(&desktop->seed, (uint64_t)i);
        desktop->words = ic_arena_create(ARENA_BYTES_MAX);
        desktop->results = ic_arena_create(ARENA_BYTES_MAX);
        desktop->operations = calloc(ROUND_COUNT, sizeof *desktop->operations);
        ic_bench_must(desktop->words && desktop->results && desktop->operations, "there is no memory");
    }
    struct ic_err err = IC_ERR_NONE;
    ic_bench_ok(ic_store_write(store, insert_team, team, &err), &err);
}

static void release_team(struct team *team)
{
    for (int i = 0; i < IC_PUSH_DESKTOPS; i++) {
        ic_arena_destroy(team->desktops[i].words);
        ic_arena_destroy(team->desktops[i].results);
        free(team->desktops[i].operations);
    }
    ic_service_release(&team->service);
}

/* ---- A round of pushes. ---- */

static struct ic_str keep(struct desktop *desktop, struct ic_str text)
{
    struct ic_str kept;
    ic_bench_must(ic_arena_copy(desktop->words, text, &kept), "there is no memory for the messages");
    return kept;
}

static void write_message(struct desktop *desktop, int64_t sent_at, struct ic_operation *operation)
{
    char text[IC_DEMO_MESSAGE_SIZE];
    char thread_id[IC_DEMO_NAME_SIZE];
    bool is_first = desktop->known_targets == 0 || ic_rand_below(&desktop->rand, TARGET_EVERY) == 0;
    uint32_t target = is_first ? desktop->known_targets++ : ic_rand_below(&desktop->rand, desktop->known_targets);
    target = target * IC_PUSH_DESKTOPS + (uint32_t)desktop->number; /* Nobody else's. */
    uint32_t actor = (uint32_t)desktop->number * ACTORS_EACH + target % ACTORS_EACH;
    (void)snprintf(thread_id, sizeof thread_id, "3402823668417%08u", target);
    *operation = (struct ic_operation){
        .op_id = ic_op_id_create(sent_at, &desktop->rand),
        .kind = IC_OPERATION_KIND_OUTREACH,
        .act_username = ic_demo_actor_handle(actor),
        .tar_username = ic_demo_target_handle(target),
        .thread_id = keep(desktop, ic_str_from(thread_id)),
        .message_text = keep(desktop, ic_demo_message(target, is_first, IC_STR("Maya"), &desktop->rand, text)),
        .sent_at = sent_at,
    };
}

static void write_round(struct desktop *desktop, int64_t begin)
{
    ic_arena_reset(desktop->words);
    for (int i = 0; i < ROUND_COUNT; i++) {
        write_message(desktop, begin + (int64_t)i * MESSAGE_EVERY_MS + 7000 * desktop->number, &desktop->operations[i]);
    }
}

static void *push_round(void *context)
{
    struct desktop *desktop = context;
    for (int i = 0; i < IC_PUSH_BATCHES; i++) {
        struct ic_push_batch batch = {
            .device = &desktop->device,
            .operations = &desktop->operations[i * BATCH_COUNT],
            .count = BATCH_COUNT,
        };
        struct ic_push_outcome *outcomes;
        int64_t server_time;
        struct ic_err err = IC_ERR_NONE;
        ic_arena_reset(desktop->results);
        ic_bench_ok(ic_push_apply(desktop->service, &batch, desktop->results, &outcomes, &server_time, &err), &err);
        for (int j = 0; j < BATCH_COUNT; j++) {
            ic_bench_must(outcomes[j].outcome == IC_OPERATION_OUTCOME_ACCEPTED, "an operation was not accepted");
        }
    }
    return NULL;
}

static double time_pushes(struct team *team, int64_t begin)
{
    pthread_t threads[IC_PUSH_DESKTOPS];
    for (int i = 0; i < IC_PUSH_DESKTOPS; i++) {
        write_round(&team->desktops[i], begin);
    }
    double started = ic_bench_now_s();
    for (int i = 0; i < IC_PUSH_DESKTOPS; i++) {
        ic_bench_must(pthread_create(&threads[i], NULL, push_round, &team->desktops[i]) == 0, "no thread");
    }
    for (int i = 0; i < IC_PUSH_DESKTOPS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    return ic_bench_now_s() - started;
}

/* ---- Side by side. ---- */

void ic_push_print_heading(void)
{
    printf("  %-10s %-6s %12s %12s %12s %12s %8s   goal\n", "", "rules", "events/s", "bare", "rows/s", "bare", "ratio");
}

/* What was compared must be equal. */
static void compare_counts(const struct ic_bench_engine *engine, const char *at, struct ic_bare *bare)
{
    struct ic_bare *pushed = engine->bare_open(at, pushed_name);
    for (const struct ic_copy_source *source = ic_copy_pushed; source->table; source++) {
        ic_bench_must(engine->bare_count(pushed, source->table) == engine->bare_count(bare, source->table),
                      "the bare side has not the rows that the pushes wrote");
    }
    engine->bare_close(pushed);
}

static void tell(const struct ic_bench_engine *engine, bool has_rules, double pushed_s, double bare_s, size_t row_count,
                 struct ic_bench_figures *figures)
{
    const struct ic_goal none = {0};
    const struct ic_goal half = has_rules ? none : (struct ic_goal){IC_GOAL_AT_LEAST, 0.5};
    const char *part = has_rules ? "push_with_rules" : "push";
    double events = (double)IC_PUSH_ROUNDS * IC_PUSH_DESKTOPS * ROUND_COUNT;
    double rows = (double)row_count;
    char goal[IC_BENCH_FIGURE_GOAL_SIZE];
    printf("  %-10s %-6s %12.0f %12.0f %12.0f %12.0f %8.2f   %s\n", engine->name, has_rules ? "5" : "none",
           events / pushed_s, events / bare_s, rows / pushed_s, rows / bare_s, bare_s / pushed_s,
           ic_goal_say(half, bare_s / pushed_s, goal));
    printf("  %-10s bare: %s\n", "", engine->bare);
    (void)fflush(stdout);
    ic_bench_figures_add(figures, events / pushed_s, "events/s", none, "%s.%s.pushed_events_per_s", engine->key, part);
    ic_bench_figures_add(figures, events / bare_s, "events/s", none, "%s.%s.bare_events_per_s", engine->key, part);
    ic_bench_figures_add(figures, rows / pushed_s, "rows/s", none, "%s.%s.pushed_rows_per_s", engine->key, part);
    ic_bench_figures_add(figures, rows / bare_s, "rows/s", none, "%s.%s.bare_rows_per_s", engine->key, part);
    ic_bench_figures_add(figures, bare_s / pushed_s, "ratio", half, "%s.%s.ratio", engine->key, part);
}

static void run_rounds(const struct ic_bench_engine *engine, const char *at, struct team *team, struct ic_bare *bare,
                       struct ic_bench_figures *figures)
{
    struct ic_copy copy;
    struct ic_copy_range range = {.is_team = true};
    double pushed_s = 0;
    double bare_s = 0;
    size_t row_count = 0;
    ic_copy_init(&copy);
    engine->gather(at, pushed_name, &range, &copy);
    engine->bare_insert(bare, &copy, IC_PUSH_BARE_EVENTS);
    range.is_team = false;
    for (int i = 0; i < IC_PUSH_ROUNDS; i++) {
        range.from = BEGIN + i * ROUND_MS;
        pushed_s += time_pushes(team, range.from);
        engine->gather(at, pushed_name, &range, &copy);
        range.cursor = copy.last_cursor;
        row_count += copy.row_count;
        double started = ic_bench_now_s();
        engine->bare_insert(bare, &copy, IC_PUSH_BARE_EVENTS);
        bare_s += ic_bench_now_s() - started;
    }
    ic_copy_release(&copy);
    compare_counts(engine, at, bare);
    tell(engine, team->has_rules, pushed_s, bare_s, row_count, figures);
}

static void run_team(const struct ic_bench_engine *engine, const char *at, bool has_rules,
                     struct ic_bench_figures *figures)
{
    struct ic_clock clock = ic_clock_system();
    struct ic_err err = IC_ERR_NONE;
    struct ic_store *store;
    struct team *team = calloc(1, sizeof *team);
    ic_bench_must(team, "there is no memory");
    engine->drop(at, pushed_name);
    engine->drop(at, bare_name);
    ic_bench_ok(engine->open(at, bare_name, false, 1, &clock, &store, &err), &err); /* The same schema. */
    ic_store_destroy(store);
    ic_bench_ok(engine->open(at, pushed_name, false, 1, &clock, &store, &err), &err);
    team->has_rules = has_rules;
    init_team(team, store, &clock);
    struct ic_bare *bare = engine->bare_open(at, bare_name);
    run_rounds(engine, at, team, bare, figures);
    engine->bare_close(bare);
    release_team(team);
    free(team);
    ic_store_destroy(store);
    engine->drop(at, pushed_name);
    engine->drop(at, bare_name);
}

void ic_push_bench(const struct ic_bench_engine *engine, const char *at, struct ic_bench_figures *figures)
{
    run_team(engine, at, false, figures);
    run_team(engine, at, true, figures);
}
