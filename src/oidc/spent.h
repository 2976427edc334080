/* Journeys that came back, so that none comes back twice.
 *
 * Promises: the last IC_OIDC_SPENT_MAX are known; only one whose seal and state were good is put in, so that strangers
 * cannot push others out without going to the provider for each. Behind it stands the provider, whose codes are good
 * once. Memory: fixed size, the caller's. Threads: any. */
#ifndef IC_OIDC_SPENT_H
#define IC_OIDC_SPENT_H

#include "base/secret.h"

#include <pthread.h>

enum { IC_OIDC_SPENT_MAX = 4096 };

struct ic_oidc_spent {
    pthread_mutex_t lock;
    uint64_t states[IC_OIDC_SPENT_MAX]; /* The beginning of each state's bits; 0: none. */
    size_t next;
};

void ic_oidc_spent_init(struct ic_oidc_spent *spent);
void ic_oidc_spent_release(struct ic_oidc_spent *spent);

/* Puts the journey's state in; false when it is there already. */
bool ic_oidc_spent_put(struct ic_oidc_spent *spent, const struct ic_secret *state);

#endif
