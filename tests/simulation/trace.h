/* What happened in a run, line by line, and its digest: two runs of one seed have the same.
 *
 * Memory: values. Threads: one. */
#ifndef SIMULATION_TRACE_H
#define SIMULATION_TRACE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct trace {
    FILE *out; /* Where the lines go at once; NULL: nowhere. */
    uint64_t digest;
    int64_t lines_count;
    int64_t began_at; /* Times are shown since then. */
    int64_t now;
};

void trace_init(struct trace *trace, FILE *out, int64_t began_at);

/* Adds a line about `who` (such as "desk 3") at the trace's `now`. */
void trace_say(struct trace *trace, const char *who, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Takes bytes into the digest alone. */
void trace_mix(struct trace *trace, const void *bytes, size_t size);

#endif
