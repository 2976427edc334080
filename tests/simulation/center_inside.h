/* The server's inside, for the files that make it up.
 *
 * Threads: one. */
#ifndef SIMULATION_CENTER_INSIDE_H
#define SIMULATION_CENTER_INSIDE_H

#include "center.h"

#include "service/service.h"

/* Runs a deed as one of the processes. True when it was done, also by a process that died of it: the log has grown. */
bool center_run(struct center *center, const char *words,
                enum ic_rc (*run)(struct ic_service *service, void *context, struct ic_err *err), void *context);

#endif
