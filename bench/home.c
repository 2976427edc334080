#include "home.h"

#include "bench.h"
#include "service/home.h"

#include <inttypes.h>
#include <stdio.h>

enum { ARENA_BYTES_MAX = 16 << 20, WARM_COUNT = 20 };

struct team {
    const struct ic_reference *reference;
    struct ic_store *store;
    struct ic_service service;
    struct ic_arena *arena;
    struct ic_samples samples;
    struct ic_home home; /* The last; its lists live in the arena. */
};

static void open_team(const struct ic_bench_engine *engine, const char *at, struct team *team)
{
    struct ic_clock clock = ic_reference_clock();
    struct ic_rand rand = ic_rand_system();
    struct ic_err err = IC_ERR_NONE;
    team->arena = ic_arena_create(ARENA_BYTES_MAX);
    ic_bench_must(team->arena, "there is no memory");
    ic_bench_ok(engine->open(at, team->reference->database, false, 1, &clock, &team->store, &err), &err);
    ic_service_init(&team->service, team->store, &clock, &rand);
}

static void close_team(struct team *team)
{
    ic_service_release(&team->service);
    ic_store_destroy(team->store);
    ic_arena_destroy(team->arena);
}

static void ask(struct team *team, bool is_counted)
{
    struct ic_asker asker = {.role = IC_ROLE_OWNER, .credential = IC_CREDENTIAL_SESSION};
    if (team->home.activity.count > 0) {
        asker.opr_id = team->home.activity.items[0].opr_id;
    }
    struct ic_err err = IC_ERR_NONE;
    ic_arena_reset(team->arena);
    double started = ic_bench_now_s();
    ic_bench_ok(ic_home_get(&team->service, &asker, team->arena, &team->home, &err), &err);
    if (is_counted) {
        ic_samples_add(&team->samples, ic_bench_now_s() - started);
    }
}

static double tell(const struct ic_bench_engine *engine, struct team *team, const char *key,
                   struct ic_bench_figures *figures)
{
    const struct ic_goal none = {0};
    const struct ic_goal goal = {IC_GOAL_UNDER, 10};
    char said[IC_BENCH_FIGURE_GOAL_SIZE];
    double p50_ms = ic_samples_percentile_ms(&team->samples, 50);
    double p99_ms = ic_samples_percentile_ms(&team->samples, 99);
    printf("  %-10s %10" PRId64 " events, %6" PRId64 " messages in the window %17.2f %8.2f   %s\n", engine->name,
           team->home.totals.logs, team->home.window.messages, p50_ms, p99_ms, ic_goal_say(goal, p99_ms, said));
    ic_bench_figures_add(figures, p50_ms, "ms", none, "%s.home.%s.p50_ms", engine->key, key);
    ic_bench_figures_add(figures, p99_ms, "ms", goal, "%s.home.%s.p99_ms", engine->key, key);
    ic_bench_figures_add(figures, (double)team->home.totals.logs, "events", none, "%s.home.%s.events", engine->key,
                         key);
    ic_bench_figures_add(figures, (double)team->home.window.messages, "messages", none, "%s.home.%s.window_messages",
                         engine->key, key);
    return p50_ms;
}

void ic_home_bench(const struct ic_bench_engine *engine, const char *at, const struct ic_reference *reference,
                   const struct ic_reference *older, struct ic_bench_figures *figures)
{
    static const char *const keys[2] = {"reference", "older"};
    static struct team teams[2];
    int count = older ? 2 : 1;
    double p50_ms[2] = {0};
    for (int i = 0; i < count; i++) {
        teams[i] = (struct team){.reference = i == 0 ? reference : older};
        open_team(engine, at, &teams[i]);
    }
    for (int turn = 0; turn < WARM_COUNT + IC_HOME_SAMPLES_COUNT; turn++) {
        for (int i = 0; i < count; i++) {
            ask(&teams[i], turn >= WARM_COUNT);
        }
    }
    for (int i = 0; i < count; i++) {
        p50_ms[i] = tell(engine, &teams[i], keys[i], figures);
        close_team(&teams[i]);
    }
    if (older) {
        const struct ic_goal goal = {IC_GOAL_UNDER, 1.3};
        char said[IC_BENCH_FIGURE_GOAL_SIZE];
        double ratio = p50_ms[1] / p50_ms[0];
        printf("  %-10s ten times the events, ratio of the medians %32.2f %8s   %s\n", engine->name, ratio, "",
               ic_goal_say(goal, ratio, said));
        ic_bench_figures_add(figures, ratio, "ratio", goal, "%s.home.older_to_reference_p50", engine->key);
    }
}
