/* What a server takes, and how long it waits.
 *
 * Memory: numbers. Threads: constants once a server has begun. */
#ifndef IC_HTTP_LIMITS_H
#define IC_HTTP_LIMITS_H

/* 0 takes the named default, or, where none is named, sets no bound. */
struct ic_http_limits {
    int connections;            /* IC_HTTP_CONNECTIONS_MAX */
    int connections_of_address; /* No bound. */
    int requests_of_address;    /* In a second, in the long run; no bound. */
    int streams;                /* IC_SSE_STREAMS_MAX */
    int queue;                  /* IC_WORKER_QUEUE_MAX */
    int head_ms;                /* IC_GUARD_HEAD_MS */
    int body_ms;                /* IC_GUARD_BODY_MS */
    int idle_ms;                /* IC_HTTP_IDLE_MS */
};

#endif
