/* What desktops' pulls cost over HTTP: a first sync, nothing new, ten changes at the end of a short and of a long feed,
 * and pages at the beginning and at the end of a snapshot. What is compared is asked for in turns. */
#ifndef IC_BENCH_PULL_H
#define IC_BENCH_PULL_H

#include "engine.h"
#include "figures.h"

enum {
    IC_PULL_TARGETS = 100000,
    IC_PULL_SHORT_FEED = 10000, /* Changes. */
    IC_PULL_LONG_FEED = 1000000,
    IC_PULL_CHANGES = 10,    /* Of an incremental pull with something new. */
    IC_PULL_PAGE_ROWS = 500, /* As an agent asks for. */
    IC_PULL_SAMPLES = 1000,
    IC_PULL_DEPTH_PAGES = 40, /* At either end of a snapshot. */
};

/* The data is loaded into the engine's databases unless it is there; notes of how long it took are kept in `folder`. */
void ic_pull_bench(const struct ic_bench_engine *engine, const char *at, const char *folder,
                   struct ic_bench_figures *figures);

#endif
