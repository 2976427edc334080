/* One request on its way: through the door, to an asset or a handler, and back.
 *
 * Promises: every request that libevent delivers is answered once; what the door refuses closes its connection; a
 * client that is gone when its answer comes costs nothing further. Memory: an exchange lives in its own arena until its
 * answer was handed to libevent. Threads: begins and ends on its loop; the handler runs on a worker. */
#ifndef IC_HTTP_EXCHANGE_H
#define IC_HTTP_EXCHANGE_H

#include "http/loop.h"

enum { IC_HTTP_ARENA_BYTES_MAX = 16 << 20 };

/* libevent's callback for every request; `argument` is the loop. */
void ic_http_exchange_begin(struct evhttp_request *request, void *argument);

#endif
