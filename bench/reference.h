/* Sample data that is loaded once and used by many runs.
 *
 * Promises: a database's name has a sum of the schema and of the options in it, so that what another version made is
 * never used, but dropped; a load that was cut off leaves nothing that is taken for whole. How long the load took is
 * kept in a note beside it.
 * Threads: one at a time. */
#ifndef IC_BENCH_REFERENCE_H
#define IC_BENCH_REFERENCE_H

#include "engine.h"
#include "service/demo.h"

enum { IC_REFERENCE_NAME_SIZE = 48 };

/* 2026-06-01 00:00 UTC: where the data ends. */
#define IC_REFERENCE_UNTIL INT64_C(1780272000000)

struct ic_reference {
    char database[IC_REFERENCE_NAME_SIZE];
    struct ic_demo_options options;
    double load_s;
    bool is_new; /* Loaded in this run. */
};

/* Loads the data unless it is there. `kind` is the beginning of the name; notes are kept in `folder`. */
void ic_reference_have(const struct ic_bench_engine *engine, const char *at, const char *folder, const char *kind,
                       const struct ic_demo_options *options, struct ic_reference *ret_reference);

/* A clock that stands at IC_REFERENCE_UNTIL. */
struct ic_clock ic_reference_clock(void);

#endif
