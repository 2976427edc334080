/* The API as the HTTP server takes it: the table of routes and the feeds of live streams.
 *
 * Memory: both borrow the service. Threads: constants. */
#ifndef IC_API_ROUTES_H
#define IC_API_ROUTES_H

#include "http/feed.h"
#include "http/router.h"
#include "service/service.h"

/* Every path of contract/openapi.yaml. */
struct ic_http_router ic_api_router(struct ic_service *service);

/* Which feed a stream is of. */
enum { IC_API_FEED_OF_BROWSERS, IC_API_FEED_OF_DEVICES };

/* The change feed as Server-Sent Events: what has changed for browsers, that something has for desktops. */
struct ic_http_feed ic_api_feed(struct ic_service *service);
struct ic_http_feed ic_api_feed_of_devices(struct ic_service *service);

#endif
