/* How long a page of each list takes, at its beginning and deep inside.
 *
 * A list is read as the product reads it, in a transaction of its own, pages of IC_LIST_PAGE_COUNT rows; the way to a
 * depth is walked from page to page. Depths and variants (another operator, another actor, ...) are measured in turns,
 * so that a busy machine slows all of them. What the operating system and the engine keep in memory is warm; nothing of
 * ours is cached.
 * Threads: one. */
#ifndef IC_BENCH_LISTS_H
#define IC_BENCH_LISTS_H

#include "engine.h"
#include "figures.h"
#include "reference.h"
#include "service/service.h"
#include "store/events.h"

enum {
    IC_LIST_PAGE_COUNT = 50,
    IC_LIST_AFTER_SIZE = 256,
    IC_LIST_VARIANTS_COUNT = 8,
    IC_LIST_SAMPLES_COUNT = 400, /* At each depth ... */
    IC_LIST_SAMPLES_S_MAX = 4,   /* ... unless they take longer than this together. */
};

/* What variants differ in: taken from entries all over the log. */
struct ic_list_variant {
    struct ic_id opr_id;
    struct ic_id act_id;
    struct ic_id tar_id;
    char tar_username[IC_LIST_AFTER_SIZE];
};

struct ic_lists {
    struct ic_service service;
    struct ic_arena *arena;
    struct ic_list_variant variants[IC_LIST_VARIANTS_COUNT];
};

/* A page that was read. */
struct ic_list_page {
    size_t count;
    char next[IC_LIST_AFTER_SIZE]; /* Where the next one begins; empty behind the last. */
};

struct ic_list_case {
    const char *key;
    const char *name;
    bool is_search;
    bool is_long;      /* Walk it to its end, or to the 10,000th page. */
    int variant_count; /* 0: one. */
    const void *options;
    enum ic_rc (*read)(struct ic_lists *lists, const struct ic_list_case *list, int variant, const char *after,
                       size_t limit, struct ic_list_page *ret_page, struct ic_err *err);
};

/* The lists and their searches; each ends with a key of NULL. */
extern const struct ic_list_case ic_list_logs[];
extern const struct ic_list_case ic_list_leads[];

/* Measures all of them on the database. */
void ic_lists_bench(const struct ic_bench_engine *engine, const char *at, const char *database,
                    struct ic_bench_figures *figures);

#endif
