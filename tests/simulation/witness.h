/* Whoever sees every exchange, and holds at once what can be held at once: the server's answers against the model, and
 * what a desktop shows against what it was told.
 *
 * Threads: one. */
#ifndef SIMULATION_WITNESS_H
#define SIMULATION_WITNESS_H

#include "world.h"

/* A request of a desktop was answered by the server, or not. */
void witness_exchange(struct world *world, int desk, const struct ask *ask, const struct reply *reply);

/* A desktop has taken an answer. */
void witness_desk(struct world *world, int desk);

#endif
