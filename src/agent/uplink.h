/* The uplink: hands the outbox over to the server, a batch at a time. This is what to do next; agent/uplink_thread.h is
 * when.
 *
 * Promises: an operation leaves the outbox only by the server's own word about it. One bad operation cannot hold up the
 * others: a refused batch is halved until the one to blame stands alone. Whatever else fails, all is kept and tried
 * again. Time, randomness and the network are parameters.
 * Memory: the caller's; what it is given must outlive it. Threads: one, which also owns the ledger. Steps wait for the
 * ledger and the network. */
#ifndef IC_AGENT_UPLINK_H
#define IC_AGENT_UPLINK_H

#include "agent/device.h"
#include "agent/exchange.h"
#include "agent/ledger.h"
#include "sync/backoff.h"

enum {
    IC_UPLINK_BATCH_BYTES_MAX = 512 * 1024, /* Of encoded operations; one alone may be larger. */

    /* Nobody answers: a person who has just come back from a tunnel looks at the screen, and a refused connection costs
     * next to nothing. Only one process of a desktop asks. */
    IC_UPLINK_UNREACHED_LEAST_MS = 100,
    IC_UPLINK_UNREACHED_FIRST_MS = 200,
    IC_UPLINK_UNREACHED_LONGEST_MS = 2000,

    /* Somebody answers, and is unwell or busy: more room, and Retry-After is honoured. */
    IC_UPLINK_TROUBLE_LEAST_MS = 250,
    IC_UPLINK_TROUBLE_FIRST_MS = 500,
    IC_UPLINK_TROUBLE_LONGEST_MS = 5000,

    /* The server does not know this desktop: pairing anew is noticed at once; this is for a server that comes to its
     * senses by itself. */
    IC_UPLINK_REFUSED_MS = 60 * 1000,

    IC_UPLINK_FOREVER = -1,
};

struct ic_uplink {
    const struct ic_path *folder;
    struct ic_ledger *ledger;
    struct ic_exchange exchange;
    const struct ic_clock *clock;
    const struct ic_rand *rand;
    void (*changed)(void *context); /* Called after the ledger has something new to show. */
    void *context;

    struct ic_backoff unreached;
    struct ic_backoff trouble;
    size_t batch_max; /* Operations in the next batch. */
};

/* How long to rest before the next step. */
struct ic_uplink_rest {
    int64_t wait_ms;    /* IC_UPLINK_FOREVER: until there is news. */
    bool until_capture; /* A new operation ends the rest; else only a new pairing does. */
};

/* Fills in what the caller does not. */
void ic_uplink_init(struct ic_uplink *uplink, const struct ic_path *folder, struct ic_ledger *ledger,
                    struct ic_exchange exchange, const struct ic_clock *clock, const struct ic_rand *rand);

/* Does one exchange if there is anything to hand over. */
struct ic_uplink_rest ic_uplink_step(struct ic_uplink *uplink);

#endif
