/* What chance decides in a run: numbers that follow from a seed alone.
 *
 * Promises: the same seed gives the same numbers on every machine; draws with different words of one seed do not
 * hang together, so that what one thing draws does not shift what another does. Not fit for secrets.
 * Memory: values. Threads: one at a time. */
#ifndef SIMULATION_DRAW_H
#define SIMULATION_DRAW_H

#include "base/rand.h"

#include <stdbool.h>
#include <stdint.h>

struct draw {
    uint64_t state;
};

/* A draw of its own for `word` under `seed`. */
struct draw draw_of(uint64_t seed, uint64_t word);

uint64_t draw_next(struct draw *draw);

/* 0 to `bound` - 1; `bound` is at least 1. */
uint32_t draw_below(struct draw *draw, uint32_t bound);

/* `least` to `most`, both included. */
int64_t draw_between(struct draw *draw, int64_t least, int64_t most);

/* True in `percent` of 100. */
bool draw_chance(struct draw *draw, uint32_t percent);

/* From 1 to `most`, small ones as often as large ones: each order of magnitude is equally likely. */
int64_t draw_magnitude(struct draw *draw, int64_t most);

/* The draw as the source of randomness that the product takes. */
struct ic_rand draw_rand(struct draw *draw);

#endif
