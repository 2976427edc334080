/* A connection, beside what libevent knows of it: where its requests begin and end, and how long they may take.
 *
 *     WAITING --a byte--> HEAD --the head is let in--> BODY --libevent has it whole--> ANSWERING --sent--> WAITING
 *        any of them --a refusal--> REFUSED --the client has gone, or LINGER_MS--> ended
 *
 * Promises: the bytes of a head pass http/guard before libevent's parser sees their end; a head or a body that takes
 * too long ends the connection, even when bytes keep dripping (libevent itself only has a timeout for silence). What is
 * refused is answered past libevent, and what the client still sends is thrown away for a moment, so that the answer is
 * not lost in a reset. While an answer is on its way nothing is read: what a client sends ahead waits in the kernel.
 * Memory: a list owns its connections; one lives as long as libevent's. Threads: a list belongs to its loop. */
#ifndef IC_HTTP_CONNECTION_H
#define IC_HTTP_CONNECTION_H

#include "base/clock.h"
#include "http/address.h"
#include "http/guard.h"
#include "http/limits.h"

#include <event2/bufferevent.h>
#include <event2/http.h>
#include <stdatomic.h>

enum {
    IC_HTTP_CONNECTIONS_MAX = IC_LIMIT_CONNECTIONS_MAX, /* Of a server; beyond, 503 and closed. */
    IC_HTTP_CONNECTIONS_REFUSED_MAX = 256,  /* That may linger beyond those; more are closed without a word. */
    IC_HTTP_IDLE_MS = IC_LIMIT_IDLE_MS_MAX, /* Between two requests. */
    IC_HTTP_ADDRESS_PLACES = 4096,
    IC_HTTP_LINGER_MS = 1000, /* After a refusal. */
};

enum ic_http_phase { IC_HTTP_WAITING, IC_HTTP_HEAD_COMES, IC_HTTP_BODY_COMES, IC_HTTP_ANSWERING, IC_HTTP_REFUSED };

struct ic_http_connections;
struct ic_http_exchange;

struct ic_http_connection {
    struct ic_http_connection *next;
    struct ic_http_connection *previous;
    struct ic_http_connections *list;
    struct bufferevent *bev;
    struct evhttp_connection *evhttp; /* NULL until adopted. */
    int descriptor;                   /* Its place in by_descriptor; -1 until adopted. */
    atomic_int *of_address;           /* Its address's place in `by_address`; NULL: it is not counted. */
    enum ic_http_phase phase;
    int64_t deadline_at; /* Monotonic; 0: none. */
    struct ic_guard_scan scan;
    struct ic_buf head;                /* What has come of the head. */
    struct ic_http_exchange *exchange; /* That waits for its body; owned. */
    void (*on_end)(void *context);     /* Told when the connection ends; NULL: nobody. */
    void *on_end_context;
};

struct ic_http_connections {
    struct ic_http_connection *first; /* The newest. */
    size_t count;
    struct ic_http_connection **by_descriptor; /* Grows to the largest descriptor seen. */
    size_t by_descriptor_count;
    struct event *adopt; /* Runs right after connections were accepted. */
    const struct ic_clock *clock;
    atomic_int *open; /* Connections of all loops. */
    /* Open connections of each address, all loops': an address counts at the place that its hash says, so that two may
     * share a count. IC_HTTP_ADDRESS_PLACES of them. */
    atomic_int *by_address;
    const struct ic_http_limits *limits;
    const struct ic_http_proxies *proxies; /* Whose connections are those of many. */
    bool is_stopping;
    /* What the server does with them; `context` is its. */
    void (*on_head)(void *context, struct ic_http_connection *connection, struct ic_str head);
    void (*on_refused)(void *context, struct ic_http_connection *connection, const struct ic_err *err);
    void (*on_dropped)(struct ic_http_exchange *exchange);
    void *context;
};

/* Completes a list whose clock, open, by_address, limits, proxies, callbacks and context are set. */
IC_NODISCARD bool ic_http_connections_init(struct ic_http_connections *list, struct event_base *base);

/* Makes the bufferevent of a new connection, tapped; NULL when memory ran out. */
struct bufferevent *ic_http_connection_open(struct event_base *base, struct ic_http_connections *list);

/* The connection that a request came on, which must be there. */
struct ic_http_connection *ic_http_connection_get(struct ic_http_connections *list, struct evhttp_connection *evhttp);

/* From on_head: the head is let in, as `exchange`, and a body of `body_size` follows. */
void ic_http_connection_admit(struct ic_http_connection *connection, struct ic_http_exchange *exchange,
                              size_t body_size);

/* Sends `answer` past libevent and lets nothing more in; from on_head and on_refused. */
void ic_http_connection_refuse(struct ic_http_connection *connection, struct ic_str answer);

/* libevent has the request whole: hands its exchange over. */
struct ic_http_exchange *ic_http_connection_take(struct ic_http_connection *connection);

/* The answer to `request` was given to libevent: reads nothing until it is sent, then the next head unless it closes.
 */
void ic_http_connection_answered(struct ic_http_connection *connection, struct evhttp_request *request, bool closes);

/* Has `on_end(context)` called when the connection ends; NULL to have nobody called. */
void ic_http_connection_watch(struct ic_http_connection *connection, void (*on_end)(void *context), void *context);

/* Ends the connections that are past their deadline; called several times a second. */
void ic_http_connections_sweep(struct ic_http_connections *list);

/* Ends those that wait for a request, now and from now on. */
void ic_http_connections_stop(struct ic_http_connections *list);

/* Whether an answer is still on its way, on any. */
bool ic_http_connections_are_answering(const struct ic_http_connections *list);

/* Frees what the list holds, after evhttp_free has ended every connection. */
void ic_http_connections_release(struct ic_http_connections *list);

#endif
