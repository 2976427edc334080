/* What must hold at the end of a run, when everything is healed and has settled.
 *
 * Promises: reads the disks by SQL of its own, not by the product's code, but for the roll-ups' own check. The first
 * thing that does not hold is the world's failure. Threads: one. */
#ifndef SIMULATION_CHECK_H
#define SIMULATION_CHECK_H

#include "world.h"

void check_world(struct world *world);

#endif
