#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void ic_bench_must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "bench: %s\n", what);
        exit(1);
    }
}

void ic_bench_ok(enum ic_rc rc, const struct ic_err *err)
{
    if (rc) {
        fprintf(stderr, "bench: %s: %s\n", err->operation ? err->operation : "", err->detail);
        exit(1);
    }
}

double ic_bench_now_s(void)
{
    struct timespec instant;
    (void)clock_gettime(CLOCK_MONOTONIC, &instant);
    return (double)instant.tv_sec + 1e-9 * (double)instant.tv_nsec;
}

void ic_samples_add(struct ic_samples *samples, double s)
{
    if (samples->count < IC_SAMPLES_COUNT_MAX) {
        samples->s[samples->count++] = s;
    }
}

static int compare(const void *left_, const void *right_)
{
    double left = *(const double *)left_;
    double right = *(const double *)right_;
    return (left > right) - (left < right);
}

double ic_samples_percentile_ms(struct ic_samples *samples, int percent)
{
    if (samples->count == 0) {
        return 0;
    }
    qsort(samples->s, (size_t)samples->count, sizeof samples->s[0], compare);
    int place = (samples->count * percent + 99) / 100; /* The nearest rank, from 1. */
    return 1000 * samples->s[place > 0 ? place - 1 : 0];
}
