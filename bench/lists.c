#include "lists.h"

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROW_COUNT = 10000,
    FAR_ROW_COUNT = 10000 * IC_LIST_PAGE_COUNT, /* 10,000 pages. */
    WALK_COUNT = 200,
    PLACES_COUNT = 8, /* The page at a depth, and those behind it: not always the same rows. */
    ARENA_BYTES_MAX = 64 << 20,
    WARM_COUNT = 5,
};

enum { AT_FIRST, AT_ROW, AT_FAR, DEPTH_COUNT };

static const char *const depth_keys[DEPTH_COUNT] = {"page_1", "row_10000", "page_10000"};

/* Pages of one variant at one depth, and how long they took. */
struct places {
    int count;
    char after[PLACES_COUNT][IC_LIST_AFTER_SIZE];
};

struct depth {
    struct places places[IC_LIST_VARIANTS_COUNT];
    int place_count; /* Of all variants. */
    struct ic_samples samples;
    double spent_s;
};

struct measured {
    struct ic_lists *lists;
    const struct ic_list_case *list;
    int failure_count;
    struct ic_err failure; /* The last. */
    struct depth depths[DEPTH_COUNT];
};

static bool read_page(struct measured *measured, int variant, const char *after, size_t limit,
                      struct ic_list_page *ret_page)
{
    struct ic_err err = IC_ERR_NONE;
    ic_arena_reset(measured->lists->arena);
    enum ic_rc rc = measured->list->read(measured->lists, measured->list, variant, after, limit, ret_page, &err);
    if (rc) {
        measured->failure_count++;
        measured->failure = err;
    }
    return !rc;
}

/* ---- Walking. ---- */

/* Goes `row_count` rows further; false when the list ends before. `after` stays at the last place that was found. */
static bool walk(struct measured *measured, int variant, int row_count, char after[IC_LIST_AFTER_SIZE])
{
    struct ic_list_page page;
    for (int left = row_count; left > 0; left -= (int)page.count) {
        /* A page of a search may have fewer rows than asked for. */
        size_t limit = left < WALK_COUNT ? (size_t)left : WALK_COUNT;
        if (!read_page(measured, variant, after, limit, &page) || !page.next[0]) {
            return false;
        }
        memcpy(after, page.next, IC_LIST_AFTER_SIZE);
    }
    return true;
}

/* Notes the pages that begin at `after`. */
static void note_places(struct measured *measured, int variant, struct depth *depth, const char *after)
{
    struct places *places = &depth->places[variant];
    struct ic_list_page page = {.count = IC_LIST_PAGE_COUNT};
    (void)snprintf(page.next, sizeof page.next, "%s", after);
    do {
        memcpy(places->after[places->count++], page.next, IC_LIST_AFTER_SIZE);
        depth->place_count++;
    } while (places->count < PLACES_COUNT &&
             read_page(measured, variant, places->after[places->count - 1], IC_LIST_PAGE_COUNT, &page) && page.next[0]);
}

static void find_places(struct measured *measured, int variant)
{
    char after[IC_LIST_AFTER_SIZE] = "";
    note_places(measured, variant, &measured->depths[AT_FIRST], after);
    if (!walk(measured, variant, ROW_COUNT, after)) {
        return;
    }
    note_places(measured, variant, &measured->depths[AT_ROW], after);
    if (measured->list->is_long) {
        (void)walk(measured, variant, FAR_ROW_COUNT - ROW_COUNT, after);
        note_places(measured, variant, &measured->depths[AT_FAR], after);
    }
}

/* ---- Measuring. ---- */

/* The place whose turn it is. */
static const char *choose(const struct depth *depth, int turn, int *ret_variant)
{
    int left = turn % depth->place_count;
    int variant = 0;
    /* Variants take turns before places do. */
    for (int round = 0;; variant = (variant + 1) % IC_LIST_VARIANTS_COUNT, round += variant == 0) {
        if (round < depth->places[variant].count && left-- == 0) {
            *ret_variant = variant;
            return depth->places[variant].after[round];
        }
    }
}

static void take_sample(struct measured *measured, struct depth *depth, int turn)
{
    int variant;
    struct ic_list_page page;
    const char *after = choose(depth, turn, &variant);
    double started = ic_bench_now_s();
    bool is_good = read_page(measured, variant, after, IC_LIST_PAGE_COUNT, &page);
    double took_s = ic_bench_now_s() - started;
    depth->spent_s += took_s;
    if (is_good && turn >= WARM_COUNT) {
        ic_samples_add(&depth->samples, took_s);
    }
}

static void take_samples(struct measured *measured)
{
    for (int turn = 0; turn < IC_LIST_SAMPLES_COUNT + WARM_COUNT; turn++) {
        for (int i = 0; i < DEPTH_COUNT; i++) {
            struct depth *depth = &measured->depths[i];
            if (depth->place_count > 0 && (depth->spent_s < IC_LIST_SAMPLES_S_MAX || turn < 2 * WARM_COUNT)) {
                take_sample(measured, depth, turn);
            }
        }
    }
}

/* ---- Telling. ---- */

static void tell(const struct ic_bench_engine *engine, struct measured *measured, struct ic_bench_figures *figures)
{
    const struct ic_goal none = {0};
    const struct ic_goal goal = {IC_GOAL_UNDER, 10};
    const struct ic_list_case *list = measured->list;
    const char *kind = list->is_search ? "search" : "list";
    double worst_ms = 0;
    double p50_ms[DEPTH_COUNT] = {0};
    printf("  %-50s", list->name);
    for (int i = 0; i < DEPTH_COUNT; i++) {
        struct ic_samples *samples = &measured->depths[i].samples;
        if (samples->count == 0) {
            printf(" %8s %8s", "", "");
            continue;
        }
        p50_ms[i] = ic_samples_percentile_ms(samples, 50);
        double p99_ms = ic_samples_percentile_ms(samples, 99);
        worst_ms = p99_ms > worst_ms ? p99_ms : worst_ms;
        printf(" %8.2f %8.2f", p50_ms[i], p99_ms);
        ic_bench_figures_add(figures, p50_ms[i], "ms", none, "%s.%s.%s.%s.p50_ms", engine->key, kind, list->key,
                             depth_keys[i]);
        ic_bench_figures_add(figures, p99_ms, "ms", goal, "%s.%s.%s.%s.p99_ms", engine->key, kind, list->key,
                             depth_keys[i]);
    }
    char said[IC_BENCH_FIGURE_GOAL_SIZE];
    double deep_ms = p50_ms[AT_FAR] > p50_ms[AT_ROW] ? p50_ms[AT_FAR] : p50_ms[AT_ROW];
    if (deep_ms > 0) {
        printf(" %7.2f", deep_ms / p50_ms[AT_FIRST]);
        ic_bench_figures_add(figures, deep_ms / p50_ms[AT_FIRST], "ratio", none, "%s.%s.%s.deep_to_first_p50",
                             engine->key, kind, list->key);
    } else {
        printf(" %7s", "");
    }
    printf("  %s", ic_goal_say(goal, worst_ms, said));
    if (measured->failure_count > 0) {
        printf("; %d failed: %s", measured->failure_count, measured->failure.detail);
    }
    ic_bench_figures_add(figures, measured->failure_count, "reads", none, "%s.%s.%s.failed", engine->key, kind,
                         list->key);
    printf("\n");
    (void)fflush(stdout);
}

static void measure(const struct ic_bench_engine *engine, struct ic_lists *lists, const struct ic_list_case *list,
                    struct ic_bench_figures *figures)
{
    struct measured *measured = calloc(1, sizeof *measured);
    ic_bench_must(measured, "there is no memory");
    measured->lists = lists;
    measured->list = list;
    for (int i = 0; i < list->variant_count; i++) {
        find_places(measured, i);
    }
    take_samples(measured);
    tell(engine, measured, figures);
    free(measured);
}

/* ---- Variants. ---- */

/* One day of the log for each variant, all over the last year. */
static enum ic_rc read_variants(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_lists *lists = context;
    for (int i = 0; i < IC_LIST_VARIANTS_COUNT; i++) {
        const struct ic_log_query query = {
            .until = IC_REFERENCE_UNTIL - i * INT64_C(40) * 86400000,
            .has_event_type = true,
            .event_type = IC_EVENT_TYPE_OUTREACH,
            .limit = 1,
        };
        struct ic_log_list list;
        enum ic_rc rc = ic_store_log_list(tx, &query, lists->arena, &list, err);
        if (rc) {
            return rc;
        }
        ic_bench_must(list.count == 1, "the sample data is shorter than a year");
        const struct ic_log_entry *entry = &list.items[0];
        struct ic_list_variant *variant = &lists->variants[i];
        *variant = (struct ic_list_variant){.opr_id = entry->opr_id, .act_id = entry->act_id, .tar_id = entry->tar_id};
        (void)snprintf(variant->tar_username, sizeof variant->tar_username, "%.*s", (int)entry->tar_username.size,
                       entry->tar_username.data);
    }
    return IC_OK;
}

static void print_heading(const struct ic_bench_engine *engine, const char *what)
{
    printf("  %-50s %17s %17s %17s %7s\n", what, "page 1", "row 10,000", "page 10,000", "deep /");
    printf("  %-50s %8s %8s %8s %8s %8s %8s %7s  goal (p99)\n", engine->name, "p50 ms", "p99 ms", "p50 ms", "p99 ms",
           "p50 ms", "p99 ms", "first");
}

void ic_lists_bench(const struct ic_bench_engine *engine, const char *at, const char *database,
                    struct ic_bench_figures *figures)
{
    static const struct ic_list_case *const groups[] = {ic_list_logs, ic_list_leads};
    struct ic_clock clock = ic_reference_clock();
    struct ic_rand rand = ic_rand_system();
    struct ic_lists lists = {.arena = ic_arena_create(ARENA_BYTES_MAX)};
    struct ic_store *store;
    struct ic_err err = IC_ERR_NONE;
    ic_bench_must(lists.arena, "there is no memory");
    ic_bench_ok(engine->open(at, database, false, 1, &clock, &store, &err), &err);
    ic_service_init(&lists.service, store, &clock, &rand);
    ic_bench_ok(ic_store_read(store, read_variants, &lists, &err), &err);
    for (int is_search = 0; is_search < 2; is_search++) {
        print_heading(engine, is_search ? "searches" : "lists");
        for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
            for (const struct ic_list_case *list = groups[i]; list->key; list++) {
                if (list->is_search == (is_search == 1)) {
                    measure(engine, &lists, list, figures);
                }
            }
        }
    }
    ic_service_release(&lists.service);
    ic_store_destroy(store);
    ic_arena_destroy(lists.arena);
}
