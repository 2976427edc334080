/* The funnel: how many of those who were first contacted in a range went on to each stage, and how long it took; by the
 * week of the first contact, and altogether (docs/metrics.md).
 *
 * Promises: a stage counts who reached it or a later one, not before the first contact, so that no stage has more than
 * the one before it. Everything is of one snapshot. Memory: results live in the given arena; what is counted is freed.
 * Threads: any. */
#ifndef IC_SERVICE_FUNNEL_H
#define IC_SERVICE_FUNNEL_H

#include "service/analytics_range.h"
#include "store/figure_rows.h"

enum {
    IC_FUNNEL_COHORTS_MAX = 54,          /* Weeks that 366 days touch. */
    IC_FUNNEL_CONTACTS_MAX = 256 * 1024, /* Of one week. */
    IC_FUNNEL_WAITS_MAX = 1024 * 1024,   /* Who reached a stage, of one range. */
};

struct ic_funnel_stage {
    int64_t reached;
    int64_t since_contact_ms; /* The median of those who reached it; -1: nobody, as the next. */
    int64_t since_before_ms;  /* From the stage before, or from the first contact. */
};

struct ic_funnel {
    int64_t from_ms;
    int64_t until_ms;
    int64_t contacted;
    struct ic_funnel_stage stages[IC_FUNNEL_STAGES]; /* From IC_FUNNEL_FIRST on. */
};

struct ic_funnel_answer {
    struct ic_analytics_range range;
    struct ic_funnel total;
    struct ic_funnel previous;
    struct ic_funnel *cohorts; /* The first and the last week are cut to the range. */
    size_t cohorts_count;
};

/* Fails as ic_analytics_range_find, and with too_much_history where more were contacted than is counted. */
IC_NODISCARD enum ic_rc ic_funnel_get(struct ic_service *service, const struct ic_asker *asker,
                                      const struct ic_analytics_question *question, struct ic_arena *arena,
                                      struct ic_funnel_answer *ret_answer, struct ic_err *err);

#endif
