/* Sample data: a believable team with a year of work, made from a seed.
 *
 * Promises: the same options give the same rows, ids and texts included, in any store; the counts are exact; all of it
 * is one transaction, so that a load that was cut off has left nothing. The data ends at `until`. Nobody who is in the
 * team already is touched: the sample's operators come beside them, none of them an owner.
 * Memory: about 40 bytes per target while it runs. Threads: any; blocks for as long as the load takes, and other
 * writers with it. */
#ifndef IC_SERVICE_DEMO_H
#define IC_SERVICE_DEMO_H

#include "service/can.h"
#include "service/service.h"

enum {
    IC_DEMO_OPERATORS_MAX = 100,
    IC_DEMO_ACTORS_MAX = 1000,
    IC_DEMO_TARGETS_MAX = 2000000,
    IC_DEMO_EVENTS_MAX = 20000000,
    IC_DEMO_DAYS_MAX = 3650,
};

struct ic_demo_options {
    uint64_t seed;
    uint32_t operators; /* 1 to IC_DEMO_..._MAX, as the next. */
    uint32_t actors;
    uint32_t targets;
    uint32_t events; /* Outreach and changes together, also of goals and rules; about 87 of 100 are outreach. */
    uint32_t days;
    int64_t until;
};

/* The reference data of docs/decisions/store.md, ending at `until`: 25 operators, 120 actors, 200,000 targets,
 * 1,150,000 events in 365 days. */
struct ic_demo_options ic_demo_reference(int64_t until);

/* A team of a size that is loaded in a moment: 6 operators, 18 actors, 4,000 targets, 23,000 events in 120 days. */
struct ic_demo_options ic_demo_small(int64_t until);

/* What is told while it runs: rows written so far, of how many. */
struct ic_demo_progress {
    void (*report)(void *context, uint64_t done_count, uint64_t total_count);
    void *context;
};

/* Fails with invalid_parameter, naming the option, when one is out of range. */
IC_NODISCARD enum ic_rc ic_demo_check(const struct ic_demo_options *options, struct ic_err *err);

/* Fills the team, by the asker and at `now` as the audit tells it; fails with not_empty when there are actors or
 * targets, and as ic_demo_check does. `progress` may be NULL; it is called on a thread of the store's, from the start
 * again where the store runs the load again. */
IC_NODISCARD enum ic_rc ic_demo_load(struct ic_store *store, const struct ic_asker *asker, int64_t now,
                                     const struct ic_demo_options *options, const struct ic_demo_progress *progress,
                                     struct ic_err *err);

/* Fills the team with ic_demo_small, ending now, for the asker; fails as ic_demo_load and ic_can_check do. */
IC_NODISCARD enum ic_rc ic_demo_fill(struct ic_service *service, const struct ic_asker *asker, struct ic_err *err);

#endif
