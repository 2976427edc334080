/* The thread that runs the uplink, and the election of the one process whose thread does.
 *
 * Promises: of all the agent's processes at most one syncs; when it ends, however it ends, a waiting one takes over at
 * once. It listens to the server's stream of news while there is one. News are acted on at once; nothing is polled
 * while there is nothing to do. It also keeps the ledger's backup (agent/keeper.h), and has a damaged ledger restored.
 * Memory: create/destroy. Threads: it has one of its own, with a ledger and a connection of its own; calls are for one
 * other thread. */
#ifndef IC_AGENT_UPLINK_THREAD_H
#define IC_AGENT_UPLINK_THREAD_H

#include "agent/folder.h"
#include "base/clock.h"
#include "base/rand.h"

struct ic_uplink_thread;

/* Begins to sync what the ledger in `folder` holds. What is given must outlive it. */
IC_NODISCARD enum ic_rc ic_uplink_thread_create(const struct ic_folder *folder, const struct ic_clock *clock,
                                                const struct ic_rand *rand, struct ic_uplink_thread **ret_thread,
                                                struct ic_err *err);

/* Aborts what is under way and waits for the thread's end; NULL is accepted. */
void ic_uplink_thread_destroy(struct ic_uplink_thread *thread);

/* Says that the outbox has grown, or that a person asks to sync now. */
void ic_uplink_thread_captured(struct ic_uplink_thread *thread);

/* Says that the pairing has changed. */
void ic_uplink_thread_paired(struct ic_uplink_thread *thread);

#endif
