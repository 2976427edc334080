/* Live streams of one loop: Server-Sent Events out of the feed.
 *
 * Promises: a stream sees every event behind its cursor once and in order, whether it comes from a broadcast or from
 * catching up; a reader that does not read is dropped when IC_SSE_UNSENT_MAX bytes wait for it, and delays nobody; a
 * stream ends after IC_SSE_LIFETIME_MS, so that its client asks again and is authorised again.
 * Memory: streams are the loop's; a block of frames is counted and shared by all loops.
 * Threads: a loop's streams belong to its thread; frames may be released on any. */
#ifndef IC_HTTP_SSE_H
#define IC_HTTP_SSE_H

#include "http/feed.h"

#include <event2/http.h>
#include <stdatomic.h>

enum {
    IC_SSE_STREAMS_MAX = 2000, /* Of a loop; beyond, 503. */
    IC_SSE_UNSENT_MAX = 2 << 20,
    IC_SSE_HEARTBEAT_MS = 15000,
    IC_SSE_LIFETIME_MS = 15 * 60 * 1000,
};

/* Events between two cursors, ready to send. */
struct ic_sse_frames {
    atomic_int holders;
    int64_t from;
    int64_t to;
    char *data;
    size_t size;
};

/* Takes the buffer's bytes over; NULL when memory ran out. One holder. */
struct ic_sse_frames *ic_sse_frames_create(int64_t from, int64_t to, struct ic_buf *buf);

void ic_sse_frames_hold(struct ic_sse_frames *frames);
void ic_sse_frames_release(struct ic_sse_frames *frames);

struct ic_sse_stream;
struct ic_http_loop;

struct ic_sse_streams {
    struct ic_sse_stream *first;
    size_t count;
    int64_t cursor; /* Of the last broadcast. */
};

/* Makes the request a stream behind `cursor`; false, with nothing sent, when there are too many or memory ran out. */
IC_NODISCARD bool ic_sse_open(struct ic_http_loop *loop, struct evhttp_request *request, int64_t cursor);

/* Sends a broadcast to every stream that stands where it begins; those behind catch up. */
void ic_sse_broadcast(struct ic_http_loop *loop, const struct ic_sse_frames *frames);

/* Heartbeats and lifetimes; called once a second. */
void ic_sse_tick(struct ic_http_loop *loop);

/* Ends all. */
void ic_sse_close_all(struct ic_http_loop *loop);

#endif
