#include "service/analytics_range.h"

#include "store/operators.h"

static const char operation[] = "analytics.range";

static enum ic_rc refuse(const char *detail, struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "%s", detail);
}

static enum ic_rc find_start(const struct ic_zone *zone, const struct ic_analytics_day *day, int64_t *ret_start,
                             struct ic_err *err)
{
    if (!ic_zone_date_start(zone, day->year, day->month, day->day, ret_start) || *ret_start < 0) {
        return refuse("from and to are days from 1970-01-01 on, as 2026-03-29.", err);
    }
    return IC_OK;
}

static enum ic_rc find_days(const struct ic_analytics_question *question, struct ic_analytics_range *range,
                            struct ic_err *err)
{
    int64_t last = ic_zone_start(range->zone, IC_ZONE_DAY, range->now);
    enum ic_rc rc = question->to.year != 0 ? find_start(range->zone, &question->to, &last, err) : IC_OK;
    int64_t first = ic_zone_start_after(range->zone, IC_ZONE_DAY, last, 1 - IC_ANALYTICS_DAYS_DEFAULT);
    if (rc == IC_OK && question->from.year != 0) {
        rc = find_start(range->zone, &question->from, &first, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    range->from_ms = first;
    range->until_ms = ic_zone_start_after(range->zone, IC_ZONE_DAY, last, 1);
    /* Days have 23 to 25 hours, so that the nearest number is theirs. */
    int64_t days = (range->until_ms - first + IC_DAY_MS / 2) / IC_DAY_MS;
    if (first > last || days > IC_ANALYTICS_DAYS_MAX) {
        return refuse("A range ends on its first day or later and has at most 366 days.", err);
    }
    int64_t previous = ic_zone_start_after(range->zone, IC_ZONE_DAY, first, -days);
    range->previous_from_ms = previous > 0 ? previous : 0;
    return IC_OK;
}

static enum ic_rc find_zone(struct ic_store_tx *tx, struct ic_service *service, const struct ic_asker *asker,
                            const struct ic_analytics_question *question, struct ic_arena *arena,
                            struct ic_analytics_range *range, struct ic_err *err)
{
    if (question->time_zone.size > 0) {
        range->time_zone = question->time_zone;
        return ic_zones_get(&service->zones, question->time_zone, IC_CODE_INVALID_PARAMETER, "time_zone", &range->zone,
                            err);
    }
    struct ic_operator viewer;
    enum ic_rc rc = ic_store_operator_get(tx, &asker->opr_id, arena, &viewer, err);
    if (rc == IC_OK) {
        range->time_zone = viewer.time_zone;
        range->zone = ic_zones_find(&service->zones, viewer.time_zone);
    }
    return rc;
}

enum ic_rc ic_analytics_range_find(struct ic_store_tx *tx, struct ic_service *service, const struct ic_asker *asker,
                                   const struct ic_analytics_question *question, struct ic_arena *arena,
                                   struct ic_analytics_range *ret_range, struct ic_err *err)
{
    struct ic_analytics_range range = {.now = ic_clock_now_ms(&service->clock)};
    enum ic_rc rc = find_zone(tx, service, asker, question, arena, &range, err);
    if (rc == IC_OK) {
        rc = find_days(question, &range, err);
    }
    if (rc == IC_OK) {
        *ret_range = range;
    }
    return rc;
}
