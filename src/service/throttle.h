/* How often a key (an address, an operator) did something lately, so that guessing is bounded.
 *
 * Promises: a key that was counted `count_max` times within a window is exhausted until the window ends; at most
 * IC_THROTTLE_KEYS_MAX keys are remembered; the window with the fewest counts, and of those the oldest, gives way to a
 * new key, so that many keys cannot make one forgotten that is nearly exhausted. Memory: fixed size, the caller's.
 * Threads: any. */
#ifndef IC_SERVICE_THROTTLE_H
#define IC_SERVICE_THROTTLE_H

#include "base/str.h"

#include <pthread.h>

enum { IC_THROTTLE_KEYS_MAX = 1024, IC_THROTTLE_KEY_SIZE = 48 };

struct ic_throttle_window {
    char key[IC_THROTTLE_KEY_SIZE]; /* Cut when longer. */
    size_t key_size;
    int64_t begun_ms; /* Monotonic. */
    int count;        /* 0: the place is free. */
};

struct ic_throttle {
    pthread_mutex_t mutex;
    int count_max;
    int64_t window_ms;
    struct ic_throttle_window windows[IC_THROTTLE_KEYS_MAX];
};

void ic_throttle_init(struct ic_throttle *throttle, int count_max, int64_t window_ms);
void ic_throttle_release(struct ic_throttle *throttle);

/* Whether `key` has used up its count; counts nothing. `now_ms` is monotonic. */
bool ic_throttle_is_exhausted(struct ic_throttle *throttle, struct ic_str key, int64_t now_ms);

/* After how many seconds it may go on; 0 when it is not exhausted. */
int ic_throttle_wait_s(struct ic_throttle *throttle, struct ic_str key, int64_t now_ms);

void ic_throttle_count(struct ic_throttle *throttle, struct ic_str key, int64_t now_ms);

#endif
