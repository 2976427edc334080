/* What every benchmark needs: an end with words when something goes wrong, time, and percentiles of it.
 *
 * Threads: pure, but samples belong to one. */
#ifndef IC_BENCH_BENCH_H
#define IC_BENCH_BENCH_H

#include "base/err.h"

/* Ends the program with `what` unless `holds`. */
void ic_bench_must(bool holds, const char *what);

/* Ends the program with the error's words unless `rc` is IC_OK. */
void ic_bench_ok(enum ic_rc rc, const struct ic_err *err);

/* Seconds of the monotonic clock. */
double ic_bench_now_s(void);

enum { IC_SAMPLES_COUNT_MAX = 1024 };

/* How long each of several runs took. */
struct ic_samples {
    int count;
    double s[IC_SAMPLES_COUNT_MAX];
};

/* Adds one; beyond IC_SAMPLES_COUNT_MAX it is passed over. */
void ic_samples_add(struct ic_samples *samples, double s);

/* The least time, in ms, that so many of 100 runs did not pass; sorts the samples. 0 without samples. */
double ic_samples_percentile_ms(struct ic_samples *samples, int percent);

#endif
