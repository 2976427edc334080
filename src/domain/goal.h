/* A goal's periods, and how it goes in one.
 *
 * Promises: a goal counts by days or months of a time zone; of the first and the last period only what lies between its
 * start and its end. The forecast is a straight line: what comes goes on as it did since the period began; nothing is
 * told before a twentieth of the period has passed. Memory: values. Threads: pure. */
#ifndef IC_DOMAIN_GOAL_H
#define IC_DOMAIN_GOAL_H

#include "contract/vocabulary.h"
#include "domain/zone.h"

struct ic_goal_period {
    int64_t from_ms;
    int64_t until_ms; /* Not included. */
};

/* The period that lies `back` (0: the running one) before the one of `now_ms`; false when it lies wholly before the
 * goal's start or behind its end. `end_ms` is 0 where the goal is open. */
bool ic_goal_period(enum ic_goal_frequency frequency, const struct ic_zone *zone, int64_t start_ms, int64_t end_ms,
                    int64_t now_ms, int back, struct ic_goal_period *ret_period);

struct ic_goal_pace {
    int64_t expected; /* How much there would be by now at an even pace; rounded down. */
    int64_t needed;   /* How much each hour of a day, or each day of a month, that is left has to bring; rounded up. 0:
                         it is reached. Of a period that is over 0. */
    bool has_forecast;
    int64_t forecast; /* At the end of the period; rounded to the nearest. */
};

/* How a running period goes in which `progress` of `target` is there. */
struct ic_goal_pace ic_goal_pace(enum ic_goal_frequency frequency, const struct ic_goal_period *period, int64_t now_ms,
                                 int64_t progress, int64_t target);

#endif
