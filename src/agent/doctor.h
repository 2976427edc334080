/* What `instacrm-agent doctor` does: looks at every link between the browser and the server, and mends what it can.
 *
 * Promises: says of each link whether it holds, and of one that does not what to do; without `mend` nothing is changed.
 * Memory: the caller's. Threads: one. Asks the server. */
#ifndef IC_AGENT_DOCTOR_H
#define IC_AGENT_DOCTOR_H

#include "agent/exchange.h"
#include "agent/folder.h"
#include "base/clock.h"

#include <stdio.h>

struct ic_doctor_options {
    bool mend;
    struct ic_folder folder;
    struct ic_exchange exchange;
    struct ic_clock clock;
};

/* Writes a line per link to `out`; true when all hold. */
bool ic_doctor(const struct ic_doctor_options *options, FILE *out);

#endif
