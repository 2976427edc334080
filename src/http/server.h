/* The HTTP server: event loops that never wait, workers that run handlers, live streams.
 *
 * Promises: every hardening of http/guard.h holds for every connection; a full queue answers 503 with Retry-After;
 * every response carries the security headers; assets are answered on the loop, from memory; a vanished client costs
 * nothing further. ic_http_server_destroy returns after every handler has. Memory: the server owns all it makes;
 * routes, assets, feed and context are the caller's and outlive it. Threads: create, run and destroy from one thread;
 * publish and stop from any (stop is not for signal handlers). */
#ifndef IC_HTTP_SERVER_H
#define IC_HTTP_SERVER_H

#include "base/clock.h"
#include "base/rand.h"
#include "http/address.h"
#include "http/asset_table.h"
#include "http/feed.h"
#include "http/limits.h"
#include "http/router.h"

struct ic_http_server;

struct ic_http_server_options {
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080"; port 0 takes a free one. */
    int loops;          /* 1 to 16. */
    int workers;        /* 1 to 64. */
    const char *const
        *hosts; /* Names that Host may have besides the listening address and localhost; ends with NULL. */
    struct ic_http_router router;
    struct ic_http_feed feeds[IC_HTTP_FEEDS_MAX]; /* One whose `read` is NULL is none, and no route names it. */
    const struct ic_asset *assets;
    size_t assets_count;
    struct ic_http_limits limits;
    struct ic_http_proxies proxies; /* Whose X-Forwarded-For is believed. */
    struct ic_clock clock;
    struct ic_rand rand;
};

/* Binds and starts loops and workers; a taken port or a bad address fails with one clear sentence. */
IC_NODISCARD enum ic_rc ic_http_server_create(const struct ic_http_server_options *options,
                                              struct ic_http_server **ret_server, struct ic_err *err);

/* "http://127.0.0.1:8080", with the port that was really bound; valid as long as the server. */
const char *ic_http_server_url(const struct ic_http_server *server);

/* Tells that the feeds may have grown: every live stream gets the news soon. Cheap, never blocks. */
void ic_http_server_publish(struct ic_http_server *server);

/* Stops taking connections, lets running requests finish within IC_HTTP_DRAIN_MS, ends streams, frees all; NULL is
 * accepted. */
enum { IC_HTTP_DRAIN_MS = 3000 };
void ic_http_server_destroy(struct ic_http_server *server);

#endif
