#include "domain/goal.h"

enum { FORECAST_PART = 20 }; /* No forecast before one in so many parts of the period has passed. */

bool ic_goal_period(enum ic_goal_frequency frequency, const struct ic_zone *zone, int64_t start_ms, int64_t end_ms,
                    int64_t now_ms, int back, struct ic_goal_period *ret_period)
{
    enum ic_zone_unit unit = frequency == IC_GOAL_FREQUENCY_MONTHLY ? IC_ZONE_MONTH : IC_ZONE_DAY;
    int64_t from_ms = ic_zone_start_after(zone, unit, now_ms, -(int64_t)back);
    int64_t until_ms = ic_zone_start_after(zone, unit, now_ms, 1 - (int64_t)back);
    from_ms = start_ms > from_ms ? start_ms : from_ms;
    until_ms = end_ms > 0 && end_ms < until_ms ? end_ms : until_ms;
    if (from_ms >= until_ms) {
        return false;
    }
    *ret_period = (struct ic_goal_period){.from_ms = from_ms, .until_ms = until_ms};
    return true;
}

/* `value` times `part` by `whole`, rounded down. Spans are at most 31 days, below 2^32 ms, and progress at most 20
 * times 2^53 foretold: no product passes 2^63. */
static int64_t share(int64_t value, int64_t part, int64_t whole)
{
    return value / whole * part + value % whole * part / whole;
}

struct ic_goal_pace ic_goal_pace(enum ic_goal_frequency frequency, const struct ic_goal_period *period, int64_t now_ms,
                                 int64_t progress, int64_t target)
{
    int64_t length_ms = period->until_ms - period->from_ms;
    int64_t passed_ms = now_ms - period->from_ms;
    passed_ms = passed_ms < 0 ? 0 : passed_ms > length_ms ? length_ms : passed_ms;
    int64_t unit_ms = frequency == IC_GOAL_FREQUENCY_MONTHLY ? IC_DAY_MS : IC_HOUR_MS;
    int64_t units_left = (length_ms - passed_ms + unit_ms - 1) / unit_ms;
    int64_t missing = target > progress ? target - progress : 0;
    struct ic_goal_pace pace = {
        .expected = share(target, passed_ms, length_ms),
        .needed = units_left > 0 ? (missing + units_left - 1) / units_left : 0,
        .has_forecast = passed_ms * FORECAST_PART >= length_ms,
    };
    if (pace.has_forecast) {
        pace.forecast = share(progress, length_ms, passed_ms) +
                        (progress % passed_ms * length_ms % passed_ms >= (passed_ms + 1) / 2 ? 1 : 0);
    }
    return pace;
}
