/* A request and its response, as handlers see them.
 *
 * Promises: a request that reaches a handler has passed the guard: one valid Host, a whole body within the route's
 * limit and no NUL in it, a path without escapes of '/' or NUL. A response is written once; what it does not set has
 * safe defaults (the security headers are the server's matter). Memory: everything views the request's arena, which
 * lives until the response was handed over. Threads: both belong to the worker that runs the handler. */
#ifndef IC_HTTP_MESSAGE_H
#define IC_HTTP_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "http/feed.h"

enum ic_http_method {
    IC_HTTP_GET,
    IC_HTTP_HEAD,
    IC_HTTP_POST,
    IC_HTTP_PUT,
    IC_HTTP_PATCH,
    IC_HTTP_DELETE,
    IC_HTTP_OTHER /* One that no route takes. */
};

enum {
    IC_HTTP_PARAMETERS_MAX = 4,        /* Of a path. */
    IC_HTTP_QUERY_PARAMETERS_MAX = 32, /* Of a query; no address of ours has half as many. */
    IC_HTTP_HEADERS_SET_MAX = 8,
    IC_HTTP_RESPONSE_BYTES_MAX = 8 << 20, /* A page of the longest messages has room in half of it. */
};

struct ic_http_header {
    struct ic_str name;
    struct ic_str value;
};

struct ic_http_request {
    enum ic_http_method method;
    struct ic_str path;  /* Decoded, from '/'. */
    struct ic_str query; /* As sent, without '?'. */
    const struct ic_http_header *headers;
    size_t headers_count;
    struct ic_str body;
    struct ic_str host;    /* The Host header. */
    struct ic_str address; /* The peer's, numeric. */
    struct ic_str request_id;
    struct ic_str parameters[IC_HTTP_PARAMETERS_MAX]; /* What {name} matched in the route's pattern, in order. */
    struct ic_arena *arena;
};

struct ic_http_response {
    int status;               /* 200 until set. */
    const char *content_type; /* application/json until set. */
    struct ic_buf body;
    struct ic_http_header headers[IC_HTTP_HEADERS_SET_MAX];
    size_t headers_count;
    int retry_after_s;                      /* 0: none. */
    bool is_stream;                         /* Becomes an event stream of one of the server's feeds ... */
    int64_t stream_cursor;                  /* ... behind this cursor; the body is not used. */
    int stream_feed;                        /* Which of the server's feeds. */
    struct ic_http_subject *stream_subject; /* Whom it is for; NULL: nobody in particular. The server takes it. */
};

/* The first header of that name, case-folded; the empty string when there is none. */
struct ic_str ic_http_header_find(const struct ic_http_request *request, const char *name);

/* The value of a cookie; the empty string when there is none, or when it is given twice (cookie tossing). */
struct ic_str ic_http_cookie_find(const struct ic_http_request *request, const char *name);

/* Sets a header; name and value must live as long as the request's arena and hold no control characters (asserted). */
void ic_http_header_set(struct ic_http_response *response, const char *name, struct ic_str value);

/* A query's parameters, read strictly: percent-decoded UTF-8 without controls, no name twice, none left over. */
struct ic_http_query {
    struct ic_http_header *items;
    size_t count;
    bool *used;
};

IC_NODISCARD enum ic_rc ic_http_query_parse(const struct ic_http_request *request, struct ic_http_query *ret_query,
                                            struct ic_err *err);

/* The value, marking it as known; false when it is missing. */
bool ic_http_query_find(struct ic_http_query *query, const char *name, struct ic_str *ret_value);

/* Refuses what nobody asked for with unknown_parameter. */
IC_NODISCARD enum ic_rc ic_http_query_finish(const struct ic_http_query *query, struct ic_err *err);

#endif
