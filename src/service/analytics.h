/* The analytics page's data: figures of a range of days and of the one before it, by day, week or month, by hour of the
 * week, by operator and by account (docs/metrics.md).
 *
 * Promises: days, weeks and hours are those of the viewer's time zone, or of the one that is asked for; everything is
 * of one snapshot. Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_ANALYTICS_H
#define IC_SERVICE_ANALYTICS_H

#include "service/can.h"
#include "service/service.h"
#include "store/analytics.h"

enum {
    IC_ANALYTICS_DAYS_DEFAULT = 30,
    IC_ANALYTICS_DAYS_MAX = 366,
    IC_ANALYTICS_LEADERS_MAX = 200, /* The first ones are told. */
    IC_ANALYTICS_HOURS = 7 * 24,
};

/* A day of the calendar; year 0: not given. */
struct ic_analytics_day {
    int32_t year;
    int month;
    int day;
};

struct ic_analytics_question {
    struct ic_analytics_day from;
    struct ic_analytics_day to; /* Included; not given: today. */
    struct ic_str time_zone;    /* Empty: the viewer's. */
    enum ic_zone_unit by;
    struct ic_metric_scope scope;
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
    int64_t now;
    struct ic_str time_zone;
    int64_t previous_from_ms; /* As many days before. */
    int64_t from_ms;
    int64_t until_ms;
    struct ic_figures figures;
    struct ic_figures previous;
    struct ic_analytics_bucket *volume;
    size_t volume_count;
    struct ic_figures heatmap[IC_ANALYTICS_HOURS]; /* From Monday, 0 h. */
    struct ic_analytics_leaders operators;         /* Whoever sent most first, and then by name. */
    struct ic_analytics_leaders actors;
};

/* Fails with invalid_parameter for a day or a zone that there is not, and for a range that ends before it begins or has
 * more than IC_ANALYTICS_DAYS_MAX days. */
IC_NODISCARD enum ic_rc ic_analytics_get(struct ic_service *service, const struct ic_asker *asker,
                                         const struct ic_analytics_question *question, struct ic_arena *arena,
                                         struct ic_analytics *ret_analytics, struct ic_err *err);

#endif
