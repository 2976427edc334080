#include "http/server.h"

#include "base/log.h"
#include "http/loop.h"

#include <assert.h>
#include <errno.h>
#include <event2/thread.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LOOPS_MAX = 16, WORKERS_MAX = 64, BACKLOG = 1024, URL_SIZE = 80, FEED_RETRY_S = 1 };

struct ic_http_server {
    struct ic_http_shared shared;
    char url[URL_SIZE];
    struct ic_http_loop *loops;
    int loops_count;
    pthread_t feeder; /* Reads each feed behind its last broadcast and hands it to every loop. */
    bool is_feeding;
    int64_t cursors[IC_HTTP_FEEDS_MAX]; /* The feeder's own. */
    pthread_mutex_t lock;               /* Guards has_news and is_stopping. */
    pthread_cond_t changed;
    bool has_news;
    bool is_stopping;
};

/* ---- Listening. ---- */

static void add_host(struct ic_http_server *server, const char *name, int port)
{
    char host[IC_GUARD_HOST_SIZE];
    snprintf(host, sizeof host, "%s:%d", name, port);
    bool is_added = ic_guard_hosts_add(&server->shared.hosts, host);
    if (port == 80) {
        is_added = ic_guard_hosts_add(&server->shared.hosts, name) && is_added;
    }
    assert(is_added);
}

static bool is_loopback(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET6) {
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
    }
    return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 == 127;
}

/* Learns the port that was bound, and by which names this server may be called. */
static enum ic_rc name_server(struct ic_http_server *server, int descriptor, struct ic_err *err)
{
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    if (getsockname(descriptor, (struct sockaddr *)&bound, &size) != 0) {
        return ic_err_set_native(err, IC_CODE_INTERNAL, "http.listen", errno, false, "The address is not known.");
    }
    const void *in = bound.ss_family == AF_INET6 ? (const void *)&((struct sockaddr_in6 *)(void *)&bound)->sin6_addr
                                                 : (const void *)&((struct sockaddr_in *)(void *)&bound)->sin_addr;
    int port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&bound)->sin6_port
                                                 : ((struct sockaddr_in *)(void *)&bound)->sin_port);
    char digits[INET6_ADDRSTRLEN], name[INET6_ADDRSTRLEN + 2];
    evutil_inet_ntop(bound.ss_family, in, digits, sizeof digits);
    snprintf(name, sizeof name, bound.ss_family == AF_INET6 ? "[%s]" : "%s", digits);
    snprintf(server->url, sizeof server->url, "http://%s:%d", name, port);
    add_host(server, name, port);
    add_host(server, "localhost", port);
    add_host(server, "127.0.0.1", port);
    add_host(server, "[::1]", port);
    server->shared.hosts.any_address = !is_loopback(&bound);
    for (const char *const *at = server->shared.options.hosts; at && *at; at++) {
        if (!ic_guard_hosts_add(&server->shared.hosts, *at)) {
            return ic_err_set(err, IC_CODE_INVALID_FIELD, "http.listen",
                              "There are too many host names, or one is too long.");
        }
    }
    return IC_OK;
}

/* "ADDRESS:PORT" or "[ADDRESS]:PORT"; port 0 takes a free one. */
static bool parse_address(const char *text, struct sockaddr_storage *ret_address, socklen_t *ret_size)
{
    enum { PORT_MAX = 65535 };
    char host[INET6_ADDRSTRLEN + 2];
    const char *colon = strrchr(text, ':');
    int64_t port = -1;
    size_t size = colon ? (size_t)(colon - text) : 0;
    if (size == 0 || size >= sizeof host || !ic_str_to_int64(ic_str_from(colon + 1), &port) || port > PORT_MAX) {
        return false;
    }
    bool is_v6 = text[0] == '[' && text[size - 1] == ']';
    snprintf(host, sizeof host, "%.*s", (int)(is_v6 ? size - 2 : size), text + is_v6);
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    bool is_read = is_v6 ? evutil_inet_pton(AF_INET6, host, &v6.sin6_addr) == 1
                         : evutil_inet_pton(AF_INET, strcmp(host, "localhost") ? host : "127.0.0.1", &v4.sin_addr) == 1;
    *ret_size = is_v6 ? sizeof v6 : sizeof v4;
    memcpy(ret_address, is_v6 ? (const void *)&v6 : (const void *)&v4, *ret_size);
    return is_read;
}

static enum ic_rc listen_at(const char *text, int *ret_descriptor, struct ic_err *err)
{
    static const char operation[] = "http.listen";
    struct sockaddr_storage address;
    socklen_t size;
    if (!parse_address(text, &address, &size)) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation,
                          "\"%s\" is not an address to listen on; write one such as 127.0.0.1:8080.", text);
    }
    int descriptor = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    if (descriptor < 0) {
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, errno, false, "No socket: %s.", strerror(errno));
    }
    /* Lets a port be bound whose last connections still linger; a listening program keeps it taken. */
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* What is accepted inherits it: an answer, or an event, does not wait for the last one's acknowledgement (40 ms).
     */
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(descriptor, (struct sockaddr *)&address, size) == 0 && listen(descriptor, BACKLOG) == 0) {
        *ret_descriptor = descriptor;
        return IC_OK;
    }
    int native = errno;
    close(descriptor);
    if (native == EADDRINUSE) {
        return ic_err_set_native(err, IC_CODE_CONFLICT, operation, native, false,
                                 "%s is taken by another program; choose another with --listen or INSTACRM_LISTEN.",
                                 text);
    }
    return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, false, "Cannot listen on %s: %s.", text,
                             strerror(native));
}

/* ---- The feed. ---- */

struct broadcast {
    struct ic_http_task task;
    struct ic_sse_frames *frames;
};

static void run_broadcast(struct ic_http_loop *loop, struct ic_http_task *task)
{
    struct broadcast *broadcast = (struct broadcast *)(void *)task;
    ic_sse_broadcast(loop, broadcast->frames);
    ic_sse_frames_release(broadcast->frames);
    free(broadcast);
}

static void hand_out(struct ic_http_server *server, struct ic_sse_frames *frames)
{
    for (int i = 0; i < server->loops_count; i++) {
        struct broadcast *broadcast = calloc(1, sizeof *broadcast);
        if (!broadcast) {
            continue; /* That loop's streams notice the gap at the next broadcast and catch up. */
        }
        ic_sse_frames_hold(frames);
        *broadcast = (struct broadcast){.task = {.run = run_broadcast}, .frames = frames};
        ic_http_loop_post(&server->loops[i], &broadcast->task);
    }
    ic_sse_frames_release(frames);
}

enum feeding { FEED_IS_READ, FEED_HAS_MORE, FEED_FAILED };

/* Reads what is new of a feed, once. */
static enum feeding feed_once(struct ic_http_server *server, int index)
{
    const struct ic_http_feed *feed = &server->shared.options.feeds[index];
    int64_t *cursor = &server->cursors[index];
    struct ic_buf buf;
    struct ic_err err = IC_ERR_NONE;
    int64_t reached = *cursor;
    ic_buf_init(&buf, IC_HTTP_FEED_BYTES_MAX);
    if (feed->read(feed->context, *cursor, &buf, &reached, &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, "http.feed", &err);
        ic_buf_release(&buf);
        return FEED_FAILED;
    }
    if (reached == *cursor) {
        ic_buf_release(&buf);
        return FEED_IS_READ;
    }
    struct ic_sse_frames *frames = ic_sse_frames_create(index, *cursor, reached, &buf);
    ic_buf_release(&buf);
    if (!frames) {
        return FEED_FAILED;
    }
    *cursor = reached;
    hand_out(server, frames);
    return FEED_HAS_MORE;
}

/* Waits for news, or for the time to try again. */
static void wait_for_news(struct ic_http_server *server, bool has_failed)
{
    if (!has_failed) {
        pthread_cond_wait(&server->changed, &server->lock);
        return;
    }
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += FEED_RETRY_S;
    pthread_cond_timedwait(&server->changed, &server->lock, &until);
    server->has_news = true;
}

/* Reads what is new of every feed; false when one has failed. */
static bool feed_all(struct ic_http_server *server)
{
    bool is_well = true;
    for (int i = 0; i < IC_HTTP_FEEDS_MAX && server->shared.options.feeds[i].read; i++) {
        enum feeding feeding;
        do {
            feeding = feed_once(server, i);
        } while (feeding == FEED_HAS_MORE);
        is_well = is_well && feeding != FEED_FAILED;
    }
    return is_well;
}

static void *feed_streams(void *argument)
{
    struct ic_http_server *server = argument;
    bool has_failed = false;
    pthread_mutex_lock(&server->lock);
    while (!server->is_stopping) {
        if (!server->has_news) {
            wait_for_news(server, has_failed);
            continue;
        }
        server->has_news = false;
        pthread_mutex_unlock(&server->lock);
        has_failed = !feed_all(server);
        pthread_mutex_lock(&server->lock);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

void ic_http_server_publish(struct ic_http_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->has_news = true;
    pthread_cond_signal(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

/* ---- Life. ---- */

static enum ic_rc start(struct ic_http_server *server, int listening, struct ic_err *err)
{
    const struct ic_http_server_options *options = &server->shared.options;
    enum ic_rc rc = IC_OK;
    for (int i = 0; i < IC_HTTP_FEEDS_MAX && options->feeds[i].read && rc == IC_OK; i++) {
        rc = options->feeds[i].newest(options->feeds[i].context, &server->cursors[i], err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    server->shared.workers = ic_worker_pool_create(options->workers, options->limits.queue);
    server->loops = calloc((size_t)options->loops, sizeof server->loops[0]);
    if (!server->shared.workers || !server->loops) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "http.start", "The server could not be started.");
    }
    for (int i = 0; i < options->loops; i++) {
        server->loops_count++;
        rc = ic_http_loop_init(&server->loops[i], &server->shared, listening, server->cursors, err);
        if (rc != IC_OK) {
            return rc;
        }
    }
    if (pthread_create(&server->feeder, NULL, feed_streams, server) != 0) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "http.start", "A thread could not be started.");
    }
    server->is_feeding = true;
    for (int i = 0; i < options->loops && rc == IC_OK; i++) {
        rc = ic_http_loop_start(&server->loops[i], err);
    }
    return rc;
}

static void set_limits(struct ic_http_limits *limits)
{
    limits->connections = limits->connections > 0 ? limits->connections : IC_HTTP_CONNECTIONS_MAX;
    limits->head_ms = limits->head_ms > 0 ? limits->head_ms : IC_GUARD_HEAD_MS;
    limits->body_ms = limits->body_ms > 0 ? limits->body_ms : IC_GUARD_BODY_MS;
    limits->idle_ms = limits->idle_ms > 0 ? limits->idle_ms : IC_HTTP_IDLE_MS;
    limits->streams = limits->streams > 0 ? limits->streams : IC_SSE_STREAMS_MAX;
    limits->queue = limits->queue > 0 ? limits->queue : IC_WORKER_QUEUE_MAX;
}

enum ic_rc ic_http_server_create(const struct ic_http_server_options *options, struct ic_http_server **ret_server,
                                 struct ic_err *err)
{
    assert(options->loops >= 1 && options->loops <= LOOPS_MAX);
    assert(options->workers >= 1 && options->workers <= WORKERS_MAX);
    int listening = -1;
    enum ic_rc rc = listen_at(options->listen, &listening, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_http_server *server = calloc(1, sizeof *server);
    if (!server || evthread_use_pthreads() != 0) {
        free(server);
        close(listening);
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "http.start", "The server could not be started.");
    }
    server->shared.options = *options;
    set_limits(&server->shared.options.limits);
    server->shared.is_paced = server->shared.options.limits.requests_of_address > 0;
    if (server->shared.is_paced) {
        ic_pace_init(&server->shared.pace, server->shared.options.limits.requests_of_address);
    }
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, NULL);
    rc = name_server(server, listening, err);
    if (rc == IC_OK) {
        rc = start(server, listening, err);
    }
    close(listening); /* Every loop has its own. */
    if (rc != IC_OK) {
        ic_http_server_destroy(server);
        return rc;
    }
    *ret_server = server;
    return IC_OK;
}

const char *ic_http_server_url(const struct ic_http_server *server)
{
    return server->url;
}

static void stop_feeding(struct ic_http_server *server)
{
    if (!server->is_feeding) {
        return;
    }
    pthread_mutex_lock(&server->lock);
    server->is_stopping = true;
    pthread_cond_signal(&server->changed);
    pthread_mutex_unlock(&server->lock);
    pthread_join(server->feeder, NULL);
}

void ic_http_server_destroy(struct ic_http_server *server)
{
    if (!server) {
        return;
    }
    for (int i = 0; i < server->loops_count; i++) {
        ic_http_loop_stop(&server->loops[i]);
    }
    stop_feeding(server);
    /* What the workers answer is still sent by the loops, which go on until then. */
    ic_worker_pool_close(server->shared.workers);
    for (int i = 0; i < server->loops_count; i++) {
        ic_http_loop_release(&server->loops[i]);
    }
    ic_worker_pool_destroy(server->shared.workers);
    free(server->loops);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    if (server->shared.is_paced) {
        ic_pace_release(&server->shared.pace);
    }
    free(server);
}
