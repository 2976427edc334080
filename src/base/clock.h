/* Time as a parameter.
 *
 * Promises: `now_ms` is milliseconds since 1970-01-01 00:00 UTC and may jump; `monotonic_ms` has no meaning but never
 * runs backwards. Code that needs time takes a struct ic_clock; only app/ and tests choose which.
 * Memory: the clock's owner keeps it alive. Threads: the system clock may be read from any; a test's own is the test's
 * matter. */
#ifndef IC_BASE_CLOCK_H
#define IC_BASE_CLOCK_H

#include <stdint.h>

struct ic_clock {
    int64_t (*now_ms)(void *context);
    int64_t (*monotonic_ms)(void *context);
    void *context;
    const char *boot_id; /* Times of monotonic_ms compare while it is the same; NULL: in this process only. */
};

/* The machine's own clocks. */
struct ic_clock ic_clock_system(void);

int64_t ic_clock_now_ms(const struct ic_clock *clock);
int64_t ic_clock_monotonic_ms(const struct ic_clock *clock);

#endif
