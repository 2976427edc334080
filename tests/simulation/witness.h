/* Whoever sees every exchange, and holds at once what can be held at once: the server's answers against the model, and
 * what a desktop shows against what it was told.
 *
 * Threads: one. */
#ifndef SIMULATION_WITNESS_H
#define SIMULATION_WITNESS_H

#include "world.h"

/* A request of a desktop was answered by the server, or not; the desktop may await the answer. */
void witness_exchange(struct world *world, int desk, const struct ask *ask, const struct reply *reply, bool is_awaited);

/* A desktop sends a request. */
void witness_asked(struct world *world, int desk, const struct ask *ask);

/* A desktop has taken an answer that had arrived whole; it may have stored it or not. */
void witness_taken(struct world *world, int desk, const struct reply *reply);

/* Frees what was remembered of the desktops. */
void witness_release(struct world *world);

#endif
