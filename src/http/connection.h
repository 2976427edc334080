/* What the server knows of a connection beside what libevent does: the scan of its heads and its deadlines.
 *
 * Promises: bytes of a head pass http/guard before libevent's parser sees them; a head or a body that takes too long
 * ends the connection, even when bytes keep dripping (libevent itself only has a timeout for silence). Memory: a list
 * owns its connections; each holds a reference to its bufferevent, so that its end can be noticed. Threads: a list
 * belongs to its loop. */
#ifndef IC_HTTP_CONNECTION_H
#define IC_HTTP_CONNECTION_H

#include "base/clock.h"
#include "http/guard.h"

#include <event2/bufferevent.h>
#include <event2/http.h>

enum { IC_HTTP_CONNECTIONS_MAX = 4096 }; /* Of a loop; beyond, a connection is answered 503 and closed. */

struct ic_http_connection {
    struct ic_http_connection *next;
    struct ic_http_connections *list;
    struct bufferevent *bev;
    struct evhttp_connection *evhttp; /* NULL until adopted. */
    int descriptor;                   /* Its place in by_descriptor; -1 until adopted. */
    void (*on_end)(void *context);    /* Told when the connection ends; NULL: nobody. */
    void *on_end_context;
    struct ic_guard_scan scan;
    int64_t deadline_at; /* Monotonic; 0: none. */
    bool is_refused;     /* One too many: its first request is its last. */
};

struct ic_http_connections {
    struct ic_http_connection *first;
    size_t count;
    struct ic_http_connection **by_descriptor; /* Grows to the largest descriptor seen. */
    size_t by_descriptor_count;
    struct event *adopt; /* Runs right after connections were accepted. */
    struct ic_clock clock;
    int64_t head_ms;
    int64_t body_ms;
};

IC_NODISCARD bool ic_http_connections_init(struct ic_http_connections *list, struct event_base *base,
                                           struct ic_clock clock);

/* Makes the bufferevent of a new connection, tapped; NULL when memory ran out. */
struct bufferevent *ic_http_connection_open(struct event_base *base, struct ic_http_connections *list);

/* The connection of `bev`; NULL when it is not known. */
struct ic_http_connection *ic_http_connection_find(struct ic_http_connections *list, struct bufferevent *bev);

/* A request is whole: the next head begins, perhaps with bytes that are there already. False when those may not be. */
bool ic_http_connection_next(struct ic_http_connection *connection);

/* Has `on_end(context)` called when the connection ends; NULL to have nobody called. */
void ic_http_connection_watch(struct ic_http_connection *connection, void (*on_end)(void *context), void *context);

/* Ends the connections that are past their deadline; called once a second. */
void ic_http_connections_sweep(struct ic_http_connections *list);

/* Bytes that still wait to be sent, on all connections. */
size_t ic_http_connections_unsent(const struct ic_http_connections *list);

/* Frees what the list holds, after evhttp_free has ended every connection. */
void ic_http_connections_release(struct ic_http_connections *list);

#endif
