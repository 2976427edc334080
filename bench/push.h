/* How fast pushes are stored, beside the same rows inserted bare into the same tables and indexes.
 *
 * Desktops push full batches at the same time, through the service as a request does, so that batches meet in a
 * transaction; a message comes every 90 seconds of a desktop's time, every fifth to somebody new. Then every row that
 * this wrote is read back, and inserted bare into a second database, IC_PUSH_BARE_EVENTS events with all their rows per
 * transaction. The two take turns, so that a busy machine slows both. Looking up, drawing ids, counting and moving what
 * is there already are the push's alone: the bare side is told all of it.
 *
 * Once for a team without rules, and once for one with five that look back: their judging, and the warnings that they
 * leave, are the push's alone, too. */
#ifndef IC_BENCH_PUSH_H
#define IC_BENCH_PUSH_H

#include "engine.h"
#include "figures.h"

enum {
    IC_PUSH_DESKTOPS = 4,
    IC_PUSH_BATCHES = 8, /* Of each desktop in a round. */
    IC_PUSH_ROUNDS = 8,
    IC_PUSH_BARE_EVENTS = 500,
};

void ic_push_print_heading(void);

/* Measures an engine and prints its lines. */
void ic_push_bench(const struct ic_bench_engine *engine, const char *at, struct ic_bench_figures *figures);

#endif
