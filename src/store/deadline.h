/* Waiting that ends: instants of the monotonic clock for condition variables.
 *
 * Memory: values. Threads: pure. */
#ifndef IC_STORE_DEADLINE_H
#define IC_STORE_DEADLINE_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

/* The instant that lies `delay_ms` ahead. */
struct timespec ic_deadline_in(int delay_ms);

bool ic_deadline_is_past(const struct timespec *deadline);

/* Makes a condition variable whose timed waits take such instants. */
void ic_deadline_cond_init(pthread_cond_t *cond);

#endif
