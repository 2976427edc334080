/* One request on its way: through the door, to a file or a handler, and back.
 *
 * Promises: what the door refuses is answered at once, before a body is waited for, and closes its connection; every
 * other request is answered once; a client that is gone when its answer comes costs nothing further.
 * Memory: an exchange lives in its own arena until its answer was handed to libevent. Threads: begins and ends on its
 * loop; the handler runs on a worker. */
#ifndef IC_HTTP_EXCHANGE_H
#define IC_HTTP_EXCHANGE_H

#include "http/loop.h"

enum { IC_HTTP_ARENA_BYTES_MAX = 16 << 20 }; /* Of one request: its head, and what its handler needs to answer. */

/* What a loop does with heads, refusals and exchanges whose body never came; `context` is the loop. */
void ic_http_exchange_on_head(void *context, struct ic_http_connection *connection, struct ic_str head);
void ic_http_exchange_on_refused(void *context, struct ic_http_connection *connection, const struct ic_err *err);
void ic_http_exchange_destroy(struct ic_http_exchange *exchange);

/* libevent's callback for every request that is whole; `argument` is the loop. */
void ic_http_exchange_begin(struct evhttp_request *request, void *argument);

#endif
