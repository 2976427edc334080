/* The hybrid logical clock, by which values of one field are ordered across desktops (docs/sync.md, Clocks).
 *
 * Promises: a hybrid time is positive and has IC_HYBRID_TIME_BITS bits, milliseconds since 1970 UTC above and a counter
 * below, so that every language's numbers hold it exactly. What a clock gives is larger than everything that it gave or
 * saw before, whatever the wall clock does, until the year 2248 is reached.
 * Memory: values. Threads: pure; a clock belongs to one thread at a time. */
#ifndef IC_SYNC_HYBRID_TIME_H
#define IC_SYNC_HYBRID_TIME_H

#include <stdbool.h>
#include <stdint.h>

enum { IC_HYBRID_TIME_BITS = 53, IC_HYBRID_TIME_COUNTER_BITS = 10 };

#define IC_HYBRID_TIME_MAX ((INT64_C(1) << IC_HYBRID_TIME_BITS) - 1)

struct ic_hybrid_clock {
    int64_t last; /* The largest that it gave or saw; 0: none yet. */
};

/* The next time: the wall clock's, or one more than the last, whichever is larger. */
int64_t ic_hybrid_clock_next(struct ic_hybrid_clock *clock, int64_t wall_ms);

/* What the clock gives from now on is larger than `time`. */
void ic_hybrid_clock_see(struct ic_hybrid_clock *clock, int64_t time);

/* Its milliseconds since 1970 UTC. */
int64_t ic_hybrid_time_ms(int64_t time);

/* The smallest one of that millisecond. A millisecond that no hybrid time has gives the nearest. */
int64_t ic_hybrid_time_at(int64_t ms);

/* What counts of a time that the server receives at `server_now_ms`: itself, or the server's own time when it is more
 * than IC_LIMIT_CLOCK_AHEAD_MS_MAX ahead of it. */
int64_t ic_hybrid_time_bound(int64_t time, int64_t server_now_ms);

#endif
