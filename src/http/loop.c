#include "http/loop.h"

#include "base/log.h"
#include "http/exchange.h"

#include <event2/event.h>
#include <event2/listener.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TICK_MS = 250,
    ENDING_TICK_MS = 10,
    UNREAD_S = 60, /* How long an answer may wait for its client to take a byte. */
};

/* ---- Tasks. ---- */

static struct ic_http_task *take_tasks(struct ic_http_loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    struct ic_http_task *tasks = loop->first;
    loop->first = NULL;
    loop->last = NULL;
    pthread_mutex_unlock(&loop->lock);
    return tasks;
}

static void on_wake(evutil_socket_t descriptor, short what, void *argument)
{
    (void)descriptor;
    (void)what;
    struct ic_http_loop *loop = argument;
    for (struct ic_http_task *task = take_tasks(loop), *next; task; task = next) {
        next = task->next; /* Running a task frees it. */
        task->run(loop, task);
    }
}

void ic_http_loop_post(struct ic_http_loop *loop, struct ic_http_task *task)
{
    task->next = NULL;
    pthread_mutex_lock(&loop->lock);
    if (loop->last) {
        loop->last->next = task;
    } else {
        loop->first = task;
    }
    loop->last = task;
    pthread_mutex_unlock(&loop->lock);
    event_active(loop->wake, EV_WRITE, 0);
}

/* ---- Time. ---- */

static void schedule(struct ic_http_loop *loop, int after_ms)
{
    const struct timeval after = {after_ms / 1000, (after_ms % 1000) * 1000};
    event_add(loop->tick, &after);
}

static void on_tick(evutil_socket_t descriptor, short what, void *argument)
{
    (void)descriptor;
    (void)what;
    struct ic_http_loop *loop = argument;
    ic_http_connections_sweep(&loop->connections);
    if (loop->is_ending) {
        bool is_late = ic_clock_monotonic_ms(&loop->options->clock) >= loop->end_at;
        if (is_late || !ic_http_connections_are_answering(&loop->connections)) {
            event_base_loopbreak(loop->base);
            return;
        }
    }
    if (!loop->is_stopping) {
        ic_sse_tick(loop);
        if (loop->is_out_of_descriptors) {
            loop->is_out_of_descriptors = false;
            evconnlistener_enable(loop->listener);
        }
    }
    schedule(loop, loop->is_ending ? ENDING_TICK_MS : TICK_MS);
}

/* ---- Connections. ---- */

static struct bufferevent *on_connection(struct event_base *base, void *argument)
{
    struct ic_http_loop *loop = argument;
    return ic_http_connection_open(base, &loop->connections);
}

/* evhttp makes itself the listener's context; an error belongs to the loop that the thread runs. */
static _Thread_local struct ic_http_loop *running;

/* A socket that cannot be accepted stays ready: without a pause the loop would do nothing else. */
static void on_accept_failed(struct evconnlistener *listener, void *argument)
{
    struct ic_http_loop *loop = running;
    (void)argument;
    ic_log(IC_LOG_WARN, "http.accept_failed", NULL);
    loop->is_out_of_descriptors = true;
    evconnlistener_disable(listener);
}

/* ---- Life. ---- */

static enum ic_rc fail(struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "http.loop", "An event loop could not be made.");
}

static bool init_http(struct ic_http_loop *loop, struct ic_http_shared *shared, int listening)
{
    /* Every loop accepts from the same socket: a port that is taken is noticed, which SO_REUSEPORT would hide. */
    int descriptor = dup(listening);
    loop->listener = descriptor < 0 ? NULL
                                    : evconnlistener_new(loop->base, NULL, NULL,
                                                         LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, -1, descriptor);
    loop->connections = (struct ic_http_connections){
        .clock = &shared->options.clock,
        .open = &shared->connections,
        .by_address = shared->connections_by_address,
        .limits = &shared->options.limits,
        .proxies = &shared->options.proxies,
        .on_head = ic_http_exchange_on_head,
        .on_refused = ic_http_exchange_on_refused,
        .on_dropped = ic_http_exchange_destroy,
        .context = loop,
    };
    if (!loop->listener || !ic_http_connections_init(&loop->connections, loop->base)) {
        goto out;
    }
    /* The guard's limits come first; these are libevent's own, wide enough never to answer in its words. */
    evhttp_set_max_headers_size(loop->http, 2 * IC_GUARD_HEAD_BYTES_MAX);
    evhttp_set_max_body_size(loop->http, IC_LIMIT_BODY_BYTES_MAX);
    evhttp_set_allowed_methods(loop->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST | EVHTTP_REQ_PUT |
                                               EVHTTP_REQ_PATCH | EVHTTP_REQ_DELETE);
    evhttp_set_timeout(loop->http, UNREAD_S);
    evhttp_set_bevcb(loop->http, on_connection, loop);
    evhttp_set_gencb(loop->http, ic_http_exchange_begin, loop);
    loop->bound = evhttp_bind_listener(loop->http, loop->listener);
out:
    if (loop->bound) {
        evconnlistener_set_error_cb(loop->listener, on_accept_failed);
    } else if (loop->listener) {
        evconnlistener_free(loop->listener);
    } else if (descriptor >= 0) {
        close(descriptor);
    }
    return loop->bound;
}

enum ic_rc ic_http_loop_init(struct ic_http_loop *loop, struct ic_http_shared *shared, int listening,
                             const int64_t *cursors, struct ic_err *err)
{
    *loop = (struct ic_http_loop){.options = &shared->options,
                                  .hosts = &shared->hosts,
                                  .workers = shared->workers,
                                  .pace = shared->is_paced ? &shared->pace : NULL};
    loop->streams = (struct ic_sse_streams){.open = &shared->streams, .open_max = shared->options.limits.streams};
    memcpy(loop->streams.cursors, cursors, sizeof loop->streams.cursors);
    pthread_mutex_init(&loop->lock, NULL);
    loop->base = event_base_new();
    if (!loop->base) {
        return fail(err);
    }
    loop->http = evhttp_new(loop->base);
    loop->wake = event_new(loop->base, -1, EV_PERSIST, on_wake, loop);
    loop->tick = event_new(loop->base, -1, 0, on_tick, loop);
    if (!loop->http || !loop->wake || !loop->tick || !init_http(loop, shared, listening)) {
        return fail(err);
    }
    schedule(loop, TICK_MS);
    return IC_OK;
}

static void *run(void *argument)
{
    struct ic_http_loop *loop = argument;
    sigset_t pipe;
    /* A client that goes while it is written to is an error of that write, not the end of the process. */
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    running = loop;
    event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY);
    return NULL;
}

enum ic_rc ic_http_loop_start(struct ic_http_loop *loop, struct ic_err *err)
{
    if (pthread_create(&loop->thread, NULL, run, loop) != 0) {
        return fail(err);
    }
    loop->is_running = true;
    return IC_OK;
}

static void begin_stop(struct ic_http_loop *loop, struct ic_http_task *task)
{
    (void)task;
    loop->is_stopping = true;
    /* Whoever has connected and was not accepted yet is told so by the kernel. */
    evhttp_del_accept_socket(loop->http, loop->bound);
    loop->listener = NULL;
    ic_sse_close_all(loop);
    ic_http_connections_stop(&loop->connections);
}

static void begin_end(struct ic_http_loop *loop, struct ic_http_task *task)
{
    (void)task;
    loop->is_ending = true;
    loop->end_at = ic_clock_monotonic_ms(&loop->options->clock) + IC_HTTP_DRAIN_MS;
    schedule(loop, 0);
}

void ic_http_loop_stop(struct ic_http_loop *loop)
{
    if (loop->is_running) {
        loop->stop.run = begin_stop;
        ic_http_loop_post(loop, &loop->stop);
    }
}

void ic_http_loop_release(struct ic_http_loop *loop)
{
    if (loop->is_running) {
        loop->end.run = begin_end;
        ic_http_loop_post(loop, &loop->end);
        pthread_join(loop->thread, NULL);
    }
    if (loop->http) {
        evhttp_free(loop->http); /* And its listener. */
    }
    ic_http_connections_release(&loop->connections);
    if (loop->wake) {
        event_free(loop->wake);
    }
    if (loop->tick) {
        event_free(loop->tick);
    }
    if (loop->base) {
        event_base_free(loop->base);
    }
    pthread_mutex_destroy(&loop->lock);
}
