/* How long the home page's data takes for a team of one year and for one of ten, of the same density.
 *
 * The two are asked in turns, so that a busy machine slows both. */
#ifndef IC_BENCH_HOME_H
#define IC_BENCH_HOME_H

#include "engine.h"
#include "figures.h"
#include "reference.h"

enum { IC_HOME_SAMPLES_COUNT = 600 };

/* `older` may be NULL. */
void ic_home_bench(const struct ic_bench_engine *engine, const char *at, const struct ic_reference *reference,
                   const struct ic_reference *older, struct ic_bench_figures *figures);

#endif
