#include "sync/hybrid_time.h"

#include "contract/limits.h"

int64_t ic_hybrid_time_ms(int64_t time)
{
    return time >> IC_HYBRID_TIME_COUNTER_BITS;
}

int64_t ic_hybrid_time_at(int64_t ms)
{
    if (ms <= 0) {
        return 1;
    }
    int64_t ms_max = ic_hybrid_time_ms(IC_HYBRID_TIME_MAX);
    return (ms < ms_max ? ms : ms_max) << IC_HYBRID_TIME_COUNTER_BITS;
}

int64_t ic_hybrid_clock_next(struct ic_hybrid_clock *clock, int64_t wall_ms)
{
    int64_t wall = ic_hybrid_time_at(wall_ms);
    if (wall > clock->last) {
        clock->last = wall;
    } else if (clock->last < IC_HYBRID_TIME_MAX) {
        clock->last++;
    }
    return clock->last;
}

void ic_hybrid_clock_see(struct ic_hybrid_clock *clock, int64_t time)
{
    if (time > clock->last) {
        clock->last = time;
    }
}

int64_t ic_hybrid_time_bound(int64_t time, int64_t server_now_ms)
{
    bool is_ahead = ic_hybrid_time_ms(time) > server_now_ms + IC_LIMIT_CLOCK_AHEAD_MS_MAX;
    return is_ahead ? ic_hybrid_time_at(server_now_ms) : time;
}
