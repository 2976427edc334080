/* The thread that runs the uplink, and the election of the one process whose thread does.
 *
 * Promises: of all the agent's processes at most one pushes; when it ends, however it ends, a waiting one takes over at
 * once. News are acted on at once; nothing is polled while there is nothing to do.
 * Memory: create/destroy. Threads: it has one of its own, with a ledger and a connection of its own; calls are for one
 * other thread. */
#ifndef IC_AGENT_UPLINK_THREAD_H
#define IC_AGENT_UPLINK_THREAD_H

#include "agent/path.h"
#include "base/clock.h"
#include "base/rand.h"

struct ic_uplink_thread;

/* Begins to push what the ledger in `folder` holds. What is given must outlive it. */
IC_NODISCARD enum ic_rc ic_uplink_thread_create(const struct ic_path *folder, const struct ic_path *ledger,
                                                const struct ic_path *bells, const struct ic_clock *clock,
                                                const struct ic_rand *rand, struct ic_uplink_thread **ret_thread,
                                                struct ic_err *err);

/* Aborts what is under way and waits for the thread's end; NULL is accepted. */
void ic_uplink_thread_destroy(struct ic_uplink_thread *thread);

/* Says that the outbox has grown. */
void ic_uplink_thread_captured(struct ic_uplink_thread *thread);

/* Says that the pairing has changed. */
void ic_uplink_thread_paired(struct ic_uplink_thread *thread);

#endif
