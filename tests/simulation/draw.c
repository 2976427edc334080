#include "draw.h"

#include <assert.h>
#include <string.h>

/* SplitMix64 (Steele, Lea, Flood 2014). */
uint64_t draw_next(struct draw *draw)
{
    uint64_t z = draw->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct draw draw_of(uint64_t seed, uint64_t word)
{
    struct draw of_seed = {.state = seed};
    struct draw of_word = {.state = word ^ UINT64_C(0xa0761d6478bd642f)};
    return (struct draw){.state = draw_next(&of_seed) ^ draw_next(&of_word)};
}

uint32_t draw_below(struct draw *draw, uint32_t bound)
{
    assert(bound > 0);
    return (uint32_t)(((draw_next(draw) >> 32) * bound) >> 32);
}

int64_t draw_between(struct draw *draw, int64_t least, int64_t most)
{
    assert(least <= most);
    return least + (int64_t)(draw_next(draw) % ((uint64_t)(most - least) + 1));
}

bool draw_chance(struct draw *draw, uint32_t percent)
{
    return draw_below(draw, 100) < percent;
}

int64_t draw_magnitude(struct draw *draw, int64_t most)
{
    int64_t ceiling = 1;
    uint32_t magnitudes = 1;
    for (; ceiling < most; ceiling *= 10) {
        magnitudes++;
    }
    ceiling = 1;
    for (uint32_t steps = draw_below(draw, magnitudes); steps > 0; steps--) {
        ceiling *= 10;
    }
    return draw_between(draw, 1, ceiling < most ? ceiling : most);
}

static void fill(void *context, void *bytes, size_t size)
{
    unsigned char *at = bytes;
    while (size > 0) {
        uint64_t word = draw_next(context);
        size_t piece = size < sizeof word ? size : sizeof word;
        memcpy(at, &word, piece);
        at += piece;
        size -= piece;
    }
}

struct ic_rand draw_rand(struct draw *draw)
{
    return (struct ic_rand){.fill = fill, .context = draw};
}
