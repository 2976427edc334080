#include "sync/backoff.h"

#include <assert.h>

static int64_t larger(int64_t left, int64_t right)
{
    return left > right ? left : right;
}

/* first * 2^(failures - 1), stopping at the longest so that it cannot overflow. */
static int64_t ceiling_ms(const struct ic_backoff *backoff)
{
    int64_t ceiling = backoff->first_ms;
    for (int i = 1; i < backoff->failures && ceiling < backoff->longest_ms; i++) {
        ceiling *= 2;
    }
    return ceiling < backoff->longest_ms ? ceiling : backoff->longest_ms;
}

int64_t ic_backoff_fail(struct ic_backoff *backoff, const struct ic_rand *rand, int64_t retry_after_ms)
{
    assert(backoff->least_ms >= 0 && backoff->first_ms > 0 && backoff->longest_ms < UINT32_MAX);
    assert(backoff->first_ms <= backoff->longest_ms);
    if (backoff->failures < INT32_MAX) {
        backoff->failures++;
    }
    int64_t wait_ms = (int64_t)ic_rand_below(rand, (uint32_t)ceiling_ms(backoff) + 1);
    return larger(larger(wait_ms, backoff->least_ms), retry_after_ms);
}

void ic_backoff_succeed(struct ic_backoff *backoff)
{
    backoff->failures = 0;
}
