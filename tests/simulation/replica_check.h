/* Whether what a desktop keeps of the server's state is the server's state.
 *
 * Promises: compares the tables of the ledger with the server's, row by row, by SQL of its own. Threads: one. */
#ifndef SIMULATION_REPLICA_CHECK_H
#define SIMULATION_REPLICA_CHECK_H

#include "world.h"

struct sqlite3;

/* Holds a desktop that has caught up against the server's database. */
void replica_check(struct world *world, int desk, struct sqlite3 *server);

#endif
