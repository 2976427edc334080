/* When to try again after a failure: exponential with full jitter, bounded.
 *
 * Promises: the n-th wait is drawn evenly from 0 to min(first * 2^(n-1), longest), never less than `least`; a success
 * starts over; a server's Retry-After is a lower bound.
 * Memory: values. Threads: one at a time. */
#ifndef IC_SYNC_BACKOFF_H
#define IC_SYNC_BACKOFF_H

#include "base/rand.h"

struct ic_backoff {
    int64_t least_ms;
    int64_t first_ms;
    int64_t longest_ms;
    int failures;
};

/* How long to wait after one more failure; `retry_after_ms` is 0 when the server named none. */
int64_t ic_backoff_fail(struct ic_backoff *backoff, const struct ic_rand *rand, int64_t retry_after_ms);

/* Forgets the failures. */
void ic_backoff_succeed(struct ic_backoff *backoff);

#endif
