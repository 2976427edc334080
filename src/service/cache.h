/* The cache of page answers: encoded bodies, each kept for as long as nothing that it tells of has changed.
 *
 * Promises: an answer is served only under the very stamp that it was asked for with: the version of each of its tags,
 * which is the cursor of the last change of the feed that touched that tag, and the slot of time that its clock is in.
 * The stamp is taken from the database before the answer is computed, by every request: a commit in the middle of a
 * computation leaves an answer that nobody asks for any more, what was acknowledged is seen by whoever asks after it,
 * and other servers on the same database are no exception. Equal misses under one stamp compute once; failures are not
 * kept, and whoever waited computes for themselves. At most IC_CACHE_ENTRIES_MAX answers and IC_CACHE_BYTES_MAX bytes
 * are kept; what was not asked for longest goes first.
 * Memory: owns copies of what it keeps. Threads: any number may call at once; a miss blocks while another computes the
 * same. No lock is held while the database is asked. */
#ifndef IC_SERVICE_CACHE_H
#define IC_SERVICE_CACHE_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/rand.h"
#include "store/store.h"

#include <pthread.h>

enum {
    IC_CACHE_ENTRIES_MAX = 1024,
    IC_CACHE_BYTES_MAX = 8 << 20,
    IC_CACHE_ENTRY_BYTES_MAX = 512 << 10, /* A larger answer is computed each time. */
    IC_CACHE_BUCKETS_COUNT = 1024,
    IC_CACHE_CHANGES_MAX = 256, /* Behind more changes than these all tags have changed. */
};

/* What the feed's changes touch. */
enum ic_cache_tag {
    IC_CACHE_TAG_EVENTS,   /* An event: a message, an edit, a deed of a person's, of the team's or the system's. */
    IC_CACHE_TAG_PRESENCE, /* An operator came or went. */
    IC_CACHE_TAG_COUNT
};

const char *ic_cache_tag_name(enum ic_cache_tag tag);

struct ic_cache_stamp {
    int64_t versions[IC_CACHE_TAG_COUNT]; /* 0 of a tag that the answer does not have. */
    int64_t slot;
};

/* An answer as it is kept. */
struct ic_cache_body {
    struct ic_buf bytes; /* The caller's. */
    bool is_packed;      /* With gzip. */
};

/* Computes an answer into `body`, which is empty. */
typedef enum ic_rc (*ic_cache_compute)(void *context, struct ic_cache_body *body, struct ic_err *err);

struct ic_cache_state {
    int64_t hits;
    int64_t misses; /* Computed. */
    size_t entries;
    size_t bytes;
};

struct ic_cache_entry;
struct ic_cache_flight;

struct ic_cache {
    bool is_off;           /* Set before the first call: nothing is kept, and nobody is told an ETag. */
    struct ic_hash epoch;  /* Of this process: an answer of another's program is another answer. */
    pthread_mutex_t lock;  /* Guards everything below; no I/O under it. */
    pthread_cond_t landed; /* A flight has ended. */
    int64_t cursor;        /* The newest change that the versions know; 0: none. */
    int64_t versions[IC_CACHE_TAG_COUNT];
    struct ic_cache_entry *buckets[IC_CACHE_BUCKETS_COUNT];
    struct ic_cache_entry *newest; /* The one that was asked for last ... */
    struct ic_cache_entry *oldest; /* ... and the one that nobody asked for longest. */
    struct ic_cache_flight *flights;
    struct ic_cache_state state;
};

void ic_cache_init(struct ic_cache *cache, const struct ic_rand *rand);

/* Nobody may be inside a call. */
void ic_cache_release(struct ic_cache *cache);

/* The stamp of an answer with these tags (bits) at this moment; asks the database for the feed's end, and for what lies
 * behind the last one. `slot_ms`: 0: the answer knows no clock. */
IC_NODISCARD enum ic_rc ic_cache_stamp_get(struct ic_cache *cache, struct ic_store *store, unsigned tags,
                                           int64_t slot_ms, int64_t now, struct ic_cache_stamp *ret_stamp,
                                           struct ic_err *err);

/* The entity tag of the answer with that key under that stamp, with its quotes: nobody can guess it who was not given
 * it. `ret_etag` has IC_CACHE_ETAG_SIZE + 1 bytes. */
enum { IC_CACHE_ETAG_SIZE = 36 };
void ic_cache_etag(const struct ic_cache *cache, const struct ic_hash *key, const struct ic_cache_stamp *stamp,
                   char *ret_etag);

/* Puts the answer with that key under that stamp into `body`: a copy of what is kept, or what `compute` makes of it.
 * The key says everything that the answer depends on besides the database and the clock. */
IC_NODISCARD enum ic_rc ic_cache_get(struct ic_cache *cache, const struct ic_hash *key,
                                     const struct ic_cache_stamp *stamp, ic_cache_compute compute, void *context,
                                     struct ic_cache_body *body, struct ic_err *err);

/* How it goes. */
struct ic_cache_state ic_cache_state_get(struct ic_cache *cache);

#endif
