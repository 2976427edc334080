/* The process that syncs for the one that a browser has started, seen from there: a host keeps messages and is small,
 * and what speaks with the server, with all its libraries, is a process beside it (agent/sync_worker.h).
 *
 * Promises: it is started at once, and again when it ends; it ends with this process, however that ends. Memory:
 * create/destroy. Threads: one of its own waits for the process; calls are for one other thread. */
#ifndef IC_AGENT_SYNC_PROCESS_H
#define IC_AGENT_SYNC_PROCESS_H

#include "base/clock.h"
#include "base/err.h"
#include "base/rand.h"

/* The program's argument that makes it one. */
#define IC_SYNC_PROCESS_ARGUMENT "sync-process"

/* What it is told. */
enum { IC_SYNC_PROCESS_CAPTURED = 'c', IC_SYNC_PROCESS_PAIRED = 'p' };

struct ic_sync_process;

/* What is given must outlive it. */
IC_NODISCARD enum ic_rc ic_sync_process_create(const struct ic_clock *clock, const struct ic_rand *rand,
                                               struct ic_sync_process **ret_process, struct ic_err *err);

/* Ends the process and waits for its end; NULL is accepted. */
void ic_sync_process_destroy(struct ic_sync_process *process);

/* Says that the outbox has grown, or that a person asks to sync now. */
void ic_sync_process_captured(struct ic_sync_process *process);

/* Says that the pairing has changed. */
void ic_sync_process_paired(struct ic_sync_process *process);

#endif
