#include "http/loop.h"

#include "contract/limits.h"
#include "http/exchange.h"

#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <stdlib.h>
#include <unistd.h>

enum { IDLE_TIMEOUT_S = 60, BACKLOG = -1, FLUSH_MS = 20 };

static const short ALL_METHODS = EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT |
                                 EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS | EVHTTP_REQ_TRACE | EVHTTP_REQ_PATCH;

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

static void schedule(struct ic_http_loop *loop, int64_t after_ms)
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
    if (!loop->is_stopping) {
        ic_sse_tick(loop);
        schedule(loop, 1000);
        return;
    }
    bool is_late = ic_clock_monotonic_ms(&loop->options->clock) >= loop->stop_at;
    if (is_late || ic_http_connections_unsent(&loop->connections) == 0) {
        event_base_loopbreak(loop->base);
    } else {
        schedule(loop, FLUSH_MS);
    }
}

static struct bufferevent *on_connection(struct event_base *base, void *argument)
{
    struct ic_http_loop *loop = argument;
    return ic_http_connection_open(base, &loop->connections);
}

static enum ic_rc fail(struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "http.loop", "An event loop could not be made.");
}

enum ic_rc ic_http_loop_init(struct ic_http_loop *loop, int listening, int64_t cursor, struct ic_err *err)
{
    pthread_mutex_init(&loop->lock, NULL);
    loop->streams.cursor = cursor;
    loop->base = event_base_new();
    loop->http = loop->base ? evhttp_new(loop->base) : NULL;
    loop->wake = loop->base ? event_new(loop->base, -1, EV_PERSIST, on_wake, loop) : NULL;
    loop->tick = loop->base ? event_new(loop->base, -1, 0, on_tick, loop) : NULL;
    /* Every loop accepts from the same socket: a port that is taken is noticed, which SO_REUSEPORT would hide. */
    int descriptor = dup(listening);
    loop->listener = loop->base && descriptor >= 0
                         ? evconnlistener_new(loop->base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
                                              BACKLOG, descriptor)
                         : NULL;
    if (!loop->http || !loop->wake || !loop->tick || !loop->listener ||
        !ic_http_connections_init(&loop->connections, loop->base, loop->options->clock)) {
        return fail(err);
    }
    evhttp_set_max_headers_size(loop->http, IC_LIMIT_HEADER_BYTES_MAX);
    evhttp_set_max_body_size(loop->http, IC_LIMIT_BODY_BYTES_MAX);
    evhttp_set_timeout(loop->http, IDLE_TIMEOUT_S);
    evhttp_set_allowed_methods(loop->http, (ev_uint16_t)ALL_METHODS);
    evhttp_set_bevcb(loop->http, on_connection, loop);
    evhttp_set_gencb(loop->http, ic_http_exchange_begin, loop);
    if (!evhttp_bind_listener(loop->http, loop->listener)) {
        return fail(err);
    }
    schedule(loop, 1000);
    return IC_OK;
}

static void *run(void *argument)
{
    struct ic_http_loop *loop = argument;
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

static void begin_stop(struct ic_http_loop *loop, struct ic_http_task *task)
{
    (void)task;
    loop->is_stopping = true;
    loop->stop_at = ic_clock_monotonic_ms(&loop->options->clock) + IC_HTTP_DRAIN_MS;
    ic_sse_close_all(loop);
    schedule(loop, 0);
}

void ic_http_loop_release(struct ic_http_loop *loop)
{
    if (loop->is_running) {
        struct ic_http_task stop = {.run = begin_stop};
        ic_http_loop_post(loop, &stop);
        pthread_join(loop->thread, NULL);
    }
    if (loop->http) {
        evhttp_free(loop->http); /* Frees the listener that is bound to it. */
    } else if (loop->listener) {
        evconnlistener_free(loop->listener);
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
