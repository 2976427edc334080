/* Makes a plan that fails as short as it can while it fails in the same way.
 *
 * Promises: delta debugging (Zeller, Hildebrandt 2002) over the steps, then fewer desktops; each try is a process of
 * its own, so that a plan whose end is a signal can be shrunk, too. Bounded by SHRINK_TRIES_MAX.
 * Threads: none. */
#ifndef SIMULATION_SHRINK_H
#define SIMULATION_SHRINK_H

#include "world.h"

enum { SHRINK_TRIES_MAX = 600 };

/* Runs a plan in a process of its own, telling what happens on `out` unless it is NULL. */
void shrink_try(const struct plan *plan, FILE *out, struct outcome *ret_outcome);

/* Shrinks `plan`, which fails with the claim of `failure`. */
void shrink(struct plan *plan, const struct failure *failure);

#endif
