/* Bells: how the agent's processes tell each other that something in the data folder changed. Each has one; whoever
 * changes something rings all of them.
 *
 * Promises: ringing never blocks, and many rings before the ear listens are one; the bell of a process that died is
 * removed by the next who rings. A bell says only *look again*: what changed stands in the ledger.
 * Memory: fixed size. Threads: a bell belongs to one thread; ringing is for any. */
#ifndef IC_AGENT_BELL_H
#define IC_AGENT_BELL_H

#include "agent/path.h"
#include "base/rand.h"

struct ic_bell {
    struct ic_path path;
    int fd; /* Readable when it rang; -1: there is no bell. */
};

/* Hangs up a bell in `folder`, which must exist. On failure `fd` is -1, and the bell may be used: it never rings. */
IC_NODISCARD enum ic_rc ic_bell_init(struct ic_bell *bell, const struct ic_path *folder, const struct ic_rand *rand,
                                     struct ic_err *err);
void ic_bell_release(struct ic_bell *bell);

/* Makes the bell silent until it is rung again. */
void ic_bell_hush(struct ic_bell *bell);

/* Rings every bell in `folder`. */
void ic_bell_ring(const struct ic_path *folder);

#endif
