/* How fast a key (an address, a person, a desktop) may go on: a bucket of tokens for each.
 *
 * Promises: a key may do `per_s` things a second in the long run, and what is due in IC_LIMIT_REQUEST_BURST_S at once.
 * The memory is bounded: where there is no room for another key, the bucket that is nearest to full is forgotten, which
 * its key can only gain by. So many keys cannot take anything away from one. Memory: fixed size, the caller's; keys are
 * kept as hashes. Threads: any. */
#ifndef IC_BASE_PACE_H
#define IC_BASE_PACE_H

#include "base/str.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { IC_PACE_SETS = 512, IC_PACE_WAYS = 8, IC_PACE_KEY_SIZE = 16 };

struct ic_pace_bucket {
    char key[IC_PACE_KEY_SIZE]; /* The beginning of the key's hash. */
    int64_t level;              /* Thousandths of a token, at ... */
    int64_t at_ms;              /* ... this time, monotonic. */
    bool is_taken;
};

struct ic_pace {
    pthread_mutex_t lock;
    int per_s;
    struct ic_pace_bucket buckets[IC_PACE_SETS][IC_PACE_WAYS];
};

/* `per_s` is at least 1. */
void ic_pace_init(struct ic_pace *pace, int per_s);
/* Another speed, before the first token is taken. */
void ic_pace_set(struct ic_pace *pace, int per_s);

void ic_pace_release(struct ic_pace *pace);

/* Takes a token of `key`; false when there is none, and then `ret_wait_s` is after how many seconds there is one. */
bool ic_pace_take(struct ic_pace *pace, struct ic_str key, int64_t now_ms, int *ret_wait_s);

#endif
