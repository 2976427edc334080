/* What every part of analytics is asked: whose, and which days of which time zone; and the instants that they are.
 *
 * Promises: a range and the one before it have as many days. Memory: the zone is the service's; its name is the
 * question's or lives in the arena. Threads: as the transaction's. */
#ifndef IC_SERVICE_ANALYTICS_RANGE_H
#define IC_SERVICE_ANALYTICS_RANGE_H

#include "service/can.h"
#include "service/service.h"
#include "store/metrics.h"

enum { IC_ANALYTICS_DAYS_DEFAULT = 30, IC_ANALYTICS_DAYS_MAX = 366 };

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
    enum ic_zone_unit by;       /* What the volume is told by; nothing else asks for it. */
    struct ic_metric_scope scope;
};

struct ic_analytics_range {
    int64_t now;
    struct ic_str time_zone;
    const struct ic_zone *zone;
    int64_t previous_from_ms; /* As many days before. */
    int64_t from_ms;
    int64_t until_ms;
};

/* Fails with invalid_parameter for a day or a zone that there is not, and for a range that ends before it begins or has
 * more than IC_ANALYTICS_DAYS_MAX days. */
IC_NODISCARD enum ic_rc ic_analytics_range_find(struct ic_store_tx *tx, struct ic_service *service,
                                                const struct ic_asker *asker,
                                                const struct ic_analytics_question *question, struct ic_arena *arena,
                                                struct ic_analytics_range *ret_range, struct ic_err *err);

#endif
