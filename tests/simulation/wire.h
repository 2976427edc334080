/* A request and its answer while they are in the air.
 *
 * Memory: whoever holds one releases it. Threads: values. */
#ifndef SIMULATION_WIRE_H
#define SIMULATION_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_PATH_SIZE = 512, WIRE_TOKEN_SIZE = 64 };

struct bytes {
    char *data;
    size_t size;
};

struct ask {
    char path[WIRE_PATH_SIZE]; /* With its query. */
    char token[WIRE_TOKEN_SIZE];
    struct bytes body; /* Empty: GET. */
    bool is_packed;    /* The body is gzip. */
};

struct reply {
    int status; /* 0: nobody answered. */
    bool is_problem;
    int64_t retry_after_ms;
    struct bytes body;
};

struct bytes bytes_copy(const void *data, size_t size);
void bytes_release(struct bytes *bytes);

#endif
