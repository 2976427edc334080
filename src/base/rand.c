#include "base/rand.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static void system_fill(void *context, void *bytes, size_t size)
{
    (void)context;
    randombytes_buf(bytes, size);
}

struct ic_rand ic_rand_system(void)
{
    return (struct ic_rand){.fill = system_fill, .context = NULL};
}

static void next_block(struct ic_rand_seed *state)
{
    /* A key per block (seed, index) keeps the stream unlimited; libsodium's deterministic generator is ChaCha20. */
    unsigned char key[randombytes_SEEDBYTES];
    memcpy(key, state->key, sizeof key);
    for (size_t i = 0; i < sizeof state->block_index; i++) {
        key[i + 8] ^= (unsigned char)(state->block_index >> (8 * i));
    }
    randombytes_buf_deterministic(state->block, sizeof state->block, key);
    state->block_index++;
    state->used = 0;
}

static void seeded_fill(void *context, void *bytes, size_t size)
{
    struct ic_rand_seed *state = context;
    unsigned char *at = bytes;
    while (size > 0) {
        if (state->used == sizeof state->block) {
            next_block(state);
        }
        size_t piece = sizeof state->block - state->used;
        if (piece > size) {
            piece = size;
        }
        memcpy(at, state->block + state->used, piece);
        state->used += piece;
        at += piece;
        size -= piece;
    }
}

struct ic_rand ic_rand_seeded(struct ic_rand_seed *state, uint64_t seed)
{
    _Static_assert(sizeof state->key == randombytes_SEEDBYTES, "the seed is the generator's key");
    *state = (struct ic_rand_seed){.used = sizeof state->block};
    for (size_t i = 0; i < sizeof seed; i++) {
        state->key[i] = (unsigned char)(seed >> (8 * i));
    }
    return (struct ic_rand){.fill = seeded_fill, .context = state};
}

void ic_rand_fill(const struct ic_rand *rand, void *bytes, size_t size)
{
    rand->fill(rand->context, bytes, size);
}

uint32_t ic_rand_below(const struct ic_rand *rand, uint32_t bound)
{
    assert(bound > 0);
    /* Values under the threshold would favour small results: draw again. */
    uint32_t threshold = (0u - bound) % bound;
    uint32_t value;
    do {
        unsigned char bytes[4];
        ic_rand_fill(rand, bytes, sizeof bytes);
        value = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    } while (value < threshold);
    return value % bound;
}
