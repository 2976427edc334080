/* A desktop's requests, one after the other on one connection that is kept: HTTP/1.1 as far as the product's own server
 * speaks it.
 *
 * Promises: what is timed is from the first byte sent to the last one received, without unpacking; any answer but 200
 * ends the program. Memory: owns its buffers; a body is valid until the next request. Threads: one at a time. */
#ifndef IC_BENCH_CALLER_H
#define IC_BENCH_CALLER_H

#include "base/buf.h"
#include "base/secret.h"

struct ic_caller {
    int fd;
    int port;
    struct ic_secret token;
    struct ic_buf received; /* The head, and the body as it came. */
    struct ic_buf body;     /* Unpacked. */
    size_t packed_size;     /* Of the last body, as it came. */
};

/* Connects to a port of this machine. */
void ic_caller_init(struct ic_caller *caller, int port, const struct ic_secret *token);
void ic_caller_release(struct ic_caller *caller);

/* Asks for a path, `body` posted unless it is empty; gives the seconds. */
double ic_caller_ask(struct ic_caller *caller, const char *path, struct ic_str body);

#endif
