#include "base/pace.h"

#include "base/hash.h"
#include "contract/limits.h"

#include <assert.h>
#include <string.h>

enum { TOKEN = 1000 }; /* In thousandths, so that `per_s` of them come each millisecond. */

void ic_pace_init(struct ic_pace *pace, int per_s)
{
    assert(per_s >= 1);
    memset(pace, 0, sizeof *pace);
    pace->per_s = per_s;
    int failed = pthread_mutex_init(&pace->lock, NULL);
    assert(failed == 0);
    (void)failed;
}

void ic_pace_set(struct ic_pace *pace, int per_s)
{
    assert(per_s >= 1);
    pace->per_s = per_s;
}

void ic_pace_release(struct ic_pace *pace)
{
    pthread_mutex_destroy(&pace->lock);
}

static int64_t full_level(const struct ic_pace *pace)
{
    return (int64_t)pace->per_s * IC_LIMIT_REQUEST_BURST_S * TOKEN;
}

static int64_t level_at(const struct ic_pace *pace, const struct ic_pace_bucket *bucket, int64_t now_ms)
{
    int64_t full = full_level(pace);
    int64_t passed_ms = now_ms - bucket->at_ms;
    if (!bucket->is_taken || passed_ms >= (int64_t)IC_LIMIT_REQUEST_BURST_S * 1000) {
        return full;
    }
    int64_t level = bucket->level + passed_ms * pace->per_s;
    return level < full ? level : full;
}

/* The key's bucket; a full one in the place of the fullest when it has none. */
static struct ic_pace_bucket *find(struct ic_pace *pace, struct ic_str key, int64_t now_ms)
{
    struct ic_hash hash;
    size_t set = 0;
    ic_hash_of(key, &hash);
    for (size_t i = 0; i < IC_PACE_KEY_SIZE; i++) {
        set = set * 31 + (unsigned char)hash.text[IC_PACE_KEY_SIZE + i];
    }
    struct ic_pace_bucket *buckets = pace->buckets[set % IC_PACE_SETS];
    struct ic_pace_bucket *fullest = &buckets[0];
    for (size_t i = 0; i < IC_PACE_WAYS; i++) {
        if (buckets[i].is_taken && memcmp(buckets[i].key, hash.text, IC_PACE_KEY_SIZE) == 0) {
            return &buckets[i];
        }
        if (level_at(pace, &buckets[i], now_ms) > level_at(pace, fullest, now_ms)) {
            fullest = &buckets[i];
        }
    }
    *fullest = (struct ic_pace_bucket){.is_taken = true, .level = full_level(pace), .at_ms = now_ms};
    memcpy(fullest->key, hash.text, IC_PACE_KEY_SIZE);
    return fullest;
}

bool ic_pace_take(struct ic_pace *pace, struct ic_str key, int64_t now_ms, int *ret_wait_s)
{
    pthread_mutex_lock(&pace->lock);
    struct ic_pace_bucket *bucket = find(pace, key, now_ms);
    int64_t level = level_at(pace, bucket, now_ms);
    bool has_token = level >= TOKEN;
    bucket->level = has_token ? level - TOKEN : level;
    bucket->at_ms = now_ms;
    pthread_mutex_unlock(&pace->lock);
    if (!has_token) {
        int64_t wait_ms = (TOKEN - level + pace->per_s - 1) / pace->per_s;
        *ret_wait_s = (int)((wait_ms + 999) / 1000);
    }
    return has_token;
}
