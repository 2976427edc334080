/* A server made of src/http alone, with a few routes, a few files and a feed, for tests to attack.
 *
 * Promises: time runs as the machine's does until a test turns it forward (site_pass); the feed holds the numbers 1 to
 * its newest, one event each but for those that are muted; GET /api/wait answers when the test says so (site_release).
 * Memory: a site owns its server. Threads: publish, pass and release from any. */
#ifndef TEST_SITE_H
#define TEST_SITE_H

#include "http/server.h"

#include <pthread.h>
#include <stdatomic.h>

enum { SITE_BIG_BYTES = 8 << 20, SITE_BODY_BYTES_MAX = 65536 };

struct site {
    struct ic_http_server *server;
    int port;
    char host[32]; /* "127.0.0.1:" and the port. */
    atomic_llong passed_ms;
    atomic_llong newest;  /* Of the feed. */
    atomic_int reads;     /* Of the feed. */
    atomic_llong seen;    /* The newest number from behind which the feed was read: nothing was new. */
    atomic_int filler;    /* Bytes that each event carries besides its number. */
    atomic_llong muted;   /* Numbers up to this one are passed without an event. */
    atomic_int fails;     /* Reads of the feed that shall fail. */
    pthread_mutex_t lock; /* Guards what follows. */
    pthread_cond_t changed;
    int waiting;
    int released;
};

/* Starts a site; NULL takes the usual options: two loops, four workers. */
void site_init(struct site *site, const struct ic_http_server_options *options);
/* Lets whoever waits go on, and ends the site. */
void site_destroy(struct site *site);

/* Ends the site; whoever waits is released by another thread. */
void site_destroy_waiting(struct site *site);

/* Turns the server's clock forward. */
void site_pass(struct site *site, int64_t ms);

/* Puts `count` more numbers into the feed and tells the server. */
void site_publish(struct site *site, int count);

/* Waits until the server has read the feed and found nothing behind the newest number. */
void site_await_feed(struct site *site);

/* Waits until `count` requests wait in GET /api/wait. */
void site_await_waiting(struct site *site, int count);

/* Lets `count` of them go on. */
void site_release(struct site *site, int count);

/* Whether somebody else is answered: a new connection, GET /healthz. */
void site_assert_alive(const struct site *site);

#endif
