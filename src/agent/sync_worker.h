/* The process that syncs (agent/sync_process.h): the uplink's thread, and what the host tells it.
 *
 * Promises: ends when the host does. Memory: the caller's. Threads: the caller's listens to the host, one more syncs
 * (agent/uplink_thread.h). */
#ifndef IC_AGENT_SYNC_WORKER_H
#define IC_AGENT_SYNC_WORKER_H

#include "agent/folder.h"
#include "base/clock.h"
#include "base/rand.h"

/* Syncs what the ledger in `folder` holds until the host has ended; fails when it cannot begin. */
IC_NODISCARD enum ic_rc ic_sync_worker_run(const struct ic_folder *folder, const struct ic_clock *clock,
                                           const struct ic_rand *rand, struct ic_err *err);

#endif
