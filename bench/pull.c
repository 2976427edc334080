#include "pull.h"

#include "bench.h"
#include "caller.h"
#include "reference.h"
#include "service/demo_words.h"
#include "site.h"
#include "store/access.h"
#include "store/operators.h"
#include "sync/operation.h"
#include "sync/pull_page.h"

#include <stdio.h>
#include <stdlib.h>

static const char operation_name[] = "bench.pull";

enum {
    PATH_SIZE = IC_LIMIT_PLACE_CHARACTERS_MAX + 128,
    PLACES_MAX = 8192,
    ARENA_BYTES_MAX = 64 << 20,
    WARM_COUNT = 50,
    BYTES_PER_MIB = 1 << 20,
};

struct place {
    char path[PATH_SIZE]; /* That asks for the page behind it. */
};

/* A first sync, page by page. */
struct first_sync {
    size_t pages;
    size_t rows;
    size_t targets;
    size_t bytes;
    size_t packed_bytes;
    double s;
    double grown_mib;
    struct place places[PLACES_MAX];
    size_t targets_from; /* Pages of targets only: the first, and the one behind the last. */
    size_t targets_to;
};

/* A team with its server, and a desktop of it. */
struct team {
    struct ic_reference reference;
    struct ic_secret token;
    struct ic_rand rand;
    struct ic_site site;
    struct ic_caller caller;
    struct ic_arena *arena;
    struct first_sync *first;
    struct place before_changes;
    struct place end;
};

/* ---- The team. ---- */

static enum ic_rc insert_desktop(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct team *team = context;
    char name[IC_SECRET_SIZE];
    char address[IC_SECRET_SIZE];
    struct ic_hash token_hash;
    /* One more with each run, whose name and address are nobody else's. */
    (void)snprintf(name, sizeof name, "Bench %.16s", team->token.text);
    (void)snprintf(address, sizeof address, "%.16s@bench.example", team->token.text);
    ic_hash_of(ic_str_from(team->token.text), &token_hash);
    const struct ic_operator operator_ = {
        .opr_name = ic_str_from(name),
        .opr_email = ic_str_from(address),
        .role = IC_ROLE_OPERATOR,
        .time_zone = IC_STR("Europe/Lisbon"),
        .created_at = IC_REFERENCE_UNTIL,
        .last_activity = IC_REFERENCE_UNTIL,
    };
    struct ic_device device = {
        .device_name = IC_STR("Desktop"), .agent_version = IC_STR("1"), .created_at = IC_REFERENCE_UNTIL};
    device.token_hash = token_hash;
    enum ic_rc rc = ic_store_operator_insert(tx, &operator_, &team->rand, &device.opr_id, err);
    if (!rc) {
        rc = ic_store_device_insert(tx, &device, &team->rand, &device.device_id, err);
    }
    return rc ? rc : ic_store_device_set_token(tx, &device.device_id, &token_hash, IC_REFERENCE_UNTIL, err);
}

static void begin_team(const struct ic_bench_engine *engine, const char *at, const char *folder, const char *kind,
                       uint32_t events, struct team *team)
{
    struct ic_clock clock = ic_reference_clock();
    struct ic_demo_options options = ic_demo_reference(IC_REFERENCE_UNTIL);
    struct ic_err err = IC_ERR_NONE;
    struct ic_store *store;
    options.targets = IC_PULL_TARGETS;
    options.events = events;
    *team = (struct team){.rand = ic_rand_system(), .arena = ic_arena_create(ARENA_BYTES_MAX)};
    team->first = calloc(1, sizeof *team->first);
    ic_bench_must(team->arena && team->first, "there is no memory");
    ic_reference_have(engine, at, folder, kind, &options, &team->reference);
    ic_secret_create(&team->rand, &team->token);
    ic_bench_ok(engine->open(at, team->reference.database, false, 1, &clock, &store, &err), &err);
    ic_bench_ok(ic_store_write(store, insert_desktop, team, &err), &err);
    ic_store_destroy(store);
    ic_site_start(engine, at, team->reference.database, &team->site);
}

static void end_team(struct team *team)
{
    ic_caller_release(&team->caller);
    ic_site_end(&team->site);
    ic_arena_destroy(team->arena);
    free(team->first);
}

/* ---- Pages. ---- */

static double ask(struct team *team, const struct place *place)
{
    return ic_caller_ask(&team->caller, place->path, IC_STR(""));
}

/* The page that was asked for last; it lives in the team's arena until the next one. */
static struct ic_pull_page read_page(struct team *team)
{
    struct ic_pull_page page;
    json_t *object;
    struct ic_err err = IC_ERR_NONE;
    ic_arena_reset(team->arena);
    ic_bench_ok(ic_json_parse(ic_buf_view(&team->caller.body), operation_name, team->arena, &object, &err), &err);
    ic_bench_ok(ic_pull_page_decode(object, team->arena, &page, &err), &err);
    return page;
}

static void set_place(struct place *place, struct ic_str next)
{
    (void)snprintf(place->path, sizeof place->path, "/api/v1/sync/pull?protocol=1&limit=%d%s%.*s", IC_PULL_PAGE_ROWS,
                   next.size > 0 ? "&after=" : "", (int)next.size, next.data);
}

static size_t count_rows(const struct ic_pull_page *page)
{
    return page->suppressions_count + page->operators_count + page->actors_count + page->targets_count +
           page->aliases_count + page->outreach_count + page->goals_count + page->rules_count;
}

static void sync_first(struct team *team)
{
    struct first_sync *first = team->first;
    bool has_more = true;
    ic_caller_init(&team->caller, team->site.port, &team->token);
    (void)ask(team, &(struct place){"/healthz"}); /* Its workers and the caches of their connections are there. */
    double before_mib = ic_site_memory_mib(&team->site);
    set_place(&first->places[0], IC_STR(""));
    while (has_more) {
        ic_bench_must(first->pages + 1 < PLACES_MAX, "a first sync has too many pages");
        first->s += ask(team, &first->places[first->pages]);
        struct ic_pull_page page = read_page(team);
        bool is_whole = page.targets_count == IC_PULL_PAGE_ROWS;
        first->targets_from = is_whole && first->targets_from == 0 ? first->pages : first->targets_from;
        first->targets_to = is_whole ? first->pages + 1 : first->targets_to;
        first->rows += count_rows(&page);
        first->targets += page.targets_count;
        first->bytes += team->caller.body.size;
        first->packed_bytes += team->caller.packed_size;
        has_more = page.has_more;
        set_place(&first->places[++first->pages], page.next);
    }
    first->grown_mib = ic_site_memory_mib(&team->site) - before_mib;
    ic_bench_must(first->targets >= IC_PULL_TARGETS, "a first sync lacks targets");
    team->before_changes = first->places[first->pages];
}

/* Somebody writes to ten people: those are the changes behind the place where the first sync has ended. */
static void push_changes(struct team *team)
{
    struct ic_buf body;
    struct ic_json_writer writer;
    ic_buf_init(&body, IC_LIMIT_BODY_BYTES_MAX);
    ic_json_writer_init(&writer, &body);
    ic_json_object_begin(&writer);
    ic_json_put_int64(&writer, "protocol", 1);
    ic_json_key(&writer, "operations");
    ic_json_array_begin(&writer);
    for (uint32_t i = 0; i < IC_PULL_CHANGES; i++) {
        const struct ic_operation operation = {
            .op_id = ic_op_id_create(IC_REFERENCE_UNTIL, &team->rand),
            .kind = IC_OPERATION_KIND_OUTREACH,
            .act_username = ic_demo_actor_handle(0),
            .tar_username = ic_demo_target_handle(i * (IC_PULL_TARGETS / IC_PULL_CHANGES)),
            .sent_at = IC_REFERENCE_UNTIL,
            .thread_id = IC_STR("1"),
            .message_text = IC_STR("Hello, and thank you."),
        };
        ic_operation_encode(&operation, &writer);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    (void)ic_caller_ask(&team->caller, "/api/v1/sync/push", ic_buf_view(&body));
    ic_buf_release(&body);
    (void)ask(team, &team->before_changes);
    struct ic_pull_page page = read_page(team);
    ic_bench_must(page.outreach_count == IC_PULL_CHANGES && !page.has_more, "a page has not the changes");
    set_place(&team->end, page.next);
}

/* ---- Figures. ---- */

struct told {
    const struct ic_bench_engine *engine;
    struct ic_bench_figures *figures;
};

static void tell_first(const struct told *told, const struct first_sync *first)
{
    const struct ic_goal none = {0};
    const char *key = told->engine->key;
    double mib = (double)first->bytes / BYTES_PER_MIB;
    double packed_mib = (double)first->packed_bytes / BYTES_PER_MIB;
    double rows_per_s = (double)first->rows / first->s;
    printf("  %-10s first sync of %zu targets: %zu rows in %zu pages, %.1f s, %.0f rows/s, %.1f MiB packed to %.1f; "
           "the server grew by %.1f MiB\n",
           told->engine->name, first->targets, first->rows, first->pages, first->s, rows_per_s, mib, packed_mib,
           first->grown_mib);
    ic_bench_figures_add(told->figures, first->s, "s", none, "%s.pull.first_sync.s", key);
    ic_bench_figures_add(told->figures, (double)first->rows, "rows", none, "%s.pull.first_sync.rows", key);
    ic_bench_figures_add(told->figures, rows_per_s, "rows/s", none, "%s.pull.first_sync.rows_per_s", key);
    ic_bench_figures_add(told->figures, (double)first->pages, "pages", none, "%s.pull.first_sync.pages", key);
    ic_bench_figures_add(told->figures, mib, "MiB", none, "%s.pull.first_sync.size_mib", key);
    ic_bench_figures_add(told->figures, packed_mib, "MiB", none, "%s.pull.first_sync.packed_mib", key);
    ic_bench_figures_add(told->figures, first->grown_mib, "MiB", none, "%s.pull.first_sync.server_grew_mib", key);
}

static double tell_samples(const struct told *told, struct ic_samples *samples, const char *what, const char *key)
{
    const struct ic_goal none = {0};
    double sum_s = 0;
    for (int i = 0; i < samples->count; i++) {
        sum_s += samples->s[i];
    }
    double p50_ms = ic_samples_percentile_ms(samples, 50);
    double p99_ms = ic_samples_percentile_ms(samples, 99);
    double per_s = samples->count / sum_s;
    printf("  %-10s %-46s %10.0f %8.2f %8.2f\n", told->engine->name, what, per_s, p50_ms, p99_ms);
    ic_bench_figures_add(told->figures, per_s, "requests/s", none, "%s.pull.%s.requests_per_s", told->engine->key, key);
    ic_bench_figures_add(told->figures, p50_ms, "ms", none, "%s.pull.%s.p50_ms", told->engine->key, key);
    ic_bench_figures_add(told->figures, p99_ms, "ms", none, "%s.pull.%s.p99_ms", told->engine->key, key);
    return p50_ms;
}

static void tell_ratio(const struct told *told, double ratio, const char *what, const char *key, struct ic_goal goal)
{
    char said[IC_BENCH_FIGURE_GOAL_SIZE];
    printf("  %-10s %-46s %19.2f %8s   %s\n", told->engine->name, what, ratio, "", ic_goal_say(goal, ratio, said));
    ic_bench_figures_add(told->figures, ratio, "ratio", goal, "%s.pull.%s", told->engine->key, key);
}

/* ---- In turns. ---- */

static void compare_feeds(const struct told *told, struct team *long_, struct team *short_)
{
    static struct ic_samples health, nothing, of_long, of_short;
    static const struct place healthz = {"/healthz"};
    const struct ic_goal none = {0};
    const struct ic_goal flat = {IC_GOAL_UNDER, 1.3};
    health.count = nothing.count = of_long.count = of_short.count = 0;
    for (int turn = 0; turn < WARM_COUNT + IC_PULL_SAMPLES; turn++) {
        double health_s = ask(long_, &healthz);
        double nothing_s = ask(long_, &long_->end);
        double long_s = ask(long_, &long_->before_changes);
        double short_s = ask(short_, &short_->before_changes);
        if (turn >= WARM_COUNT) {
            ic_samples_add(&health, health_s);
            ic_samples_add(&nothing, nothing_s);
            ic_samples_add(&of_long, long_s);
            ic_samples_add(&of_short, short_s);
        }
    }
    printf("%69s %8s %8s   goal\n", "requests/s", "p50 ms", "p99 ms");
    double health_ms = tell_samples(told, &health, "GET /healthz, the yardstick", "healthz");
    double nothing_ms = tell_samples(told, &nothing, "nothing new", "nothing_new");
    double long_ms = tell_samples(told, &of_long, "10 changes behind 1,000,000", "changes_of_long");
    double short_ms = tell_samples(told, &of_short, "10 changes behind 10,000", "changes_of_short");
    tell_ratio(told, nothing_ms / health_ms, "nothing new / healthz", "nothing_new_to_healthz", none);
    tell_ratio(told, long_ms / short_ms, "behind 1,000,000 / behind 10,000", "long_to_short_p50", flat);
}

/* Pages of as many rows of one kind, from either end, again and again. */
static void compare_depths(const struct told *told, struct team *team)
{
    static struct ic_samples begin, end;
    const struct first_sync *first = team->first;
    const struct ic_goal flat = {IC_GOAL_UNDER, 1.3};
    begin.count = end.count = 0;
    ic_bench_must(first->targets_to - first->targets_from > 2 * IC_PULL_DEPTH_PAGES, "a snapshot is too short");
    for (size_t turn = 0; turn < IC_PULL_SAMPLES; turn++) {
        size_t page = turn % IC_PULL_DEPTH_PAGES;
        double begin_s = ask(team, &first->places[first->targets_from + page]);
        double end_s = ask(team, &first->places[first->targets_to - 1 - page]);
        if (turn >= WARM_COUNT) {
            ic_samples_add(&begin, begin_s);
            ic_samples_add(&end, end_s);
        }
    }
    double begin_ms = tell_samples(told, &begin, "500 targets at a snapshot's beginning", "page_at_beginning");
    double end_ms = tell_samples(told, &end, "500 targets at its end", "page_at_end");
    tell_ratio(told, end_ms / begin_ms, "at the end / at the beginning", "end_to_beginning_p50", flat);
}

void ic_pull_bench(const struct ic_bench_engine *engine, const char *at, const char *folder,
                   struct ic_bench_figures *figures)
{
    static struct team long_, short_;
    const struct told told = {.engine = engine, .figures = figures};
    begin_team(engine, at, folder, "pull_short", IC_PULL_SHORT_FEED, &short_);
    begin_team(engine, at, folder, "pull_long", IC_PULL_LONG_FEED, &long_);
    sync_first(&long_);
    sync_first(&short_);
    tell_first(&told, long_.first);
    push_changes(&long_);
    push_changes(&short_);
    compare_feeds(&told, &long_, &short_);
    compare_depths(&told, &long_);
    (void)fflush(stdout);
    end_team(&long_);
    end_team(&short_);
}
