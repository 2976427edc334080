/* The uplink: hands the outbox over to the server and fetches what the team did. This is what to do next;
 * agent/uplink_thread.h is when.
 *
 * Promises: an operation leaves the outbox only by the server's own word about it. One bad operation cannot hold up the
 * others: a refused batch is halved until the one to blame stands alone. Whatever else fails, all is kept and tried
 * again. Pushes and pulls take turns while there is both to do. Time, randomness, the pairing and the network are
 * parameters: a request is prepared here, carried by whoever can, and its answer is taken here.
 * Memory: the caller's; what it is given must outlive it; a flight owns its request. Threads: one, which also owns the
 * ledger. Calls wait for the ledger; only ic_uplink_step waits for the network. */
#ifndef IC_AGENT_UPLINK_H
#define IC_AGENT_UPLINK_H

#include "agent/device.h"
#include "agent/exchange.h"
#include "agent/ledger.h"
#include "sync/backoff.h"

enum {
    IC_UPLINK_BATCH_BYTES_MAX = 512 * 1024, /* Of encoded operations; one alone may be larger. */
    IC_UPLINK_PULL_ROWS = 500,              /* Of a page: what is held in memory at once. */
    IC_UPLINK_PACKED_BYTES_MIN = 1024,      /* A smaller body is not worth packing. */

    /* Nobody answers: a person who has just come back from a tunnel looks at the screen, and a refused connection costs
     * next to nothing. Only one process of a desktop asks. After some minutes it asks as often as it would poll. */
    IC_UPLINK_UNREACHED_LEAST_MS = 100,
    IC_UPLINK_UNREACHED_FIRST_MS = 200,
    IC_UPLINK_UNREACHED_LONGEST_MS = 2000,
    IC_UPLINK_UNREACHED_OFTEN_MAX = 120, /* Failures in a row after which the longest wait is the poll's. */

    /* Somebody answers, and is unwell or busy: more room, and Retry-After is honoured. */
    IC_UPLINK_TROUBLE_LEAST_MS = 250,
    IC_UPLINK_TROUBLE_FIRST_MS = 500,
    IC_UPLINK_TROUBLE_LONGEST_MS = 5000,

    /* The server does not know this desktop: pairing anew is noticed at once; this is for a server that comes to its
     * senses by itself. */
    IC_UPLINK_REFUSED_MS = 60 * 1000,

    /* The two do not speak one protocol, or the server has no pull: one of them is to be updated first. */
    IC_UPLINK_OUTDATED_MS = 10 * 60 * 1000,

    IC_UPLINK_FOREVER = -1,
};

struct ic_uplink {
    enum ic_rc (*read_device)(void *device_context, struct ic_device *ret_device, struct ic_err *err);
    void *device_context;
    struct ic_ledger *ledger;
    const struct ic_clock *clock;
    const struct ic_rand *rand;
    void (*changed)(void *context); /* Called after the ledger has something new to show. */
    void *context;

    struct ic_backoff unreached;
    struct ic_backoff trouble;
    size_t batch_max; /* Operations in the next batch. */

    bool is_live;         /* A stream tells when the feed has grown: nothing is polled. */
    bool is_pull_due;     /* There may be something to fetch. */
    int64_t pull_at_ms;   /* When to ask without having been told, by the monotonic clock. */
    bool is_pulls_turn;   /* The last request was a push. */
    bool is_place_no_use; /* The server did not take the place: begin anew. */
    int64_t asked;        /* The last of a person's questions that was noticed. */
    bool can_listen;      /* The server has a stream. */
    bool is_ledger_damaged;
};

/* How long to rest before the next step. */
struct ic_uplink_rest {
    int64_t wait_ms;    /* IC_UPLINK_FOREVER: until there is news. */
    bool until_capture; /* A new operation, or news of the feed, ends the rest; else only a new pairing does. */
};

/* A request that was prepared and waits for its answer. */
struct ic_uplink_flight;

/* Fills in what the caller does not; the pairing is device.json of `folder`. */
void ic_uplink_init(struct ic_uplink *uplink, const struct ic_path *folder, struct ic_ledger *ledger,
                    const struct ic_clock *clock, const struct ic_rand *rand);

/* Says that a stream of the server's news is open, or not any more. */
void ic_uplink_live(struct ic_uplink *uplink, bool is_open);

/* Says that the feed has grown. */
void ic_uplink_heard(struct ic_uplink *uplink);

/* Prepares the next request. Without one to make, `ret_flight` is NULL, and what is returned says how long to rest. */
struct ic_uplink_rest ic_uplink_next(struct ic_uplink *uplink, struct ic_uplink_flight **ret_flight);

/* What is to be asked; it lives as long as the flight. */
const struct ic_exchange_request *ic_uplink_flight_request(const struct ic_uplink_flight *flight);

/* Takes the answer, or NULL when there was none, as `unreached` tells, and ends the flight. An answer that comes late,
 * twice or in another order than the requests does no harm. */
struct ic_uplink_rest ic_uplink_take(struct ic_uplink *uplink, struct ic_uplink_flight *flight,
                                     const struct ic_exchange_answer *answer, const struct ic_err *unreached);

/* Ends a flight without an answer, as the end of the process does; NULL is accepted. */
void ic_uplink_flight_destroy(struct ic_uplink_flight *flight);

/* Prepares, asks and takes, if there is anything to ask. */
struct ic_uplink_rest ic_uplink_step(struct ic_uplink *uplink, const struct ic_exchange *exchange);

#endif
