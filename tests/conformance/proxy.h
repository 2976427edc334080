/* A driver that stands between the store and an engine's own, counts the calls and does harm at the one it is told.
 *
 * Promises: without harm it only passes calls on. Where the engine's lines can be cut, a cut is real and the engine's
 * own driver must notice; where there are none, the proxy plays it: what was not committed is undone, and every later
 * call is answered with IC_DRIVER_LOST. Memory: the proxy must outlive what was opened through it. Threads: any. */
#ifndef IC_TESTS_CONFORMANCE_PROXY_H
#define IC_TESTS_CONFORMANCE_PROXY_H

#include "engine.h"

enum harm {
    HARM_CUT,        /* The connection is lost before the call. */
    HARM_CUT_ANSWER, /* Counts commits only: the commit is done, and the connection lost before the answer. */
    HARM_CONFLICT,   /* The call is answered with IC_DRIVER_RETRY, as a deadlock's victim is. */
};

struct proxy;

struct proxy *proxy_create(const struct engine *engine);

/* Opens the engine's database as seen through the proxy; its new owner destroys it. */
struct ic_database *proxy_open(struct proxy *proxy);

/* Lets `calls_before` calls on connections for writing (or for reading) go well, and does the harm to the next one. */
void proxy_arm(struct proxy *proxy, enum harm harm, bool is_writing, int calls_before);

/* No harm any more; tells whether it was done, since it was armed. */
bool proxy_disarm(struct proxy *proxy);

/* Cuts the lines of all connections, now. */
void proxy_cut_all(struct proxy *proxy);

/* NULL is accepted. */
void proxy_destroy(struct proxy *proxy);

#endif
