#include "http/connection.h"

#include "base/hash.h"

#include <assert.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char operation[] = "http.connection";

static void set_deadline(struct ic_http_connection *connection, int64_t after_ms)
{
    connection->deadline_at = ic_clock_monotonic_ms(connection->list->clock) + after_ms;
}

/* Ends the connection: libevent is given nothing more but the end of the stream, and then frees what is its. */
static void cut(struct ic_http_connection *connection)
{
    struct evbuffer *input = bufferevent_get_input(connection->bev);
    connection->phase = IC_HTTP_REFUSED;
    evbuffer_drain(input, evbuffer_get_length(input));
    shutdown(connection->descriptor, SHUT_RDWR);
}

static void refuse_for(struct ic_http_connection *connection, const struct ic_err *err)
{
    connection->list->on_refused(connection->list->context, connection, err);
}

/* ---- Bytes that come in. ---- */

static void wait_for_head(struct ic_http_connection *connection)
{
    connection->phase = IC_HTTP_WAITING;
    ic_guard_scan_init(&connection->scan);
    set_deadline(connection, connection->list->limits->idle_ms);
}

/* Gives a piece of the input to the guard and keeps what belongs to the head; a head that is whole, or may not be,
 * moves the connection to its next phase. */
static void scan_piece(struct ic_http_connection *connection, struct ic_str piece)
{
    struct ic_err err = IC_ERR_NONE;
    size_t used = 0;
    enum ic_rc rc = ic_guard_scan(&connection->scan, piece, &used, &err);
    if (rc == IC_OK) {
        ic_buf_put(&connection->head, (struct ic_str){piece.data, used});
        rc = ic_buf_check(&connection->head, operation, &err);
    }
    if (rc != IC_OK) {
        refuse_for(connection, &err);
    } else if (connection->scan.is_whole) {
        connection->list->on_head(connection->list->context, connection, ic_buf_view(&connection->head));
        assert(connection->phase == IC_HTTP_BODY_COMES || connection->phase == IC_HTTP_REFUSED);
    }
}

/* Reads the head out of the input. libevent would take every line as it comes, and answer in its own words what it
 * cannot read; so what belongs to half a head is withheld from it, and put back when the head is whole. */
static void scan_input(struct ic_http_connection *connection, struct evbuffer *input)
{
    size_t size = evbuffer_get_length(input), withheld_size = connection->head.size;
    if (connection->phase == IC_HTTP_WAITING && size > 0) {
        connection->phase = IC_HTTP_HEAD_COMES;
        set_deadline(connection, connection->list->limits->head_ms);
    }
    for (size_t from = 0; from < size && connection->phase == IC_HTTP_HEAD_COMES;) {
        struct evbuffer_ptr at;
        struct evbuffer_iovec piece;
        evbuffer_ptr_set(input, &at, from, EVBUFFER_PTR_SET);
        if (evbuffer_peek(input, -1, &at, &piece, 1) < 1) {
            break;
        }
        scan_piece(connection, (struct ic_str){piece.iov_base, piece.iov_len});
        from += piece.iov_len;
    }
    if (connection->phase == IC_HTTP_BODY_COMES) {
        if (evbuffer_prepend(input, connection->head.data, withheld_size) != 0) {
            cut(connection);
        }
    } else {
        evbuffer_drain(input, size);
    }
    if (connection->phase != IC_HTTP_HEAD_COMES) {
        ic_buf_release(&connection->head);
    }
}

/* Called for every change of the input, before libevent's parser. */
static void tap(struct evbuffer *input, const struct evbuffer_cb_info *info, void *argument)
{
    struct ic_http_connection *connection = argument;
    if (info->n_added == 0) {
        return;
    }
    switch (connection->phase) {
    case IC_HTTP_WAITING:
    case IC_HTTP_HEAD_COMES:
        scan_input(connection, input);
        break;
    case IC_HTTP_BODY_COMES:
        break;
    case IC_HTTP_ANSWERING:
        /* Only live streams read now, to notice their end: a client has nothing to say there. */
        cut(connection);
        break;
    case IC_HTTP_REFUSED:
        evbuffer_drain(input, evbuffer_get_length(input));
        break;
    }
}

/* ---- Requests. ---- */

void ic_http_connection_admit(struct ic_http_connection *connection, struct ic_http_exchange *exchange,
                              size_t body_size)
{
    connection->phase = IC_HTTP_BODY_COMES;
    connection->exchange = exchange;
    const struct ic_http_limits *limits = connection->list->limits;
    set_deadline(connection, body_size > 0 ? limits->body_ms : limits->head_ms);
}

void ic_http_connection_refuse(struct ic_http_connection *connection, struct ic_str answer)
{
    /* A client that has not read what came before may lose this; so may one with an answer still on its way. */
    if (evbuffer_get_length(bufferevent_get_output(connection->bev)) == 0) {
        ssize_t sent = send(connection->descriptor, answer.data, answer.size, MSG_NOSIGNAL | MSG_DONTWAIT);
        (void)sent;
    }
    shutdown(connection->descriptor, SHUT_WR);
    connection->phase = IC_HTTP_REFUSED;
    set_deadline(connection, IC_HTTP_LINGER_MS);
}

struct ic_http_exchange *ic_http_connection_take(struct ic_http_connection *connection)
{
    struct ic_http_exchange *exchange = connection->exchange;
    assert(connection->phase == IC_HTTP_BODY_COMES && exchange);
    connection->phase = IC_HTTP_ANSWERING;
    connection->deadline_at = 0; /* The handler has its own; the sending has libevent's. */
    connection->exchange = NULL;
    return exchange;
}

/* The answer has been sent. What came ahead of its time is read now, before libevent reads on. */
static void on_sent(struct evhttp_request *request, void *argument)
{
    (void)request;
    struct ic_http_connection *connection = argument;
    if (connection->list->is_stopping) {
        cut(connection);
        return;
    }
    wait_for_head(connection);
    scan_input(connection, bufferevent_get_input(connection->bev));
}

void ic_http_connection_answered(struct ic_http_connection *connection, struct evhttp_request *request, bool closes)
{
    if (!closes) {
        evhttp_request_set_on_complete_cb(request, on_sent, connection);
    }
    /* libevent would read meanwhile, and take the end of what a client sends for the end of its interest. */
    bufferevent_disable(connection->bev, EV_READ);
}

/* ---- Life. ---- */

static bool remember(struct ic_http_connection *connection)
{
    struct ic_http_connections *list = connection->list;
    size_t index = (size_t)connection->descriptor;
    if (index >= list->by_descriptor_count) {
        enum { STEP = 64 };
        size_t count = (index / STEP + 2) * STEP;
        struct ic_http_connection **table = realloc(list->by_descriptor, count * sizeof table[0]);
        if (!table) {
            return false;
        }
        memset(table + list->by_descriptor_count, 0, (count - list->by_descriptor_count) * sizeof table[0]);
        list->by_descriptor = table;
        list->by_descriptor_count = count;
    }
    list->by_descriptor[index] = connection;
    return true;
}

/* Takes the connection out of the list and frees it. */
static void forget(struct ic_http_connection *connection)
{
    struct ic_http_connections *list = connection->list;
    if (connection->previous) {
        connection->previous->next = connection->next;
    } else {
        list->first = connection->next;
    }
    if (connection->next) {
        connection->next->previous = connection->previous;
    }
    list->count--;
    if (connection->evhttp) {
        atomic_fetch_sub(list->open, 1);
    }
    if (connection->of_address) {
        atomic_fetch_sub(connection->of_address, 1);
    }
    if (connection->descriptor >= 0 && (size_t)connection->descriptor < list->by_descriptor_count) {
        list->by_descriptor[connection->descriptor] = NULL;
    }
    ic_buf_release(&connection->head);
    free(connection);
}

/* libevent closes its connection: ours goes with it. */
static void on_close(struct evhttp_connection *evhttp, void *argument)
{
    (void)evhttp;
    struct ic_http_connection *connection = argument;
    if (connection->on_end) {
        connection->on_end(connection->on_end_context);
    }
    if (connection->exchange) {
        connection->list->on_dropped(connection->exchange);
    }
    evbuffer_remove_cb(bufferevent_get_input(connection->bev), tap, connection);
    forget(connection);
}

/* Counts the connection for its address; the number that the address has now, 0 when it is not counted. */
static int count_for_address(struct ic_http_connection *connection)
{
    const struct ic_http_connections *list = connection->list;
    char *text = NULL;
    ev_uint16_t port = 0;
    evhttp_connection_get_peer(connection->evhttp, &text, &port);
    struct ic_str address = ic_str_from(text ? text : "");
    if (list->limits->connections_of_address == 0 || ic_http_proxies_has(list->proxies, address)) {
        return 0;
    }
    const struct ic_http_network key = ic_http_address_key(address);
    struct ic_hash hash;
    unsigned place = 0;
    ic_hash_of((struct ic_str){(const char *)key.bytes, sizeof key.bytes}, &hash);
    for (size_t i = 0; i < IC_HASH_SIZE / 4; i++) {
        place = place * 31 + (unsigned char)hash.text[i];
    }
    connection->of_address = &list->by_address[place % IC_HTTP_ADDRESS_PLACES];
    return atomic_fetch_add(connection->of_address, 1) + 1;
}

static void adopt(struct ic_http_connection *connection)
{
    struct ic_http_connections *list = connection->list;
    int open = atomic_fetch_add(list->open, 1) + 1, open_max = list->limits->connections;
    int of_address = count_for_address(connection), of_address_max = list->limits->connections_of_address;
    connection->descriptor = bufferevent_getfd(connection->bev);
    evhttp_connection_set_closecb(connection->evhttp, on_close, connection);
    if (!remember(connection) || list->is_stopping || open > open_max + IC_HTTP_CONNECTIONS_REFUSED_MAX) {
        cut(connection);
    } else if (of_address > of_address_max) {
        struct ic_err err = IC_ERR_NONE;
        ic_err_set(&err, IC_CODE_TOO_MANY_REQUESTS, operation, "There are %d connections from this address already.",
                   of_address_max);
        refuse_for(connection, &err);
    } else if (open > open_max) {
        struct ic_err err = IC_ERR_NONE;
        ic_err_set(&err, IC_CODE_BUSY, operation, "There are %d connections already.", open_max);
        refuse_for(connection, &err);
    }
}

/* libevent names its connection only to the bufferevent's callbacks, which it sets after ic_http_connection_open. This
 * runs right behind, before any byte or end of a new connection is looked at. */
static void on_adopt(evutil_socket_t descriptor, short what, void *argument)
{
    (void)descriptor;
    (void)what;
    struct ic_http_connections *list = argument;
    struct ic_http_connection *next;
    /* New ones are at the front. */
    for (struct ic_http_connection *at = list->first; at && !at->evhttp; at = next) {
        bufferevent_data_cb read, write;
        bufferevent_event_cb event;
        void *context = NULL;
        next = at->next;
        bufferevent_getcb(at->bev, &read, &write, &event, &context);
        at->evhttp = context;
        if (at->evhttp) {
            adopt(at);
        } else {
            forget(at); /* libevent ran out of memory over it. */
        }
    }
}

bool ic_http_connections_init(struct ic_http_connections *list, struct event_base *base)
{
    list->adopt = event_new(base, -1, 0, on_adopt, list);
    return list->adopt != NULL;
}

struct bufferevent *ic_http_connection_open(struct event_base *base, struct ic_http_connections *list)
{
    struct ic_http_connection *connection = calloc(1, sizeof *connection);
    struct bufferevent *bev = bufferevent_socket_new(base, -1, 0);
    if (!connection || !bev || !evbuffer_add_cb(bufferevent_get_input(bev), tap, connection)) {
        free(connection);
        if (bev) {
            bufferevent_free(bev);
        }
        return NULL;
    }
    *connection = (struct ic_http_connection){.next = list->first, .list = list, .bev = bev, .descriptor = -1};
    ic_buf_init(&connection->head, 2 * IC_GUARD_HEAD_BYTES_MAX); /* With the ends of all its lines. */
    wait_for_head(connection);
    set_deadline(connection, list->limits->head_ms); /* The first request is why it came. */
    if (list->first) {
        list->first->previous = connection;
    }
    list->first = connection;
    list->count++;
    event_active(list->adopt, EV_READ, 0);
    return bev;
}

struct ic_http_connection *ic_http_connection_get(struct ic_http_connections *list, struct evhttp_connection *evhttp)
{
    int descriptor = bufferevent_getfd(evhttp_connection_get_bufferevent(evhttp));
    assert(descriptor >= 0 && (size_t)descriptor < list->by_descriptor_count);
    struct ic_http_connection *connection = list->by_descriptor[descriptor];
    assert(connection && connection->evhttp == evhttp);
    return connection;
}

void ic_http_connection_watch(struct ic_http_connection *connection, void (*on_end)(void *context), void *context)
{
    connection->on_end = on_end;
    connection->on_end_context = context;
}

static void end_late(struct ic_http_connection *connection)
{
    const struct ic_http_connections *list = connection->list;
    struct ic_err err = IC_ERR_NONE;
    connection->deadline_at = 0;
    switch (connection->phase) {
    case IC_HTTP_HEAD_COMES:
        ic_err_set(&err, IC_CODE_REQUEST_TIMEOUT, operation, "A head has %d ms to arrive.", list->limits->head_ms);
        refuse_for(connection, &err);
        break;
    case IC_HTTP_BODY_COMES:
        ic_err_set(&err, IC_CODE_REQUEST_TIMEOUT, operation, "A body has %d ms to arrive.", list->limits->body_ms);
        refuse_for(connection, &err);
        break;
    default: /* Nobody asked anything, or was told already. */
        cut(connection);
        break;
    }
}

void ic_http_connections_sweep(struct ic_http_connections *list)
{
    int64_t now = ic_clock_monotonic_ms(list->clock);
    for (struct ic_http_connection *at = list->first; at; at = at->next) {
        if (at->deadline_at && now >= at->deadline_at) {
            end_late(at);
        }
    }
}

void ic_http_connections_stop(struct ic_http_connections *list)
{
    list->is_stopping = true;
    for (struct ic_http_connection *at = list->first; at; at = at->next) {
        if (at->phase != IC_HTTP_ANSWERING && at->evhttp) {
            cut(at);
        }
    }
}

bool ic_http_connections_are_answering(const struct ic_http_connections *list)
{
    const struct ic_http_connection *at = list->first;
    while (at && at->phase != IC_HTTP_ANSWERING) {
        at = at->next;
    }
    return at != NULL;
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
