#include "store/deadline.h"

static struct timespec now(void)
{
    struct timespec instant;
    (void)clock_gettime(CLOCK_MONOTONIC, &instant);
    return instant;
}

struct timespec ic_deadline_in(int delay_ms)
{
    struct timespec instant = now();
    instant.tv_sec += delay_ms / 1000;
    instant.tv_nsec += delay_ms % 1000 * 1000000L;
    if (instant.tv_nsec >= 1000000000L) {
        instant.tv_sec++;
        instant.tv_nsec -= 1000000000L;
    }
    return instant;
}

bool ic_deadline_is_past(const struct timespec *deadline)
{
    struct timespec instant = now();
    return instant.tv_sec > deadline->tv_sec ||
           (instant.tv_sec == deadline->tv_sec && instant.tv_nsec >= deadline->tv_nsec);
}

void ic_deadline_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
}
