#include "http/connection.h"

#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Answers that are sent past libevent, when its parser must not see what came. */
static const char malformed[] =
    "{\"type\":\"urn:instacrm:problem:malformed_request\",\"title\":\"The request is not valid HTTP\",\"status\":400,"
    "\"code\":\"malformed_request\",\"request_id\":\"\"}";
static const char too_slow[] = "{\"type\":\"urn:instacrm:problem:request_timeout\",\"title\":\"The request took too "
                               "long to arrive\",\"status\":408,"
                               "\"code\":\"request_timeout\",\"request_id\":\"\"}";

/* Ends the connection with an answer, unless one is being sent already; libevent then sees the end of the stream. */
static void end(struct ic_http_connection *connection, const char *status, const char *body)
{
    int descriptor = bufferevent_getfd(connection->bev);
    if (descriptor < 0) {
        return;
    }
    if (evbuffer_get_length(bufferevent_get_output(connection->bev)) == 0) {
        char answer[512];
        int size = snprintf(answer, sizeof answer,
                            "HTTP/1.1 %s\r\nContent-Type: application/problem+json\r\nContent-Length: %zu\r\n"
                            "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n%s",
                            status, strlen(body), body);
        /* A client that does not read this much loses it. */
        ssize_t sent = send(descriptor, answer, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
        (void)sent;
    }
    shutdown(descriptor, SHUT_RDWR);
}

static void remember(struct ic_http_connection *connection)
{
    struct ic_http_connections *list = connection->list;
    int descriptor = bufferevent_getfd(connection->bev);
    if (descriptor < 0) {
        return;
    }
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

/* Feeds a range of the input to the scan and moves the deadline with its phase; false when it may not go on. */
static bool scan_input(struct ic_http_connection *connection, struct evbuffer *input, size_t from)
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
            if (!ic_guard_scan(&connection->scan, pieces[i].iov_base, size)) {
                return false;
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
    return true;
}

static void tap(struct evbuffer *input, const struct evbuffer_cb_info *info, void *argument)
{
    struct ic_http_connection *connection = argument;
    if (info->n_added == 0) {
        return;
    }
    if (!ic_http_connection_find(connection->list, connection->bev)) {
        remember(connection);
    }
    if (!scan_input(connection, input, evbuffer_get_length(input) - info->n_added)) {
        end(connection, "400 Bad Request", malformed);
        evbuffer_drain(input, evbuffer_get_length(input));
    }
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
    bufferevent_incref(bev);
    evbuffer_add_cb(bufferevent_get_input(bev), tap, connection);
    list->first = connection;
    list->count++;
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
    ic_guard_scan_init(&connection->scan);
    connection->deadline_at = 0;
    return scan_input(connection, input, 0);
}

/* Whether libevent has freed its side: then nobody is called back any more. */
static bool has_ended(const struct ic_http_connection *connection)
{
    bufferevent_data_cb read, write;
    bufferevent_event_cb event;
    void *context;
    bufferevent_getcb(connection->bev, &read, &write, &event, &context);
    return !read && !write && !event;
}

static void forget(struct ic_http_connections *list, struct ic_http_connection *connection)
{
    /* A new connection may have the descriptor by now. */
    size_t index = (size_t)connection->descriptor;
    if (connection->descriptor >= 0 && list->by_descriptor[index] == connection) {
        list->by_descriptor[index] = NULL;
    }
    evbuffer_remove_cb(bufferevent_get_input(connection->bev), tap, connection);
    bufferevent_decref(connection->bev);
    free(connection);
    list->count--;
}

void ic_http_connections_sweep(struct ic_http_connections *list)
{
    int64_t now = ic_clock_monotonic_ms(&list->clock);
    for (struct ic_http_connection **at = &list->first; *at;) {
        struct ic_http_connection *connection = *at;
        if (has_ended(connection)) {
            *at = connection->next;
            forget(list, connection);
            continue;
        }
        if (connection->deadline_at && now >= connection->deadline_at) {
            connection->deadline_at = 0;
            end(connection, "408 Request Timeout", too_slow);
        }
        at = &connection->next;
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
    while (list->first) {
        struct ic_http_connection *connection = list->first;
        list->first = connection->next;
        forget(list, connection);
    }
    free(list->by_descriptor);
    *list = (struct ic_http_connections){0};
}
