#include "domain/zone.h"

#include <assert.h>

static const struct ic_zone_offset utc_offsets[] = {{.from_ms = INT64_MIN, .offset_ms = 0}};
const struct ic_zone ic_zone_utc = {.offsets = utc_offsets, .offsets_count = 1};

static int64_t floor_div(int64_t value, int64_t by)
{
    int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

/* The place in the table of the offset that holds at an instant. */
static size_t place_at(const struct ic_zone *zone, int64_t instant_ms)
{
    assert(zone->offsets_count > 0);
    size_t low = 0, high = zone->offsets_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->offsets[middle].from_ms <= instant_ms) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

int32_t ic_zone_offset_at(const struct ic_zone *zone, int64_t instant_ms)
{
    return zone->offsets[place_at(zone, instant_ms)].offset_ms;
}

/* ---- Dates as days since 1970-01-01, in the Gregorian calendar. ---- */

/* The year begins in March here, so that a leap day is its last. */
static int64_t days_of(int64_t year, int month, int day)
{
    int64_t shifted = month > 2 ? year : year - 1;
    int64_t era = floor_div(shifted, 400);
    int64_t year_of_era = shifted - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void date_of(int64_t days, struct ic_zone_local *local)
{
    int64_t shifted = days + 719468;
    int64_t era = floor_div(shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    local->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    local->month = (int)(month < 10 ? month + 3 : month - 9);
    local->year = (int32_t)(year_of_era + era * 400 + (local->month <= 2 ? 1 : 0));
    local->weekday = (int)(((days + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday. */
}

struct ic_zone_local ic_zone_local(const struct ic_zone *zone, int64_t instant_ms)
{
    int64_t wall = instant_ms + ic_zone_offset_at(zone, instant_ms);
    int64_t days = floor_div(wall, IC_DAY_MS);
    struct ic_zone_local local = {0};
    date_of(days, &local);
    int64_t minutes = (wall - days * IC_DAY_MS) / IC_MINUTE_MS;
    local.hour = (int)(minutes / 60);
    local.minute = (int)(minutes % 60);
    return local;
}

/* The first instant at which the clocks show the day `days` or a later one. */
static int64_t day_start(const struct ic_zone *zone, int64_t days)
{
    int64_t midnight = days * IC_DAY_MS;
    /* No offset is a whole day: the first one that can matter held a day before. */
    for (size_t i = place_at(zone, midnight - IC_DAY_MS);; i++) {
        int64_t start = midnight - zone->offsets[i].offset_ms;
        if (i > 0 && start < zone->offsets[i].from_ms) {
            start = zone->offsets[i].from_ms;
        }
        if (i + 1 == zone->offsets_count || start < zone->offsets[i + 1].from_ms) {
            return start;
        }
    }
}

/* The day that an instant lies in: where clocks went back over midnight, not always the one that they show. */
static int64_t day_at(const struct ic_zone *zone, int64_t instant_ms)
{
    int64_t days = floor_div(instant_ms + ic_zone_offset_at(zone, instant_ms), IC_DAY_MS);
    while (day_start(zone, days + 1) <= instant_ms) {
        days++;
    }
    return days;
}

bool ic_zone_date_start(const struct ic_zone *zone, int32_t year, int month, int day, int64_t *ret_start_ms)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) {
        return false;
    }
    int64_t days = days_of(year, month, day);
    struct ic_zone_local local;
    date_of(days, &local);
    if (local.day != day || local.month != month) {
        return false;
    }
    *ret_start_ms = day_start(zone, days);
    return true;
}

/* The first day of the unit that lies `count` behind the one of the day `days`. */
static int64_t unit_first_day(enum ic_zone_unit unit, int64_t days, int64_t count)
{
    struct ic_zone_local local;
    date_of(days, &local);
    switch (unit) {
    case IC_ZONE_DAY:
        return days + count;
    case IC_ZONE_WEEK:
        return days - local.weekday + 7 * count;
    case IC_ZONE_MONTH:
        break;
    }
    int64_t months = (int64_t)local.year * 12 + local.month - 1 + count;
    int64_t year = floor_div(months, 12);
    return days_of(year, (int)(months - year * 12) + 1, 1);
}

int64_t ic_zone_start(const struct ic_zone *zone, enum ic_zone_unit unit, int64_t instant_ms)
{
    return ic_zone_start_after(zone, unit, instant_ms, 0);
}

int64_t ic_zone_start_after(const struct ic_zone *zone, enum ic_zone_unit unit, int64_t instant_ms, int64_t count)
{
    return day_start(zone, unit_first_day(unit, day_at(zone, instant_ms), count));
}

size_t ic_zone_buckets(const struct ic_zone *zone, enum ic_zone_unit unit, int64_t from_ms, int64_t to_ms,
                       int64_t *starts, size_t starts_max)
{
    size_t count = 0;
    int64_t days = day_at(zone, from_ms);
    for (int64_t start = from_ms; start < to_ms;) {
        if (count < starts_max) {
            starts[count] = start;
        }
        count++;
        /* Past units that are empty because their only day was left out. */
        int64_t next = start;
        while (next <= start) {
            days = unit_first_day(unit, days, 1);
            next = day_start(zone, days);
        }
        start = next;
    }
    return count;
}
