/* An event loop: a thread with its own libevent base, its own evhttp and its own live streams.
 *
 * Promises: nothing on a loop waits; what other threads have for it comes through ic_http_loop_post.
 * Memory: owned by the server. Threads: post from any; everything else on the loop's own thread, except init, start,
 * stop and release, which are the server's. */
#ifndef IC_HTTP_LOOP_H
#define IC_HTTP_LOOP_H

#include "base/pace.h"
#include "http/connection.h"
#include "http/server.h"
#include "http/sse.h"
#include "http/worker.h"

#include <pthread.h>

struct ic_http_loop;

struct ic_http_task {
    struct ic_http_task *next;
    void (*run)(struct ic_http_loop *loop, struct ic_http_task *task);
};

/* What the loops of a server share. */
struct ic_http_shared {
    struct ic_http_server_options options;
    struct ic_guard_hosts hosts;
    struct ic_worker_pool *workers;
    atomic_int connections;
    atomic_int connections_by_address[IC_HTTP_ADDRESS_PLACES];
    struct ic_pace pace; /* Of the addresses' requests. */
    bool is_paced;
    atomic_int streams;
};

struct ic_http_loop {
    const struct ic_http_server_options *options;
    const struct ic_guard_hosts *hosts;
    struct ic_pace *pace; /* NULL: addresses are not slowed down. */
    struct ic_worker_pool *workers;
    struct event_base *base;
    struct evhttp *http;
    struct evhttp_bound_socket *bound;
    struct evconnlistener *listener; /* Owned by `bound`; NULL once stopping. */
    bool is_out_of_descriptors;      /* Until the next tick, nothing is accepted. */
    struct event *wake;
    struct event *tick;
    struct ic_http_connections connections;
    struct ic_sse_streams streams;
    bool is_stopping; /* No new connections, streams and requests; answers close. */
    bool is_ending;   /* Every handler has returned. */
    int64_t end_at;   /* Monotonic: when unsent answers are given up. */
    struct ic_http_task stop;
    struct ic_http_task end;
    pthread_t thread;
    bool is_running;
    pthread_mutex_t lock; /* Guards the mailbox. */
    struct ic_http_task *first;
    struct ic_http_task *last;
};

/* Makes a loop on a listening socket, which it does not own; `cursors` are where the feeds stand. */
IC_NODISCARD enum ic_rc ic_http_loop_init(struct ic_http_loop *loop, struct ic_http_shared *shared, int listening,
                                          const int64_t *cursors, struct ic_err *err);

IC_NODISCARD enum ic_rc ic_http_loop_start(struct ic_http_loop *loop, struct ic_err *err);

/* Has the task run on the loop, in the order of posting. */
void ic_http_loop_post(struct ic_http_loop *loop, struct ic_http_task *task);

/* Lets nothing new in and ends what waits; what is being answered goes on. */
void ic_http_loop_stop(struct ic_http_loop *loop);

/* After every handler has returned: sends what there is to send (bounded by IC_HTTP_DRAIN_MS), ends the thread, frees.
 */
void ic_http_loop_release(struct ic_http_loop *loop);

#endif
