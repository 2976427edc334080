#include "http/connection.h"

#include "http/problem.h"

#include <assert.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Answers past libevent, whose parser must not see what came, and ends the connection; libevent then sees the end of
 * the stream. Says nothing when an answer is being sent already. */
static void end(struct ic_http_connection *connection, enum ic_code code)
{
    int descriptor = bufferevent_getfd(connection->bev);
    if (evbuffer_get_length(bufferevent_get_output(connection->bev)) == 0) {
        struct ic_err err = IC_ERR_NONE;
        struct ic_http_response response = {0};
        char head[256];
        ic_err_set(&err, code, "http.connection", "%s.", ic_code_title(code));
        ic_buf_init(&response.body, IC_HTTP_RESPONSE_BYTES_MAX);
        ic_http_problem_write(&response, &err, IC_STR(""));
        int size = snprintf(head, sizeof head,
                            "HTTP/1.1 %d Refused\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s"
                            "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
                            response.status, response.content_type, response.body.size,
                            response.status == 405 ? "Allow: GET, HEAD, POST, DELETE\r\n" : "");
        /* A client that does not read this much loses it. */
        struct iovec pieces[] = {{head, (size_t)size}, {response.body.data, response.body.size}};
        struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
        ssize_t sent = sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        (void)sent;
        ic_buf_release(&response.body);
    }
    shutdown(descriptor, SHUT_RDWR);
}

static void remember(struct ic_http_connection *connection)
{
    struct ic_http_connections *list = connection->list;
    int descriptor = bufferevent_getfd(connection->bev);
    assert(descriptor >= 0);
    size_t index = (size_t)descriptor;
    if (index >= list->by_descriptor_count) {
        size_t count = (index + 64) / 64 * 64 + 64;
        struct ic_http_connection **table = realloc(list->by_descriptor, count * sizeof table[0]);
        if (!table) {
            return; /* Not found later: the request is refused then. */
        }
        memset(table + list->by_descriptor_count, 0, (count - list->by_descriptor_count) * sizeof table[0]);
        list->by_descriptor = table;
        list->by_descriptor_count = count;
    }
    list->by_descriptor[index] = connection;
    connection->descriptor = descriptor;
}

/* Feeds a range of the input to the scan and moves the deadline with its phase; tells why it may not go on. */
static enum ic_code scan_input(struct ic_http_connection *connection, struct evbuffer *input, size_t from)
{
    enum { PIECES = 16 };
    enum ic_guard_phase before = connection->scan.phase;
    struct evbuffer_ptr at;
    evbuffer_ptr_set(input, &at, from, EVBUFFER_PTR_SET);
    size_t left = evbuffer_get_length(input) - from;
    while (left > 0) {
        struct evbuffer_iovec pieces[PIECES];
        int count = evbuffer_peek(input, (ev_ssize_t)left, &at, pieces, PIECES);
        size_t seen = 0;
        for (int i = 0; i < count && i < PIECES && seen < left; i++) {
            size_t size = pieces[i].iov_len < left - seen ? pieces[i].iov_len : left - seen;
            enum ic_code code = ic_guard_scan(&connection->scan, pieces[i].iov_base, size);
            if (code != IC_CODE_OK) {
                return code;
            }
            seen += size;
        }
        if (seen == 0) {
            break;
        }
        left -= seen;
        if (left > 0) {
            evbuffer_ptr_set(input, &at, seen, EVBUFFER_PTR_ADD);
        }
    }
    if (connection->scan.phase != before) {
        int64_t now = ic_clock_monotonic_ms(&connection->list->clock);
        connection->deadline_at =
            now + (connection->scan.phase == IC_GUARD_HEAD ? connection->list->head_ms : connection->list->body_ms);
    }
    return IC_CODE_OK;
}

static void tap(struct evbuffer *input, const struct evbuffer_cb_info *info, void *argument)
{
    struct ic_http_connection *connection = argument;
    if (info->n_added == 0) {
        return;
    }
    enum ic_code code = scan_input(connection, input, evbuffer_get_length(input) - info->n_added);
    if (code != IC_CODE_OK) {
        end(connection, code);
        evbuffer_drain(input, evbuffer_get_length(input));
    }
}

/* libevent closes its connection: ours goes with it. */
static void on_close(struct evhttp_connection *evhttp, void *argument)
{
    (void)evhttp;
    struct ic_http_connection *connection = argument;
    struct ic_http_connections *list = connection->list;
    for (struct ic_http_connection **at = &list->first; *at; at = &(*at)->next) {
        if (*at == connection) {
            *at = connection->next;
            break;
        }
    }
    list->count--;
    if (connection->descriptor >= 0) {
        list->by_descriptor[connection->descriptor] = NULL;
    }
    if (connection->on_end) {
        connection->on_end(connection->on_end_context);
    }
    evbuffer_remove_cb(bufferevent_get_input(connection->bev), tap, connection);
    ic_guard_scan_release(&connection->scan);
    free(connection);
}

/* libevent names its connection only to the bufferevent's callbacks, which it sets after ic_http_connection_open. This
 * runs right behind, before any byte or end of a new connection is looked at. */
static void on_adopt(evutil_socket_t descriptor, short what, void *argument)
{
    (void)descriptor;
    (void)what;
    struct ic_http_connections *list = argument;
    /* New ones are at the front. */
    for (struct ic_http_connection *at = list->first; at && !at->evhttp; at = at->next) {
        bufferevent_data_cb read, write;
        bufferevent_event_cb event;
        void *context = NULL;
        bufferevent_getcb(at->bev, &read, &write, &event, &context);
        at->evhttp = context;
        evhttp_connection_set_closecb(at->evhttp, on_close, at);
        remember(at);
    }
}

bool ic_http_connections_init(struct ic_http_connections *list, struct event_base *base, struct ic_clock clock)
{
    *list = (struct ic_http_connections){.clock = clock, .head_ms = IC_GUARD_HEAD_MS, .body_ms = IC_GUARD_BODY_MS};
    list->adopt = event_new(base, -1, 0, on_adopt, list);
    return list->adopt != NULL;
}

struct bufferevent *ic_http_connection_open(struct event_base *base, struct ic_http_connections *list)
{
    struct ic_http_connection *connection = calloc(1, sizeof *connection);
    struct bufferevent *bev = bufferevent_socket_new(base, -1, 0);
    if (!connection || !bev) {
        free(connection);
        if (bev) {
            bufferevent_free(bev);
        }
        return NULL;
    }
    *connection = (struct ic_http_connection){.next = list->first, .list = list, .bev = bev, .descriptor = -1};
    connection->is_refused = list->count >= IC_HTTP_CONNECTIONS_MAX;
    ic_guard_scan_init(&connection->scan);
    /* Silence from the start has a deadline as well. */
    connection->deadline_at = ic_clock_monotonic_ms(&list->clock) + list->head_ms;
    evbuffer_add_cb(bufferevent_get_input(bev), tap, connection);
    list->first = connection;
    list->count++;
    event_active(list->adopt, EV_READ, 0);
    return bev;
}

struct ic_http_connection *ic_http_connection_find(struct ic_http_connections *list, struct bufferevent *bev)
{
    int descriptor = bufferevent_getfd(bev);
    if (descriptor < 0 || (size_t)descriptor >= list->by_descriptor_count) {
        return NULL;
    }
    struct ic_http_connection *connection = list->by_descriptor[descriptor];
    return connection && connection->bev == bev ? connection : NULL;
}

bool ic_http_connection_next(struct ic_http_connection *connection)
{
    struct evbuffer *input = bufferevent_get_input(connection->bev);
    ic_guard_scan_next(&connection->scan);
    connection->deadline_at = 0;
    return scan_input(connection, input, 0) == IC_CODE_OK;
}

void ic_http_connection_watch(struct ic_http_connection *connection, void (*on_end)(void *context), void *context)
{
    connection->on_end = on_end;
    connection->on_end_context = context;
}

void ic_http_connections_sweep(struct ic_http_connections *list)
{
    int64_t now = ic_clock_monotonic_ms(&list->clock);
    for (struct ic_http_connection *at = list->first; at; at = at->next) {
        if (at->deadline_at && now >= at->deadline_at) {
            at->deadline_at = 0;
            end(at, IC_CODE_REQUEST_TIMEOUT);
        }
    }
}

size_t ic_http_connections_unsent(const struct ic_http_connections *list)
{
    size_t unsent = 0;
    for (const struct ic_http_connection *at = list->first; at; at = at->next) {
        unsent += evbuffer_get_length(bufferevent_get_output(at->bev));
    }
    return unsent;
}

void ic_http_connections_release(struct ic_http_connections *list)
{
    assert(!list->first);
    if (list->adopt) {
        event_free(list->adopt);
    }
    free(list->by_descriptor);
    *list = (struct ic_http_connections){0};
}
