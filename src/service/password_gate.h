/* How many may work on passwords at once.
 *
 * Promises: one hash is made at a time, and one more may wait for its turn (tens of milliseconds); whoever comes beyond
 * is told `busy` at once. So whatever is tried, at most IC_PASSWORD_GATE_COUNT_MAX of the workers, and the memory of
 * one hash, go to passwords, and the pages of those who are signed in keep the others. Memory: the caller's. Threads:
 * any. */
#ifndef IC_SERVICE_PASSWORD_GATE_H
#define IC_SERVICE_PASSWORD_GATE_H

#include "base/password_hash.h"

#include <pthread.h>

enum { IC_PASSWORD_GATE_COUNT_MAX = 2 };

struct ic_password_gate {
    pthread_mutex_t lock; /* Guards `count`. */
    pthread_mutex_t turn; /* Held by whoever makes a hash. */
    int count;
};

void ic_password_gate_init(struct ic_password_gate *gate);
void ic_password_gate_release(struct ic_password_gate *gate);

/* As ic_password_hash_matches, one at a time; fails with busy. */
IC_NODISCARD enum ic_rc ic_password_gate_match(struct ic_password_gate *gate, const struct ic_password_hash *hash,
                                               struct ic_str password, bool *ret_matches, struct ic_err *err);

/* As ic_password_hash_create, one at a time; fails with busy. */
IC_NODISCARD enum ic_rc ic_password_gate_hash(struct ic_password_gate *gate, struct ic_str password,
                                              struct ic_password_hash *ret_hash, struct ic_err *err);

#endif
