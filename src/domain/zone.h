/* A time zone as a table of UTC offsets, and the calendar in it: days, weeks, months and their buckets.
 *
 * Promises: pure arithmetic, right on days of 23 and 25 hours, in zones of quarter hours, where midnight does not exist
 * and where a whole day was left out. A day begins with the first instant at which the zone's clocks show its date or a
 * later one, so that days follow each other without a gap; a week begins on Monday (ISO 8601). Where a date was left
 * out, its day is empty and begins with the next one. Whatever makes the table (`service/zones`) decides how far the
 * zone's rules are known; before the first and behind the last offset these two hold.
 * Memory: a zone borrows its offsets. Threads: pure. */
#ifndef IC_DOMAIN_ZONE_H
#define IC_DOMAIN_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IC_MINUTE_MS = 60000, IC_HOUR_MS = 3600000, IC_DAY_MS = 86400000 };

/* What clocks show from an instant on. */
struct ic_zone_offset {
    int64_t from_ms;   /* Milliseconds since 1970 UTC; of the first one of a zone any. */
    int32_t offset_ms; /* East of UTC; within 24 hours. */
};

struct ic_zone {
    const struct ic_zone_offset *offsets; /* In the order of time. */
    size_t offsets_count;                 /* At least 1. */
};

enum ic_zone_unit { IC_ZONE_DAY, IC_ZONE_WEEK, IC_ZONE_MONTH };

/* What a calendar and a clock on the wall show. */
struct ic_zone_local {
    int32_t year;
    int month;   /* 1 to 12. */
    int day;     /* 1 to 31. */
    int weekday; /* 0 (Monday) to 6. */
    int hour;    /* 0 to 23. */
    int minute;  /* 0 to 59. */
};

/* UTC itself. */
extern const struct ic_zone ic_zone_utc;

int32_t ic_zone_offset_at(const struct ic_zone *zone, int64_t instant_ms);

struct ic_zone_local ic_zone_local(const struct ic_zone *zone, int64_t instant_ms);

/* When the day of a date begins; false when there is no such date (years 1 to 9999). */
bool ic_zone_date_start(const struct ic_zone *zone, int32_t year, int month, int day, int64_t *ret_start_ms);

/* When the day, week or month began that `instant_ms` lies in. */
int64_t ic_zone_start(const struct ic_zone *zone, enum ic_zone_unit unit, int64_t instant_ms);

/* When the unit begins that lies `count` (which may be negative) behind the one that `instant_ms` lies in. */
int64_t ic_zone_start_after(const struct ic_zone *zone, enum ic_zone_unit unit, int64_t instant_ms, int64_t count);

/* The beginnings of the units that [from_ms, to_ms) touches, the first of them cut to `from_ms`, into `starts`. Gives
 * how many there are; when they are more than `starts_max`, nothing was written behind that. */
size_t ic_zone_buckets(const struct ic_zone *zone, enum ic_zone_unit unit, int64_t from_ms, int64_t to_ms,
                       int64_t *starts, size_t starts_max);

#endif
