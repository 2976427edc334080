/* What `instacrm-agent sync` does: pushes and pulls now, and tells.
 *
 * Promises: where another process of this desktop syncs already, that one is asked and waited for; two never do.
 * Memory: the caller's. Threads: one. Waits for the network. */
#ifndef IC_AGENT_SYNC_NOW_H
#define IC_AGENT_SYNC_NOW_H

#include "agent/exchange.h"
#include "agent/folder.h"
#include "base/clock.h"
#include "base/rand.h"

#include <stdio.h>

enum {
    IC_SYNC_NOW_LOOK_MS = 100,         /* How often the other process's progress is looked at. */
    IC_SYNC_NOW_STANDSTILL_MS = 60000, /* After so long without any progress it is given up. */
};

struct ic_sync_now_options {
    struct ic_folder folder;
    struct ic_exchange exchange;
    struct ic_clock clock;
    struct ic_rand rand;
    bool retry; /* What was rejected is to be tried again. */
};

/* Syncs, saying to `out` what comes of it; fails with not_paired, or with why the server could not be reached. */
IC_NODISCARD enum ic_rc ic_sync_now(const struct ic_sync_now_options *options, FILE *out, struct ic_err *err);

#endif
