/* The native messaging host: the process that a browser starts, and that ends with it.
 *
 * Promises: an operation is acknowledged only when the ledger has it on the disk; what cannot be kept is answered with
 * an error, and the extension keeps it. Only frames go to the output. Ends at the end of the input, on SIGTERM, or when
 * the stream can no longer be trusted. Memory: the caller's. Threads: the caller's serves the browser, one more
 * waits for the process that syncs (agent/sync_process.h). */
#ifndef IC_AGENT_HOST_H
#define IC_AGENT_HOST_H

#include "agent/folder.h"
#include "base/clock.h"
#include "base/rand.h"

struct ic_host_config {
    const char *origin; /* Who the browser says is asking. */
    int in;
    int out;
    struct ic_folder folder;
    struct ic_clock clock;
    struct ic_rand rand;
};

/* Serves until the end; the exit status: 0 when the browser closed the stream between two messages. */
int ic_host_run(const struct ic_host_config *config);

#endif
