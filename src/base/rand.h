/* Randomness as a parameter.
 *
 * Promises: ic_rand_system is the kernel's cryptographic source, fit for secrets and ids, and cannot fail.
 * ic_rand_seeded gives the same bytes for the same seed on every machine (ChaCha20 of the seed), for sample data and
 * tests, never for secrets.
 * Memory: a seeded source lives in the caller's struct. Threads: the system source from any; a seeded one from one. */
#ifndef IC_BASE_RAND_H
#define IC_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

struct ic_rand {
    void (*fill)(void *context, void *bytes, size_t size);
    void *context;
};

enum { IC_RAND_BLOCK_SIZE = 512 };

struct ic_rand_seed {
    unsigned char key[32];
    uint64_t block_index;
    size_t used;
    unsigned char block[IC_RAND_BLOCK_SIZE];
};

struct ic_rand ic_rand_system(void);

/* `state` must outlive the source. */
struct ic_rand ic_rand_seeded(struct ic_rand_seed *state, uint64_t seed);

void ic_rand_fill(const struct ic_rand *rand, void *bytes, size_t size);

/* A number from 0 to `bound` - 1, each equally likely; `bound` is at least 1. */
uint32_t ic_rand_below(const struct ic_rand *rand, uint32_t bound);

#endif
