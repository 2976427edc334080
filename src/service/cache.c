#include "service/cache.h"

#include "store/events.h"
#include "store/feed.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char operation[] = "service.cache";

enum {
    EPOCH_BYTES = 32,
    ETAG_TEXT_MAX = 512, /* The epoch, a key and a stamp in decimals. */
    CHANGES_ARENA_BYTES_MAX = 1 << 18,
};

struct ic_cache_entry {
    struct ic_cache_entry *next; /* In the bucket. */
    struct ic_cache_entry *newer;
    struct ic_cache_entry *older;
    struct ic_hash key;
    struct ic_cache_stamp stamp;
    bool is_packed;
    size_t size;
    char bytes[];
};

/* A computation that runs; it lives on the stack of whoever computes. */
struct ic_cache_flight {
    struct ic_cache_flight *next;
    const struct ic_hash *key;
    const struct ic_cache_stamp *stamp;
};

const char *ic_cache_tag_name(enum ic_cache_tag tag)
{
    static const char *const names[] = {[IC_CACHE_TAG_EVENTS] = "events", [IC_CACHE_TAG_PRESENCE] = "presence"};
    assert((size_t)tag < sizeof names / sizeof names[0]);
    return names[tag];
}

void ic_cache_init(struct ic_cache *cache, const struct ic_rand *rand)
{
    unsigned char secret[EPOCH_BYTES];
    memset(cache, 0, sizeof *cache);
    ic_rand_fill(rand, secret, sizeof secret);
    ic_hash_of((struct ic_str){(const char *)secret, sizeof secret}, &cache->epoch);
    pthread_mutex_init(&cache->lock, NULL);
    pthread_cond_init(&cache->landed, NULL);
}

/* ---- Stamps. ---- */

struct look {
    int64_t known;
    struct ic_arena *arena;
    int64_t cursor;
    int64_t versions[IC_CACHE_TAG_COUNT];
};

static enum ic_rc run_look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct look *look = context;
    struct ic_feed_changes changes;
    enum ic_rc rc = ic_store_cursor_get(tx, &look->cursor, err);
    if (rc != IC_OK || look->cursor == look->known) {
        return rc;
    }
    memset(look->versions, 0, sizeof look->versions);
    if (look->known == 0 || look->cursor < look->known || look->cursor - look->known > IC_CACHE_CHANGES_MAX) {
        for (int i = 0; i < IC_CACHE_TAG_COUNT; i++) {
            look->versions[i] = look->cursor;
        }
        return IC_OK;
    }
    look->arena = look->arena ? look->arena : ic_arena_create(CHANGES_ARENA_BYTES_MAX);
    if (!look->arena) {
        return ic_arena_failed(operation, err);
    }
    rc = ic_store_feed_behind(tx, look->known, IC_CACHE_CHANGES_MAX, look->arena, &changes, err);
    for (size_t i = 0; rc == IC_OK && i < changes.count; i++) {
        enum ic_cache_tag tag = changes.items[i].is_event ? IC_CACHE_TAG_EVENTS : IC_CACHE_TAG_PRESENCE;
        look->versions[tag] = changes.items[i].cursor;
    }
    return rc;
}

enum ic_rc ic_cache_stamp_get(struct ic_cache *cache, struct ic_store *store, unsigned tags, int64_t slot_ms,
                              int64_t now, struct ic_cache_stamp *ret_stamp, struct ic_err *err)
{
    struct ic_cache_stamp stamp = {.slot = slot_ms > 0 ? now / slot_ms : 0};
    pthread_mutex_lock(&cache->lock);
    struct look look = {.known = cache->cursor};
    pthread_mutex_unlock(&cache->lock);
    enum ic_rc rc = ic_store_read(store, run_look, &look, err);
    ic_arena_destroy(look.arena);
    if (rc != IC_OK) {
        return rc;
    }
    pthread_mutex_lock(&cache->lock);
    /* Others may have looked meanwhile: a version is the cursor of its tag's last change, so that the greater is right.
     */
    if (look.cursor > cache->cursor) {
        cache->cursor = look.cursor;
    }
    for (int i = 0; i < IC_CACHE_TAG_COUNT; i++) {
        if (look.versions[i] > cache->versions[i]) {
            cache->versions[i] = look.versions[i];
        }
        stamp.versions[i] = tags & (1U << i) ? cache->versions[i] : 0;
    }
    pthread_mutex_unlock(&cache->lock);
    *ret_stamp = stamp;
    return IC_OK;
}

void ic_cache_etag(const struct ic_cache *cache, const struct ic_hash *key, const struct ic_cache_stamp *stamp,
                   char *ret_etag)
{
    char text[ETAG_TEXT_MAX];
    struct ic_hash hash;
    int size = snprintf(text, sizeof text, "%s %s %lld", cache->epoch.text, key->text, (long long)stamp->slot);
    for (int i = 0; i < IC_CACHE_TAG_COUNT; i++) {
        size += snprintf(text + size, sizeof text - (size_t)size, " %lld", (long long)stamp->versions[i]);
    }
    ic_hash_of((struct ic_str){text, (size_t)size}, &hash);
    snprintf(ret_etag, IC_CACHE_ETAG_SIZE + 1, "W/\"%.*s\"", IC_CACHE_ETAG_SIZE - 4, hash.text);
}

/* ---- What is kept; everything here under the lock. ---- */

static bool is_same_stamp(const struct ic_cache_stamp *left, const struct ic_cache_stamp *right)
{
    return left->slot == right->slot && memcmp(left->versions, right->versions, sizeof left->versions) == 0;
}

static struct ic_cache_entry **bucket_of(struct ic_cache *cache, const struct ic_hash *key)
{
    size_t index = 0;
    for (int i = 0; i < 8; i++) { /* The key is spread evenly already. */
        char c = key->text[i];
        index = index * 16 + (size_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return &cache->buckets[index % IC_CACHE_BUCKETS_COUNT];
}

static struct ic_cache_entry **find(struct ic_cache *cache, const struct ic_hash *key)
{
    struct ic_cache_entry **link = bucket_of(cache, key);
    while (*link && !ic_hash_equal(&(*link)->key, key)) {
        link = &(*link)->next;
    }
    return link;
}

static void unlink_age(struct ic_cache *cache, struct ic_cache_entry *entry)
{
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void link_age(struct ic_cache *cache, struct ic_cache_entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void drop(struct ic_cache *cache, struct ic_cache_entry **link)
{
    struct ic_cache_entry *entry = *link;
    *link = entry->next;
    unlink_age(cache, entry);
    cache->state.entries--;
    cache->state.bytes -= sizeof *entry + entry->size;
    free(entry);
}

static void keep(struct ic_cache *cache, struct ic_cache_entry *entry)
{
    struct ic_cache_entry **link = find(cache, &entry->key);
    size_t size = sizeof *entry + entry->size;
    if (*link) {
        drop(cache, link);
    }
    while (cache->oldest &&
           (cache->state.entries >= IC_CACHE_ENTRIES_MAX || cache->state.bytes + size > IC_CACHE_BYTES_MAX)) {
        drop(cache, find(cache, &cache->oldest->key));
    }
    link = bucket_of(cache, &entry->key);
    entry->next = *link;
    *link = entry;
    link_age(cache, entry);
    cache->state.entries++;
    cache->state.bytes += size;
}

void ic_cache_release(struct ic_cache *cache)
{
    assert(!cache->flights);
    while (cache->oldest) {
        drop(cache, find(cache, &cache->oldest->key));
    }
    pthread_cond_destroy(&cache->landed);
    pthread_mutex_destroy(&cache->lock);
}

/* Copies what is kept; false when there is nothing under this stamp. */
static bool copy_kept(struct ic_cache *cache, const struct ic_hash *key, const struct ic_cache_stamp *stamp,
                      struct ic_cache_body *body)
{
    struct ic_cache_entry *entry = *find(cache, key);
    if (!entry || !is_same_stamp(&entry->stamp, stamp)) {
        return false;
    }
    unlink_age(cache, entry);
    link_age(cache, entry);
    ic_buf_put(&body->bytes, (struct ic_str){entry->bytes, entry->size});
    body->is_packed = entry->is_packed;
    cache->state.hits++;
    return true;
}

/* ---- Flights. ---- */

static bool is_in_flight(const struct ic_cache *cache, const struct ic_hash *key, const struct ic_cache_stamp *stamp)
{
    const struct ic_cache_flight *flight = cache->flights;
    while (flight && !(ic_hash_equal(flight->key, key) && is_same_stamp(flight->stamp, stamp))) {
        flight = flight->next;
    }
    return flight != NULL;
}

static void land(struct ic_cache *cache, const struct ic_cache_flight *flight)
{
    struct ic_cache_flight **link = &cache->flights;
    while (*link != flight) {
        link = &(*link)->next;
    }
    *link = flight->next;
    pthread_cond_broadcast(&cache->landed);
}

/* What will be kept of the answer; NULL when nothing will. */
static struct ic_cache_entry *make_entry(const struct ic_hash *key, const struct ic_cache_stamp *stamp,
                                         const struct ic_cache_body *body)
{
    if (body->bytes.failed != IC_CODE_OK || body->bytes.size > IC_CACHE_ENTRY_BYTES_MAX) {
        return NULL;
    }
    struct ic_cache_entry *entry = malloc(sizeof *entry + body->bytes.size);
    if (entry) {
        *entry = (struct ic_cache_entry){
            .key = *key, .stamp = *stamp, .is_packed = body->is_packed, .size = body->bytes.size};
        if (entry->size > 0) {
            memcpy(entry->bytes, body->bytes.data, entry->size);
        }
    }
    return entry;
}

enum ic_rc ic_cache_get(struct ic_cache *cache, const struct ic_hash *key, const struct ic_cache_stamp *stamp,
                        ic_cache_compute compute, void *context, struct ic_cache_body *body, struct ic_err *err)
{
    struct ic_cache_flight flight = {.key = key, .stamp = stamp};
    bool has_waited = false;
    pthread_mutex_lock(&cache->lock);
    bool is_kept = copy_kept(cache, key, stamp, body);
    while (!is_kept && !has_waited && is_in_flight(cache, key, stamp)) {
        do {
            pthread_cond_wait(&cache->landed, &cache->lock);
        } while (is_in_flight(cache, key, stamp));
        has_waited = true; /* Once: what fails, or is too large to be kept, is not waited for in a row. */
        is_kept = copy_kept(cache, key, stamp, body);
    }
    if (is_kept) {
        pthread_mutex_unlock(&cache->lock);
        return IC_OK;
    }
    flight.next = cache->flights;
    cache->flights = &flight;
    cache->state.misses++;
    pthread_mutex_unlock(&cache->lock);

    enum ic_rc rc = compute(context, body, err);
    struct ic_cache_entry *entry = rc == IC_OK ? make_entry(key, stamp, body) : NULL;

    pthread_mutex_lock(&cache->lock);
    if (entry) {
        keep(cache, entry);
    }
    land(cache, &flight);
    pthread_mutex_unlock(&cache->lock);
    return rc;
}

struct ic_cache_state ic_cache_state_get(struct ic_cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    struct ic_cache_state state = cache->state;
    pthread_mutex_unlock(&cache->lock);
    return state;
}
