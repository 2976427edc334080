#include "service/throttle.h"

#include <assert.h>
#include <string.h>

void ic_throttle_init(struct ic_throttle *throttle, int count_max, int64_t window_ms)
{
    memset(throttle, 0, sizeof *throttle);
    throttle->count_max = count_max;
    throttle->window_ms = window_ms;
    int failed = pthread_mutex_init(&throttle->mutex, NULL);
    assert(failed == 0);
    (void)failed;
}

void ic_throttle_release(struct ic_throttle *throttle)
{
    pthread_mutex_destroy(&throttle->mutex);
}

static struct ic_str cut_key(struct ic_str key)
{
    return (struct ic_str){key.data, key.size < IC_THROTTLE_KEY_SIZE ? key.size : IC_THROTTLE_KEY_SIZE};
}

/* The running window of a key, NULL when it has none; forgets windows that have ended. */
static struct ic_throttle_window *find(struct ic_throttle *throttle, struct ic_str key, int64_t now_ms)
{
    struct ic_throttle_window *found = NULL;
    for (size_t i = 0; i < IC_THROTTLE_KEYS_MAX; i++) {
        struct ic_throttle_window *window = &throttle->windows[i];
        if (window->count > 0 && now_ms - window->begun_ms >= throttle->window_ms) {
            window->count = 0;
        }
        if (window->count > 0 && ic_str_equal((struct ic_str){window->key, window->key_size}, key)) {
            found = window;
        }
    }
    return found;
}

static bool gives_way_before(const struct ic_throttle_window *one, const struct ic_throttle_window *other)
{
    return one->count != other->count ? one->count < other->count : one->begun_ms < other->begun_ms;
}

/* A free place, or the one of the window that gives way. */
static struct ic_throttle_window *make_room(struct ic_throttle *throttle)
{
    struct ic_throttle_window *first = &throttle->windows[0];
    for (size_t i = 1; i < IC_THROTTLE_KEYS_MAX; i++) {
        if (gives_way_before(&throttle->windows[i], first)) {
            first = &throttle->windows[i];
        }
    }
    return first;
}

int ic_throttle_wait_s(struct ic_throttle *throttle, struct ic_str key, int64_t now_ms)
{
    pthread_mutex_lock(&throttle->mutex);
    const struct ic_throttle_window *window = find(throttle, cut_key(key), now_ms);
    bool is_exhausted = window && window->count >= throttle->count_max;
    int64_t wait_ms = is_exhausted ? window->begun_ms + throttle->window_ms - now_ms : 0;
    pthread_mutex_unlock(&throttle->mutex);
    return (int)((wait_ms + 999) / 1000);
}

bool ic_throttle_is_exhausted(struct ic_throttle *throttle, struct ic_str key, int64_t now_ms)
{
    return ic_throttle_wait_s(throttle, key, now_ms) > 0;
}

void ic_throttle_count(struct ic_throttle *throttle, struct ic_str key, int64_t now_ms)
{
    struct ic_str kept = cut_key(key);
    pthread_mutex_lock(&throttle->mutex);
    struct ic_throttle_window *window = find(throttle, kept, now_ms);
    if (!window) {
        window = make_room(throttle);
        *window = (struct ic_throttle_window){.key_size = kept.size, .begun_ms = now_ms};
        if (kept.size > 0) {
            memcpy(window->key, kept.data, kept.size);
        }
    }
    if (window->count < throttle->count_max) {
        window->count++;
    }
    pthread_mutex_unlock(&throttle->mutex);
}
