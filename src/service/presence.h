/* Who is there: which desktops this server has heard of, whose live streams it holds open, and what of it is to be
 * written down.
 *
 * Promises: a request costs no write: what was heard is noted in memory and written by ic_presence_write, a desktop
 * once in IC_PRESENCE_WRITE_MS at most; a desktop with an open stream counts as heard of all the time. A desktop was
 * online on whichever server it was: what counts is in the database. When a desktop is revoked its streams are over at
 * once on the server that did it, and on the others with their next writing. Memory: the presence owns its notes; at
 * most IC_PRESENCE_DEVICES_MAX, beyond which a desktop is passed over until there is room. Threads: any. */
#ifndef IC_SERVICE_PRESENCE_H
#define IC_SERVICE_PRESENCE_H

#include "contract/limits.h"
#include "store/access.h"

#include <pthread.h>
#include <stdatomic.h>

struct ic_service;

enum {
    IC_PRESENCE_DEVICES_MAX = 1024,
    IC_PRESENCE_WRITE_MS = 30000, /* A third of what a desktop counts as online for. */
    IC_PRESENCE_VERSION_BYTES_MAX = 4 * IC_LIMIT_VERSION_CHARACTERS_MAX,
    IC_PRESENCE_SWITCHES_MAX = 256, /* Operators that come or go in one writing; the others in the next. */
};

/* A live stream of a desktop's. */
struct ic_presence_stream {
    struct ic_presence_stream *next;
    struct ic_presence_stream *previous;
    struct ic_id device_id;
    atomic_bool is_over; /* The desktop was revoked. */
};

struct ic_presence_note;

struct ic_presence {
    pthread_mutex_t lock;
    pthread_cond_t noted;           /* There is something to write. */
    struct ic_presence_note *notes; /* NULL until the first. */
    size_t count;
    struct ic_presence_stream *streams;
    bool has_news;
    bool is_woken; /* Whoever waits next does not, whatever was written meanwhile. */
};

void ic_presence_init(struct ic_presence *presence);
void ic_presence_release(struct ic_presence *presence);

/* Whether the desktop counts as online at `now`, by what was read of it. */
bool ic_device_is_online(const struct ic_device *device, int64_t now);

/* Notes that the desktop was heard of, whether it has caught up or handed something over, and what version it named
 * (empty: none). `device` is as it was read for this request. */
void ic_presence_note(struct ic_service *service, const struct ic_device *device, bool is_synced,
                      struct ic_str agent_version);

/* Notes that the desktop's stream is open, until it is closed; the stream is the caller's and must live as long. */
void ic_presence_open(struct ic_service *service, const struct ic_device *device, struct ic_presence_stream *stream);
void ic_presence_close(struct ic_service *service, struct ic_presence_stream *stream);

/* The desktop was revoked: ends its streams here. */
void ic_presence_end(struct ic_service *service, const struct ic_id *device_id);

/* Writes what is due, and makes operators online or offline who are it; one transaction, and none when nothing is to be
 * written. What could not be written is tried again the next time. */
IC_NODISCARD enum ic_rc ic_presence_write(struct ic_service *service, struct ic_err *err);

/* Waits until something is due to be written, `timeout_ms` at most, or until woken. */
void ic_presence_wait(struct ic_service *service, int timeout_ms);
void ic_presence_wake(struct ic_service *service);

#endif
