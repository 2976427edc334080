/* Which handler answers which method and path.
 *
 * Promises: a path that no route has is not_found; one that only other methods have is method_not_allowed, with Allow.
 * A query where the route takes none is unknown_parameter. HEAD is answered by GET's route. Literal segments win over
 * {parameters}. Memory: routes are constant data. Threads: pure. */
#ifndef IC_HTTP_ROUTER_H
#define IC_HTTP_ROUTER_H

#include "http/message.h"

/* Answers on a worker thread; may block. A failure becomes a problem body, and whatever was put into the response is
 * dropped. `err` is given and empty. */
typedef enum ic_rc (*ic_http_handler)(void *context, const struct ic_http_request *request,
                                      struct ic_http_response *response, struct ic_err *err);

struct ic_http_route {
    enum ic_http_method method;
    const char *pattern; /* "/api/v1/logs/{elg_id}" */
    ic_http_handler handle;
    size_t body_bytes_max; /* 0: takes no body. */
    bool takes_query;      /* Its handler reads the query, strictly. */
};

struct ic_http_router {
    const struct ic_http_route *routes;
    size_t routes_count;
    void *context; /* Given to every handler. */
};

/* Finds the route and fills the request's parameters; otherwise fails as promised, and `ret_allow` (of
 * IC_HTTP_ALLOW_SIZE) names the methods that the path takes. */
enum { IC_HTTP_ALLOW_SIZE = 64 };
IC_NODISCARD enum ic_rc ic_http_router_find(const struct ic_http_router *router, struct ic_http_request *request,
                                            const struct ic_http_route **ret_route, char *ret_allow,
                                            struct ic_err *err);

#endif
