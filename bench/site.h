/* The product's HTTP server on a database of the bench's, in a process of its own, so that its memory is its own.
 *
 * Promises: it answers as `instacrm serve` does, with as many loops and workers, but its clock stands at the end of the
 * sample data, so that a feed that was loaded once stays as long as it was, and nothing is written by itself.
 * Memory: the process's. Threads: start and end from one thread while no other runs: it forks. The last one that was
 * started ends first. */
#ifndef IC_BENCH_SITE_H
#define IC_BENCH_SITE_H

#include "engine.h"

#include <sys/types.h>

struct ic_site {
    pid_t pid;
    int end_fd; /* The server ends when this is closed. */
    int port;
};

void ic_site_start(const struct ic_bench_engine *engine, const char *at, const char *database,
                   struct ic_site *ret_site);
void ic_site_end(struct ic_site *site);

/* What is resident of it, in MiB. */
double ic_site_memory_mib(const struct ic_site *site);

#endif
