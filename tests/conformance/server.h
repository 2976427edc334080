/* The server that an engine runs on, when it is the suite's own: what starts and stops it is tests/postgres.
 *
 * Its folder is in the environment, as CONFORMANCE_SERVER. Threads: one. */
#ifndef IC_TESTS_CONFORMANCE_SERVER_H
#define IC_TESTS_CONFORMANCE_SERVER_H

#include "engine.h"

/* Whether there is one that may be made to vanish. */
bool server_is_ours(void);

void server_vanish(enum vanishing how);

/* Does nothing when it is there. */
void server_come_back(void);

#endif
