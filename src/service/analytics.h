/* The analytics page's data: figures of a range of days and of the one before it, by day, week or month, by hour of the
 * week, by operator and by account (docs/metrics.md).
 *
 * Promises: days, weeks and hours are those of the viewer's time zone, or of the one that is asked for; everything is
 * of one snapshot. Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_ANALYTICS_H
#define IC_SERVICE_ANALYTICS_H

#include "service/analytics_range.h"
#include "store/analytics.h"

enum {
    IC_ANALYTICS_LEADERS_MAX = 200, /* The first ones are told. */
    IC_ANALYTICS_HOURS = 7 * 24,
};

struct ic_analytics_bucket {
    int64_t from_ms;
    int64_t until_ms;
    struct ic_figures figures;
};

/* An operator, or an account: a handle, whoever wrote as it. */
struct ic_analytics_leader {
    struct ic_id opr_id; /* Of an operator, as the next. */
    struct ic_str opr_name;
    struct ic_handle act_username; /* Of an account. */
    struct ic_figures figures;
    struct ic_figures previous;
};

struct ic_analytics_leaders {
    struct ic_analytics_leader *items;
    size_t count;
};

struct ic_analytics {
    struct ic_analytics_range range;
    struct ic_figures figures;
    struct ic_figures previous;
    struct ic_analytics_bucket *volume;
    size_t volume_count;
    struct ic_figures heatmap[IC_ANALYTICS_HOURS]; /* From Monday, 0 h. */
    struct ic_analytics_leaders operators;         /* Whoever sent most first, and then by name. */
    struct ic_analytics_leaders actors;
};

/* Fails as ic_analytics_range_find. */
IC_NODISCARD enum ic_rc ic_analytics_get(struct ic_service *service, const struct ic_asker *asker,
                                         const struct ic_analytics_question *question, struct ic_arena *arena,
                                         struct ic_analytics *ret_analytics, struct ic_err *err);

#endif
