/* What the server does by itself: it writes down who is there and what was refused, cuts the far end off the change
 * feed, has the log tell which goals are reached, ends votes and goals whose time is over, and tells the log the head
 * of the audit, so that one is kept where the database's owner cannot write.
 *
 * Promises: each step is small and bounded, in transactions of its own, so that it delays nobody; several servers on
 * one database may do the same at the same time. What fails is logged and tried again with the next step. Memory: none
 * kept. Threads: one thread of its own between start and stop; a step may be run by any. */
#ifndef IC_SERVICE_UPKEEP_H
#define IC_SERVICE_UPKEEP_H

#include "service/service.h"

enum {
    IC_AUDIT_HEAD_TOLD_MS = 3600000, /* How often the log is told the audit's head, where it has moved. */
    IC_UPKEEP_MS = 15000,            /* Between two steps, unless somebody was heard of who is to be written down. */
    IC_FEED_CUT_COUNT_MAX = 2000,    /* Changes that one transaction cuts off. */
    IC_FEED_CUTS_MAX = 10,           /* Of them in a step: 80,000 a minute. */
};

struct ic_upkeep {
    struct ic_service *service;
    pthread_t thread;
    atomic_bool is_stopping;
    int64_t head_told_at_ms; /* Monotonic. */
    int64_t head_told;       /* The number of the audit's head that the log was told; 0: none yet. */
    bool is_running;
};

/* One step; blocks on the store. */
void ic_upkeep_step(struct ic_service *service);

/* Cuts off what is older than the feed is kept, IC_FEED_CUTS_MAX transactions at most; tells how many changes. */
IC_NODISCARD enum ic_rc ic_upkeep_cut_feed(struct ic_service *service, size_t *ret_count, struct ic_err *err);

/* Starts the thread. */
IC_NODISCARD enum ic_rc ic_upkeep_start(struct ic_upkeep *upkeep, struct ic_service *service, struct ic_err *err);

/* Ends it, after the step that it is in; one that was never started is accepted. */
void ic_upkeep_stop(struct ic_upkeep *upkeep);

#endif
