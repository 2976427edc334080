/* Live streams of browsers and programs, and whether what let them in still does.
 *
 * Promises: a stream is over at once when its session, token or operator is ended by this server, and within
 * IC_STREAM_WATCH_MS, and what a reading takes, when another server did it or time has ended it. While no stream is
 * open nothing is read. Memory: a stream is its caller's, until it is closed; the watch owns a bounded list of ids
 * while it looks. Threads: any; one of its own between start and stop. */
#ifndef IC_SERVICE_STREAM_WATCH_H
#define IC_SERVICE_STREAM_WATCH_H

#include "domain/id.h"

#include "base/err.h"

#include <pthread.h>
#include <stdatomic.h>

struct ic_service;
struct ic_asker;

enum { IC_STREAM_WATCH_MS = 400 };

/* An open stream. */
struct ic_watched_stream {
    struct ic_watched_stream *next;
    struct ic_watched_stream *previous;
    struct ic_id credential_id; /* The session's or the token's. */
    struct ic_id opr_id;
    int64_t round; /* Of the watch, when the stream was opened. */
    atomic_bool is_over;
};

struct ic_stream_watch {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct ic_watched_stream *streams;
    int64_t round;
    bool is_stopping;
    bool is_running;
    pthread_t thread;
    struct ic_service *service;
};

void ic_stream_watch_init(struct ic_stream_watch *watch);
void ic_stream_watch_release(struct ic_stream_watch *watch);

/* Starts looking; without it, only what this process ends is noticed. */
IC_NODISCARD enum ic_rc ic_stream_watch_start(struct ic_stream_watch *watch, struct ic_service *service,
                                              struct ic_err *err);

/* Ends it; one that was never started is accepted. */
void ic_stream_watch_stop(struct ic_stream_watch *watch);

/* The asker's stream is open until it is closed. */
void ic_stream_watch_open(struct ic_stream_watch *watch, const struct ic_asker *asker,
                          struct ic_watched_stream *stream);
void ic_stream_watch_close(struct ic_stream_watch *watch, struct ic_watched_stream *stream);

/* The session or token was ended: its streams are over. */
void ic_stream_watch_end(struct ic_stream_watch *watch, const struct ic_id *credential_id);

/* All of an operator's but one session's (empty: all). */
void ic_stream_watch_end_all(struct ic_stream_watch *watch, const struct ic_id *opr_id,
                             const struct ic_id *but_session_id);

/* Looks once whether what is open may stay so; blocks on the store. */
IC_NODISCARD enum ic_rc ic_stream_watch_look(struct ic_stream_watch *watch, struct ic_service *service,
                                             struct ic_err *err);

#endif
