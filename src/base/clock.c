#include "base/clock.h"

#include <assert.h>
#include <stddef.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec now;
    int rc = clock_gettime(id, &now);
    assert(rc == 0);
    (void)rc;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_now_ms(void *context)
{
    (void)context;
    return read_ms(CLOCK_REALTIME);
}

static int64_t system_monotonic_ms(void *context)
{
    (void)context;
    return read_ms(CLOCK_MONOTONIC);
}

struct ic_clock ic_clock_system(void)
{
    return (struct ic_clock){.now_ms = system_now_ms, .monotonic_ms = system_monotonic_ms, .context = NULL};
}

int64_t ic_clock_now_ms(const struct ic_clock *clock)
{
    return clock->now_ms(clock->context);
}

int64_t ic_clock_monotonic_ms(const struct ic_clock *clock)
{
    return clock->monotonic_ms(clock->context);
}
