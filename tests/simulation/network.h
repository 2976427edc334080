/* The network of a world: requests and answers in flight, and what happens to them on the way.
 *
 * Memory: a message owns its bytes. Threads: one. */
#ifndef SIMULATION_NETWORK_H
#define SIMULATION_NETWORK_H

#include "world.h"

/* Sends a desktop's request on its way. Takes over `ask`. */
void network_send(struct world *world, int desk, struct ask *ask, int64_t flight);

/* When the next message arrives; DESK_NEVER: none is on its way. */
int64_t network_due_at(const struct world *world);

/* Delivers the next message. */
void network_deliver(struct world *world);

void network_release(struct world *world);

#endif
